import { type Field, fieldNamed, type Language } from '../domain/query/fields.ts';

/** What is being typed at a place in a query. */
export interface Token {
  /** Where it begins and ends in the text: what a suggestion takes the place of. */
  readonly from: number;
  readonly to: number;
  /** The field whose value is typed; null for a word, or a field's name. */
  readonly field: Field | null;
  /** A comparison before the value, such as `>=`. */
  readonly comparison: string;
  readonly text: string;
}

/** The word, name or value that ends at `position`. */
export function tokenAt(query: string, position: number, language: Language): Token {
  const before = query.slice(0, position);
  const begin = beginOfRun(before);
  const dash = /^[-!]/.exec(before.slice(begin))?.[0].length ?? 0;
  const run = before.slice(begin + dash);
  const [head = '', name = ''] = /^([A-Za-z][A-Za-z0-9_.]{0,40}):/.exec(run) ?? [];
  const field = head === '' ? null : (fieldNamed(language, name) ?? null);
  if (!field) return { from: begin + dash, to: position, field: null, comparison: '', text: unquoted(run) };
  const inList = run.slice(head.length);
  // Of `severity:(high,cri` only what comes after the last comma is typed now.
  const value = inList.startsWith('(') ? Math.max(inList.lastIndexOf(',') + 1, 1) : 0;
  const comparison = /^(>=|<=|>|<|=)/.exec(inList.slice(value))?.[0] ?? '';
  const from = begin + dash + head.length + value + comparison.length;
  return { from, to: position, field, comparison, text: unquoted(before.slice(from)) };
}

/** Where the run of characters without blanks begins that a text ends with; what is in quotes belongs together. */
function beginOfRun(text: string): number {
  let begin = 0;
  let quoted = false;
  let inList = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c === '(' && text.charAt(i - 1) === ':') inList = true;
    else if (c === ')') inList = false;
    if (!inList && /[\s()]/.test(c)) begin = i + 1;
  }
  return begin;
}

function unquoted(text: string): string {
  return text.trim().replace(/^"/, '').replace(/"$/, '');
}
