import { type IndicatorType, indicatorTypes } from '../../domain/indicator.ts';
import type { Bound, Query } from '../../domain/query/ast.ts';
import { AppError } from '../../errors.ts';
import { fieldCondition } from '../field-kinds.ts';
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
  /** What wide ones are ordered by first. */
  readonly first?: FirstOfOrder;
}

/** Where a row lies in an order, seen from a key. */
export type Place = 'before' | 'upTo' | 'at' | 'from' | 'after';

/** What an order begins with, whether many rows may have the same, and the condition that a row lies somewhere. */
export interface FirstOfOrder {
  readonly key: string;
  readonly by: string;
  readonly isShared: boolean;
  readonly lies: (place: Place, key: string, params: Parameters) => string;
}

const ascending = { before: '<', upTo: '<=', at: '=', from: '>=', after: '>' } as const;
const backwards = { before: '>', upTo: '>=', at: '=', from: '<=', after: '<' } as const;

function operator(place: Place, { descending }: IndicatorOrder): string {
  return (descending ? backwards : ascending)[place];
}

export const byKey = 'value_hash, ioc_type';

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
 * An order from its beginning, or from a cursor on, in stretches. Those keep to the query's own spans of what it is ordered
 * by, so that nothing is gone through where it finds nothing; `now` for dates that are relative to it.
 */
export function stretches(order: IndicatorOrder, after: IndicatorCursor | null, query: Query, now: Date): Stretch[] {
  if (order.sort === 'value') return [values(order, after)];
  const spans = spansIn(query, order.sort);
  const next = after?.key === null ? after : null;
  const without: Stretch = {
    rows: (params) => `${order.sort} IS NULL${next ? ` AND ${keyAfter(next, params)}` : ''}`,
    by: byKey,
  };
  const last = spans.length === 0 ? [without] : [];
  if (next) return last;
  return [...(order.sort === 'confidence' ? levels(order, after, spans) : moments(order, after, spans, now)), ...last];
}

/** What a query says beside the spans to which the stretches of an order keep. */
export function besideSpans(query: Query, sort: IndicatorSort): Query {
  const spans = new Set<Query>(spansIn(query, sort));
  if (spans.has(query)) return { kind: 'all' };
  if (query.kind !== 'and' || spans.size === 0) return query;
  const parts = query.parts.map((part) => besideSpans(part, sort)).filter((part) => part.kind !== 'all');
  const [only, ...more] = parts;
  return only === undefined ? { kind: 'all' } : more.length === 0 ? only : { kind: 'and', parts };
}

type Span = Query & { kind: 'is' | 'between' };

/** The spans of a field in which everything lies that the query finds. */
function spansIn(query: Query, field: IndicatorSort): Span[] {
  if (query.kind === 'and') return query.parts.flatMap((part) => spansIn(part, field));
  const isSpan = query.kind === 'between' || (query.kind === 'is' && query.values.length === 1);
  return field !== 'value' && isSpan && query.field === field ? [query] : [];
}

function moments(order: IndicatorOrder, after: IndicatorCursor | null, spans: readonly Span[], now: Date): Stretch[] {
  const direction = `last_seen ${order.descending ? 'DESC' : 'ASC'}`;
  const by = `${direction}, ${byKey}`;
  const lies = (place: Place, key: string | number | null, params: Parameters) =>
    `last_seen ${operator(place, order)} ${params.add(key)}::timestamptz`;
  const first = { key: 'last_seen::text', by: direction, isShared: true, lies };
  const within = (rows: string, params: Parameters) =>
    [rows, ...spans.map((span) => fieldCondition(indicatorDialect.fields, span, params, { now }))].join(' AND ');
  if (!after) return [{ rows: (params) => within('last_seen IS NOT NULL', params), by, first }];
  return [
    { rows: (params) => within(`${lies('at', after.key, params)} AND ${keyAfter(after, params)}`, params), by: byKey },
    { rows: (params) => within(lies('after', after.key, params), params), by, first },
  ];
}

/** Confidence is kept in hundredths, so there are a hundred and one stretches of one confidence each. */
function levels({ descending }: IndicatorOrder, after: IndicatorCursor | null, spans: readonly Span[]): Stretch[] {
  const all = Array.from({ length: 101 }, (_, hundredths) => hundredths / 100).filter((level) =>
    spans.every((span) => isWithin(level, span)),
  );
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

function isWithin(confidence: number, span: Span): boolean {
  if (span.kind === 'is') return span.values.includes(confidence);
  const holds = (bound: Bound | null, difference: (value: number) => number) =>
    bound === null || difference(Number(bound.value)) > 0 || (bound.inclusive && Number(bound.value) === confidence);
  return holds(span.from, (from) => confidence - from) && holds(span.to, (to) => to - confidence);
}

function values(order: IndicatorOrder, after: IndicatorCursor | null): Stretch {
  const direction = order.descending ? 'DESC' : 'ASC';
  const beginning = 'left(value, 50) COLLATE "C"';
  const lies = (place: Place, value: string | number | null, params: Parameters) =>
    `${beginning} ${operator(place, order)} left(${params.add(value)}::text, 50)`;
  return {
    rows: (params) => (after ? `${lies('from', after.key, params)} AND ${afterCursor(after, params)}` : 'true'),
    by: `${beginning} ${direction}, value COLLATE "C" ${direction}, ${byKey}`,
    first: { key: 'value', by: `${beginning} ${direction}`, isShared: false, lies },
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
