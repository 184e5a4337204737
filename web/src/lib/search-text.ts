/** A part of a query's text that holds beside the others: a word, a phrase, a condition or a bracket. */
export interface Part {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const joins = /^(AND|&&)$/;
const either = /^(OR|\|\|)$/;
const condition = /^([A-Za-z][\w.]*):(?!\/\/)(.*)$/s;

/** The runs of a text without blanks; quotes and brackets keep together what is in them, also when they are not closed. */
function runs(text: string): Part[] {
  const found: Part[] = [];
  let from = -1;
  let depth = 0;
  let quoted = false;
  const end = (to: number) => {
    if (from >= 0) found.push({ text: text.slice(from, to), from, to });
    from = -1;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"') quoted = !quoted;
    else if (!quoted && '([{'.includes(c)) depth++;
    else if (!quoted && ')]}'.includes(c)) depth = Math.max(0, depth - 1);
    if (/\s/.test(c) && !quoted && depth === 0) end(i);
    else if (from < 0) from = i;
  }
  end(text.length);
  return found;
}

/** The parts of a query that all must hold, as they are written; of a query with OR between its parts: itself, as one. */
export function partsOf(text: string): Part[] {
  const all = runs(text);
  const first = all[0];
  const last = all.at(-1);
  if (!first || !last) return [];
  if (all.some((run) => either.test(run.text)))
    return [{ text: text.slice(first.from, last.to), from: first.from, to: last.to }];
  const parts: Part[] = [];
  let from: number | null = null;
  for (const run of all) {
    if (joins.test(run.text)) continue;
    from ??= run.from;
    if (run.text === 'NOT') continue;
    parts.push({ text: text.slice(from, run.to), from, to: run.to });
    from = null;
  }
  return parts;
}

/** Whether a part is more than words: a field's condition, a negation or a bracket. */
export function isFilter({ text }: Part): boolean {
  return condition.test(text) || /^([-!(]|NOT\s)/.test(text);
}

/** The text without a part, and without the AND that joined it. */
export function withoutPart(text: string, part: Part): string {
  const before = text.slice(0, part.from).replace(/\s*(\s(AND|&&)\s*)?$/, '');
  const after = text.slice(part.to).trimStart();
  return before === '' ? after.replace(/^(AND|&&)\s+/, '') : `${before} ${after}`.trimEnd();
}

interface Condition {
  readonly field: string;
  readonly values: readonly string[];
}

function conditionOf(text: string): Condition | null {
  const [, name = '', value = ''] = condition.exec(text.replace(/^[-!]/, '')) ?? [];
  if (name === '') return null;
  const field = `${/^[-!]/.test(text) ? '-' : ''}${name.toLowerCase()}`;
  const list = /^\((.*)\)$/s.exec(value)?.[1];
  return { field, values: list === undefined ? [value] : (list.match(/"[^"]*"|[^\s,]+/g) ?? []) };
}

const plain = (value: string) => value.replace(/^"(.*)"$/, '$1').toLowerCase();

function holding(text: string, wanted: string): { part: Part; values: readonly string[] } | null {
  const asked = conditionOf(wanted);
  const value = plain(asked?.values[0] ?? '');
  for (const part of partsOf(text)) {
    const said = conditionOf(part.text);
    if (said && said.field === asked?.field && said.values.some((v) => plain(v) === value))
      return { part, values: said.values };
  }
  return null;
}

/** Whether the text says a condition, such as `severity:high`, by itself or in a list. */
export function says(text: string, wanted: string): boolean {
  return holding(text, wanted) !== null;
}

/** The parts that ask something of a field. */
export function partsAbout(text: string, field: string): Part[] {
  return partsOf(text).filter((part) => conditionOf(part.text)?.field.replace('-', '') === field);
}

/** The text with a condition more. `or`: where it already asks for values of the field, for one of these instead. */
export function withCondition(text: string, wanted: string, or = false): string {
  const parts = partsOf(text);
  const asked = conditionOf(wanted);
  const same = or && parts.find(({ text: t }) => /^\w+:[\w"(]/.test(t) && conditionOf(t)?.field === asked?.field);
  if (same) {
    const values = [...(conditionOf(same.text)?.values ?? []), ...(asked?.values ?? [])];
    return `${text.slice(0, same.from)}${asked?.field}:(${values.join(',')})${text.slice(same.to)}`;
  }
  const isEither = runs(text).some((run) => either.test(run.text));
  const kept = isEither ? `(${text.trim()})` : text.trimEnd();
  return kept === '' ? wanted : `${kept} ${wanted}`;
}

/** The text without a condition; of a list only its value goes. */
export function withoutCondition(text: string, wanted: string): string {
  const found = holding(text, wanted);
  if (!found) return text;
  const gone = plain(conditionOf(wanted)?.values[0] ?? '');
  const left = found.values.filter((value) => plain(value) !== gone);
  if (left.length === 0) return withoutPart(text, found.part);
  const field = found.part.text.slice(0, found.part.text.indexOf(':'));
  const value = left.length === 1 ? left[0] : `(${left.join(',')})`;
  return `${text.slice(0, found.part.from)}${field}:${value}${text.slice(found.part.to)}`;
}
