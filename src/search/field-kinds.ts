import type { Bound, Query, Value } from '../domain/query/ast.ts';
import { periodOf } from '../domain/query/periods.ts';
import type { Parameters } from './sql.ts';

/** A part of a query that is about a field. */
export type FieldQuery = Query & { kind: 'has' | 'is' | 'between' };

interface Clock {
  readonly now: Date;
}

/** A field as SQL: whether a record has it, whether it is one of some values, whether it lies between two. */
export interface FieldSql<Context extends Clock = Clock> {
  readonly has: string;
  readonly is: (values: readonly Value[], params: Parameters, context: Context) => string;
  readonly between?: (from: Bound | null, to: Bound | null, params: Parameters, context: Context) => string;
}

/** What a part of a query about a field says, as SQL. */
export function fieldCondition<Context extends Clock>(
  fields: Readonly<Record<string, FieldSql<Context>>>,
  query: FieldQuery,
  params: Parameters,
  context: Context,
): string {
  const field = fields[query.field];
  if (!field) throw new Error(`the field ${query.field} has no SQL`);
  if (query.kind === 'has') return field.has;
  if (query.kind === 'is') return field.is(query.values, params, context);
  if (!field.between) throw new Error(`the field ${query.field} has no order`);
  return field.between(query.from, query.to, params, context);
}

/** That one of the conditions holds. */
export function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? (conditions[0] ?? 'false') : `(${conditions.join(' OR ')})`;
}

/** A number in a column, or another expression. */
export function number(column: string): FieldSql {
  return {
    has: `${column} IS NOT NULL`,
    is: (values, params) => anyOf(values.map((v) => `${column} = ${params.add(v)}::float8`)),
    between: (from, to, params) => bounds(column, from, to, (v) => `${params.add(v)}::float8`),
  };
}

/** That a column lies between two values, as `value` writes them. */
export function bounds(column: string, from: Bound | null, to: Bound | null, value: (v: Value) => string): string {
  const parts: string[] = [];
  if (from) parts.push(`${column} ${from.inclusive ? '>=' : '>'} ${value(from.value)}`);
  if (to) parts.push(`${column} ${to.inclusive ? '<=' : '<'} ${value(to.value)}`);
  return `(${parts.join(' AND ')})`;
}

/** A moment, which has a B-tree of its own: a GIN index would go through everything on either side of a span. */
export function moment(column: string): FieldSql {
  const within = (from: string | null, to: string | null, params: Parameters) => {
    const parts: string[] = [];
    if (from !== null) parts.push(`${column} >= ${params.add(from)}::timestamptz`);
    if (to !== null) parts.push(`${column} < ${params.add(to)}::timestamptz`);
    return `(${parts.join(' AND ')})`;
  };
  return dates(within, `${column} IS NOT NULL`);
}

/** A day without a time. */
export function day(column: string): FieldSql {
  const within = (from: string | null, to: string | null, params: Parameters) => {
    const parts: string[] = [];
    if (from !== null) parts.push(`${column} >= ${params.add(from.slice(0, 10))}::date`);
    // The first moment of a day belongs to it only when something of it is meant.
    if (to !== null)
      parts.push(`${column} ${to.endsWith('T00:00:00.000Z') ? '<' : '<='} ${params.add(to.slice(0, 10))}::date`);
    return `(${parts.join(' AND ')})`;
  };
  return dates(within, `${column} IS NOT NULL`);
}

type Within = (from: string | null, to: string | null, params: Parameters) => string;

/** `>2024` begins after that year, `>=2024` with it; `<` and `<=` likewise. */
function dates(within: Within, has: string): FieldSql {
  return {
    has,
    is: (values, params, { now }) =>
      anyOf(
        values.map((value) => {
          const { from, to } = periodOf(String(value), now);
          return within(from, to, params);
        }),
      ),
    between: (from, to, params, { now }) => {
      const begin = from && periodOf(String(from.value), now);
      const end = to && periodOf(String(to.value), now);
      return within(
        begin && (from.inclusive ? begin.from : begin.to),
        end && (to.inclusive ? end.to : end.from),
        params,
      );
    },
  };
}
