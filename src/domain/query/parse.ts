import { cleanText } from '../text.ts';
import type { Bound, Query, Value } from './ast.ts';
import { type Field, fieldNamed, type Language } from './fields.ts';
import { QueryError } from './query-error.ts';
import { fieldValue, unknownField } from './values.ts';

const longestQuery = 2_000;
const deepest = 20;
const mostParts = 100;

/**
 * Parses a query: words, "phrases", `-not`, AND, OR, NOT, parentheses, `field:value`, `field:>=7`, `field:[a TO b]`,
 * `field:*`, `prod*`, `field:(a,b)`. Parts beside each other must all hold; AND binds closer than OR.
 * @throws QueryError with the position of what is wrong
 */
export function parseQuery(text: string, language: Language): Query {
  if (text.length > longestQuery) {
    throw new QueryError(`a query has at most ${longestQuery.toLocaleString('en')} characters`, longestQuery);
  }
  return new Parser(text, language).parse();
}

const blank = /\s/;
const endsWord = /[\s()"]/;
/** A field's name before its colon; `https://…` is none. */
const fieldStart = /^([A-Za-z][A-Za-z0-9_.]{0,40}):(?!\/\/)/;

class Parser {
  readonly #text: string;
  readonly #language: Language;
  #at = 0;
  #depth = 0;
  #parts = 0;

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
  }

  parse(): Query {
    this.#skipBlanks();
    if (this.#ended) return { kind: 'all' };
    const query = this.#or();
    if (!this.#ended) throw new QueryError('this bracket closes nothing', this.#at, 1);
    return query ?? { kind: 'all' };
  }

  get #ended(): boolean {
    return this.#at >= this.#text.length;
  }

  get #next(): string {
    return this.#text.charAt(this.#at);
  }

  #skipBlanks(): void {
    while (!this.#ended && blank.test(this.#next)) this.#at++;
  }

  /** Passes over a word that joins parts. */
  #takes(...words: readonly string[]): boolean {
    for (const word of words) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      const after = this.#text.charAt(this.#at + word.length);
      if (/^[A-Z]/.test(word) && after !== '' && !/[\s("]/.test(after)) continue;
      this.#at += word.length;
      this.#skipBlanks();
      return true;
    }
    return false;
  }

  /** null: there was nothing in it that says anything, such as a lone dash. */
  #or(): Query | null {
    const parts: Query[] = [];
    do {
      const part = this.#and();
      if (part) parts.push(part);
    } while (this.#takes('OR', '||'));
    return joined('or', parts);
  }

  #and(): Query | null {
    const start = this.#at;
    const parts: Query[] = [];
    let said = false;
    let joins = false;
    for (;;) {
      this.#skipBlanks();
      if (this.#ended || this.#next === ')' || this.#looksLikeOr()) break;
      joins = false;
      const part = this.#not();
      said = true;
      if (part) parts.push(part);
      this.#skipBlanks();
      joins = this.#takes('AND', '&&');
    }
    if (joins) throw new QueryError('something is missing after AND', this.#at);
    if (!said) throw new QueryError('something to search for is missing here', Math.max(start, this.#at));
    return joined('and', parts);
  }

  #looksLikeOr(): boolean {
    return /^(OR(?=$|[\s("])|\|\|)/.test(this.#text.slice(this.#at, this.#at + 3));
  }

  #not(): Query | null {
    const start = this.#at;
    if (this.#takes('NOT')) {
      if (this.#ended || this.#next === ')') throw new QueryError('something is missing after NOT', this.#at);
      return negated(this.#nested(() => this.#not()));
    }
    const after = this.#text.charAt(this.#at + 1);
    if ((this.#next === '-' || this.#next === '!') && after !== '' && !/[\s)]/.test(after)) {
      this.#at = start + 1;
      return negated(this.#nested(() => this.#not()));
    }
    return this.#primary();
  }

  #nested<T>(work: () => T): T {
    if (++this.#depth > deepest) throw new QueryError(`brackets go at most ${deepest} deep`, this.#at);
    const result = work();
    this.#depth--;
    return result;
  }

  #primary(): Query | null {
    if (++this.#parts > mostParts) throw new QueryError(`a query has at most ${mostParts} parts`, this.#at);
    if (this.#next === '(') return this.#group();
    if (this.#next === '"') return phraseOf(this.#quoted());
    const [written, name = ''] = fieldStart.exec(this.#text.slice(this.#at, this.#at + 60)) ?? [];
    const isRun = this.#language.run !== undefined && /[\d.]/.test(name);
    if (written === undefined || isRun) return this.#word();
    const field = fieldNamed(this.#language, name);
    if (!field) throw unknownField(this.#language, name, this.#at);
    this.#at += written.length;
    return this.#fieldValue(field);
  }

  #group(): Query | null {
    const start = this.#at++;
    this.#skipBlanks();
    const query = this.#nested(() => this.#or());
    if (this.#next !== ')') throw new QueryError('this bracket is not closed', start, 1);
    this.#at++;
    return query;
  }

  #quoted(): string {
    const start = this.#at;
    const end = this.#text.indexOf('"', start + 1);
    if (end < 0) throw new QueryError('this quote is not closed', start, 1);
    this.#at = end + 1;
    return cleanText(this.#text.slice(start + 1, end)).text.trim();
  }

  /** Characters up to a blank, a bracket or one of `more`. */
  #run(more = ''): string {
    const start = this.#at;
    while (!this.#ended && !endsWord.test(this.#next) && !more.includes(this.#next)) this.#at++;
    return cleanText(this.#text.slice(start, this.#at)).text;
  }

  #word(): Query | null {
    const run = this.#run();
    if (this.#language.run) return this.#language.run(run);
    const words = this.#language.idPart(run) === null ? wordsOf(run) : [run];
    const beginning = run.endsWith('*');
    const parts = words.map((word, i): Query => {
      const part = this.#language.idPart(word);
      return part === null
        ? { kind: 'word', word, beginning: beginning && i === words.length - 1 }
        : { kind: 'id', part };
    });
    return joined('and', parts);
  }

  #fieldValue(field: Field): Query {
    const comparison = /^(>=|<=|>|<|=)/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0];
    if (comparison && comparison !== '=') return this.#compared(field, comparison);
    if (comparison) this.#at++;
    if (this.#next === '[' || this.#next === '{') return this.#range(field);
    if (this.#next === '(') return { kind: 'is', field: field.name, values: this.#list(field) };
    if (this.#next === '*' && /^$|[\s)]/.test(this.#text.charAt(this.#at + 1))) {
      this.#at++;
      return { kind: 'has', field: field.name };
    }
    return { kind: 'is', field: field.name, values: [this.#atom(field)] };
  }

  #atom(field: Field, more = ''): Value {
    const start = this.#at;
    const quoted = this.#next === '"';
    const text = quoted ? this.#quoted() : this.#run(more);
    if (text === '') throw new QueryError(`a value is missing after ${field.name}:, such as ${field.example}`, start);
    return fieldValue(field, text, quoted ? start + 1 : start);
  }

  #list(field: Field): Value[] {
    const start = this.#at++;
    const values: Value[] = [];
    for (;;) {
      while (!this.#ended && (blank.test(this.#next) || this.#next === ',')) this.#at++;
      if (this.#looksLikeOr()) this.#takes('OR', '||');
      else if (this.#next === ')') break;
      else if (this.#ended || this.#next === '(') throw new QueryError('this bracket is not closed', start, 1);
      else values.push(this.#atom(field, ','));
      if (values.length > mostParts) throw new QueryError(`a list has at most ${mostParts} values`, this.#at);
    }
    this.#at++;
    if (values.length === 0) throw new QueryError(`a value is missing in the list of ${field.name}:`, start, 2);
    return [...new Set(values)];
  }

  #compared(field: Field, comparison: string): Query {
    const start = this.#at;
    this.#requireOrder(field, start, comparison.length);
    this.#at += comparison.length;
    const bound = { value: this.#atom(field), inclusive: comparison.endsWith('=') };
    const above = comparison.startsWith('>');
    return { kind: 'between', field: field.name, from: above ? bound : null, to: above ? null : bound };
  }

  #requireOrder(field: Field, position: number, length: number): void {
    if (field.type === 'number' || field.type === 'date') return;
    throw new QueryError(`${field.name}: has no order, so it takes values and no ranges`, position, length);
  }

  #range(field: Field): Query {
    const start = this.#at;
    this.#requireOrder(field, start, 1);
    const fromInclusive = this.#next === '[';
    this.#at++;
    const from = this.#bound(field, fromInclusive);
    this.#skipBlanks();
    if (!/^TO\s/.test(this.#text.slice(this.#at, this.#at + 3))) {
      throw new QueryError(`a range is written ${field.name}:[a TO b]; TO is missing here`, this.#at);
    }
    this.#at += 2;
    const to = this.#bound(field, true);
    this.#skipBlanks();
    if (this.#next !== ']' && this.#next !== '}') throw new QueryError('this bracket is not closed', start, 1);
    const inclusive = this.#next === ']';
    this.#at++;
    if (from === null && to === null) return { kind: 'has', field: field.name };
    if (typeof from?.value === 'number' && typeof to?.value === 'number' && from.value > to.value) {
      throw new QueryError(`the range ends before it begins`, start, this.#at - start);
    }
    return { kind: 'between', field: field.name, from, to: to && { ...to, inclusive } };
  }

  #bound(field: Field, inclusive: boolean): Bound | null {
    this.#skipBlanks();
    if (this.#next === '*') {
      this.#at++;
      return null;
    }
    return { value: this.#atom(field, ']}'), inclusive };
  }
}

function joined(kind: 'and' | 'or', parts: readonly Query[]): Query | null {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  return flat.length > 1 ? { kind, parts: flat } : (flat[0] ?? null);
}

function negated(part: Query | null): Query | null {
  if (part === null) return null;
  return part.kind === 'not' ? part.part : { kind: 'not', part };
}

function phraseOf(text: string): Query | null {
  return /[\p{L}\p{N}]/u.test(text) ? { kind: 'phrase', text } : null;
}

const longestWord = 100;

/** The words in a run of characters, lower case; `.`, `+` and `-` belong to a word between two of its characters. */
function wordsOf(run: string): string[] {
  const words = run
    .toLowerCase()
    .replaceAll('_', ' ')
    .match(/[\p{L}\p{N}]+(?:[.+-][\p{L}\p{N}]+)*/gu);
  return (words ?? []).filter((word) => word.length <= longestWord);
}
