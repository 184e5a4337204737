import { type IndicatorType, indicatorTypes } from '../../domain/indicator.ts';
import type { Bound, Query } from '../../domain/query/ast.ts';
import { AppError } from '../../errors.ts';
import { type FieldQuery, fieldCondition } from '../field-kinds.ts';
import type { Parameters } from '../sql.ts';
import { indicatorDialect } from './dialect.ts';

/** What lists of indicators can be ordered by. Whatever has no such value comes last. */
const columns = {
  last_seen: { sql: 'last_seen', type: 'timestamptz' },
  confidence: { sql: 'confidence', type: 'float8' },
  value: { sql: 'value COLLATE "C"', type: 'text' },
} as const;

export type IndicatorSort = keyof typeof columns;
export const indicatorSorts = Object.keys(columns) as IndicatorSort[];

/** An order of indicators; equal ones are ordered by their keys. */
export interface IndicatorOrder {
  readonly sort: IndicatorSort;
  readonly descending: boolean;
}

/** The last indicator of a page: the next one begins after it. */
export interface IndicatorCursor extends IndicatorOrder {
  readonly key: string | number | null; // what it has in the order's column
  readonly valueHash: string;
  readonly type: IndicatorType;
}

/** A stretch of an order: its rows, and how they are ordered within it. */
export interface Stretch {
  readonly rows: (params: Parameters) => string;
  readonly by: string;
  /** Narrow ones are asked of the index as a condition more; wide ones are gone through in their order, which an index has. */
  readonly narrow?: true;
  /** What wide ones are ordered by first, and the condition that a row does not come after such a key. */
  readonly first?: { readonly key: string; readonly notAfter: (key: string, params: Parameters) => string };
}

const byKey = 'value_hash, ioc_type';

/** How the whole order is written. */
export function orderBy({ sort, descending }: IndicatorOrder): string {
  return `${columns[sort].sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST, ${byKey}`;
}

/** The condition that an indicator comes after a cursor. */
export function afterCursor({ sort, descending, ...after }: IndicatorCursor, params: Parameters): string {
  const { sql, type } = columns[sort];
  const next = keyAfter(after, params);
  if (after.key === null) return `(${sql} IS NULL AND ${next})`;
  const key = `${params.add(after.key)}::${type}`;
  return `(${sql} ${descending ? '<' : '>'} ${key} OR (${sql} = ${key} AND ${next}) OR ${sql} IS NULL)`;
}

/**
 * An order from its beginning, or from a cursor on, in stretches; left out are those in which the query finds nothing.
 * `now` for dates of the query that are relative to it.
 */
export function stretches(order: IndicatorOrder, after: IndicatorCursor | null, query: Query, now: Date): Stretch[] {
  if (order.sort === 'value') return [values(order, after)];
  if (after?.key === null)
    return [{ rows: (params) => `${order.sort} IS NULL AND ${keyAfter(after, params)}`, by: byKey }];
  const without: Stretch = { rows: () => `${order.sort} IS NULL`, by: byKey };
  return [...(order.sort === 'confidence' ? levels(order, after, query) : moments(order, after, query, now)), without];
}

function moments({ descending }: IndicatorOrder, after: IndicatorCursor | null, query: Query, now: Date): Stretch[] {
  const by = `last_seen ${descending ? 'DESC' : 'ASC'}, ${byKey}`;
  const notAfter = (key: string, params: Parameters) =>
    `last_seen ${descending ? '>=' : '<='} ${params.add(key)}::timestamptz`;
  const first = { key: 'last_seen::text', notAfter };
  // What the query itself says of the moment, or the way to where it begins would be gone through.
  const asked = (params: Parameters) =>
    momentsIn(query).map((part) => fieldCondition(indicatorDialect.fields, part, params, { now }));
  const within = (rows: string, params: Parameters) => [rows, ...asked(params)].join(' AND ');
  if (!after) return [{ rows: (params) => within('last_seen IS NOT NULL', params), by, first }];
  const key = (params: Parameters) => `${params.add(after.key)}::timestamptz`;
  return [
    { rows: (params) => `last_seen = ${key(params)} AND ${keyAfter(after, params)}`, by: byKey },
    { rows: (params) => within(`last_seen ${descending ? '<' : '>'} ${key(params)}`, params), by, first },
  ];
}

/** The spans of `last_seen` in which everything lies that the query finds. */
function momentsIn(query: Query): FieldQuery[] {
  if (query.kind === 'and') return query.parts.flatMap(momentsIn);
  const isSpan = query.kind === 'between' || (query.kind === 'is' && query.values.length === 1);
  return isSpan && query.field === 'last_seen' ? [query] : [];
}

/** Confidence is kept in hundredths, so there are a hundred and one stretches of one confidence each. */
function levels({ descending }: IndicatorOrder, after: IndicatorCursor | null, query: Query): Stretch[] {
  const all = Array.from({ length: 101 }, (_, hundredths) => hundredths / 100).filter((level) => mayBe(level, query));
  const from =
    after === null
      ? all
      : all.filter((level) => (descending ? level <= Number(after.key) : level >= Number(after.key)));
  return (descending ? from.reverse() : from).map((level) => ({
    rows: (params) => {
      const next = after?.key === level ? ` AND ${keyAfter(after, params)}` : '';
      return `confidence = ${params.add(level)}::float8${next}`;
    },
    by: byKey,
    narrow: true,
  }));
}

/** Whether a match of the query can have this confidence, as far as the query's own conditions on it say. */
function mayBe(confidence: number, query: Query): boolean {
  if (query.kind === 'and') return query.parts.every((part) => mayBe(confidence, part));
  if (query.kind === 'or') return query.parts.some((part) => mayBe(confidence, part));
  if (query.kind === 'is' && query.field === 'confidence') return query.values.includes(confidence);
  if (query.kind !== 'between' || query.field !== 'confidence') return true;
  const holds = (bound: Bound | null, difference: (value: number) => number) =>
    bound === null || difference(Number(bound.value)) > 0 || (bound.inclusive && Number(bound.value) === confidence);
  return holds(query.from, (from) => confidence - from) && holds(query.to, (to) => to - confidence);
}

function values(order: IndicatorOrder, after: IndicatorCursor | null): Stretch {
  const direction = order.descending ? 'DESC' : 'ASC';
  const beginning = 'left(value, 50) COLLATE "C"';
  const notAfter = (value: string, params: Parameters) =>
    `${beginning} ${order.descending ? '>=' : '<='} left(${params.add(value)}::text, 50)`;
  return {
    rows: (params) => {
      if (!after) return 'true';
      const least = `${beginning} ${order.descending ? '<=' : '>='} left(${params.add(after.key)}::text, 50)`;
      return `${least} AND ${afterCursor(after, params)}`;
    },
    by: `${beginning} ${direction}, value COLLATE "C" ${direction}, ${byKey}`,
    first: { key: 'value', notAfter },
  };
}

function keyAfter({ valueHash, type }: Pick<IndicatorCursor, 'valueHash' | 'type'>, params: Parameters): string {
  return `(${byKey}) > (decode(${params.add(valueHash)}, 'hex'), ${params.add(type)}::text)`;
}

/** The cursor as a short text that means nothing to people. */
export function writeIndicatorCursor({ sort, descending, key, valueHash, type }: IndicatorCursor): string {
  return Buffer.from(JSON.stringify([sort, descending, key, valueHash, type])).toString('base64url');
}

/** @throws AppError `invalid_query` for a text that is no cursor of that order */
export function readIndicatorCursor(text: string, order: IndicatorOrder): IndicatorCursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const [sort, descending, key, valueHash, type] = Array.isArray(value) ? (value as unknown[]) : [];
    if (
      sort === order.sort &&
      descending === order.descending &&
      isKey(order.sort, key) &&
      typeof valueHash === 'string' &&
      /^[0-9a-f]{64}$/.test(valueHash)
    ) {
      const known = indicatorTypes.find((one) => one === type);
      if (known) return { ...order, key, valueHash, type: known };
    }
  } catch {
    // said below
  }
  throw new AppError('invalid_query', 'The cursor is none of this order: begin without one.', { parameter: 'cursor' });
}

function isKey(sort: IndicatorSort, key: unknown): key is string | number | null {
  if (key === null) return sort !== 'value';
  if (sort === 'confidence') return typeof key === 'number';
  if (typeof key !== 'string' || key.includes('\0') || !key.isWellFormed()) return false;
  return sort === 'value'
    ? key.length <= 5_000
    : /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$/.test(key) && !Number.isNaN(Date.parse(key));
}
