import { p } from '@mikro-orm/core';

/** Text of any length. */
export const text = () => p.text();
/** Text that is compared byte by byte: ids, which sort and look up faster so, and the same everywhere. */
export const idText = () => p.text().collation('C');
export const time = () => p.datetime().columnType('timestamptz');
/** When the row came to be, or was last changed: the writer says so, and the default covers hand-made rows. */
export const timeNow = () => time().defaultRaw('now()');
export const day = () => p.date();
export const flag = () => p.boolean().default(false);
export const number = () => p.double();
export const count = () => p.integer().default(0);
export const list = <Item>() => p.json<Item[]>().defaultRaw(`'[]'::jsonb`);
export const object = <Value extends object>() => p.json<Value>().defaultRaw(`'{}'::jsonb`);
/** A number that the database hands out. */
export const identity = () => p.bigint('number').generated('by default as identity');

/** A CHECK that a column holds one of `values`. */
export function oneOf(name: string, column: string, values: readonly string[]): { name: string; expression: string } {
  return { name, expression: `"${column}" in (${values.map((value) => `'${value}'`).join(', ')})` };
}

/** A CHECK that a column is between two numbers, or null. */
export function between(name: string, column: string, low: number, high: number): { name: string; expression: string } {
  return { name, expression: `"${column}" between ${low} and ${high}` };
}

/**
 * An index by its definition after `on`, for operator classes, expressions and sort orders.
 * MikroORM knows such an index by its name only; the catalogue comparison in migrate/ sees the rest.
 */
export function index(name: string, table: string, definition: string): { name: string; expression: string } {
  return { name, expression: `create index "${name}" on "${table}" ${definition}` };
}
