import type { Query } from './ast.ts';
import { fieldNamed, type Language } from './fields.ts';
import { fieldValue } from './values.ts';

/** A query that holds when all of the parts do. */
export function allOf(parts: readonly Query[]): Query {
  const said = parts.flatMap((part) => (part.kind === 'and' ? part.parts : part.kind === 'all' ? [] : [part]));
  return said.length > 1 ? { kind: 'and', parts: said } : (said[0] ?? { kind: 'all' });
}

/** The query `field:(values)`. @throws QueryError for a value that the field does not take */
export function fieldIs(language: Language, name: string, values: readonly string[]): Query {
  const field = fieldNamed(language, name);
  if (!field) throw new Error(`no field ${name}`);
  return { kind: 'is', field: field.name, values: values.map((value) => fieldValue(field, value, 0)) };
}

/** The query `field:[from TO to]`, both ends included; null: no end. @throws QueryError for a value that the field does not take */
export function fieldBetween(language: Language, name: string, from: string | null, to: string | null): Query {
  const field = fieldNamed(language, name);
  if (!field) throw new Error(`no field ${name}`);
  const bound = (text: string | null) =>
    text === null ? null : { value: fieldValue(field, text, 0), inclusive: true };
  return { kind: 'between', field: field.name, from: bound(from), to: bound(to) };
}
