import { type Database, transaction } from '../../db/database.ts';
import { keyOf } from '../../db/indicator-key.ts';
import { type KnownIndicator, knownIndicators } from '../../db/indicators.ts';
import type { Query } from '../../domain/query/ast.ts';
import { printQuery } from '../../domain/query/print.ts';
import { AppError } from '../../errors.ts';
import { type IndicatorSort, writeIndicatorCursor } from './order.ts';
import { keyPage, oneMoment, type PageRequest } from './page.ts';
import { countedUpTo } from './scan.ts';

export interface IndicatorResult {
  readonly query: string; // in its one spelling
  readonly hits: readonly KnownIndicator[];
  /** `exact: false`: there are more. */
  readonly total: { readonly value: number; readonly exact: boolean };
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

/** Indicators that match, in order, and how many match, counted up to 10,000. @throws AppError `invalid_query` */
export async function searchIndicators(db: Database, request: PageRequest): Promise<IndicatorResult> {
  const { query, sort, descending, limit } = request;
  requireLength(query);
  const { keys, matches } = await transaction(db, async (tx) => keyPage(tx, request), oneMoment);
  const known = await knownIndicators(db, keys);
  const hits = keys.flatMap((key) => known.get(keyOf(key)) ?? []);
  const [last, lastKey] = keys.length === limit ? [hits.at(-1), keys.at(-1)] : [];
  return {
    query: printQuery(query),
    hits,
    total: { value: Math.min(matches, countedUpTo), exact: matches <= countedUpTo },
    next: last && lastKey ? writeIndicatorCursor({ sort, descending, key: inOrder(last, sort), ...lastKey }) : null,
  };
}

function inOrder(hit: KnownIndicator, sort: IndicatorSort): string | number | null {
  if (sort === 'value') return hit.value;
  return sort === 'confidence' ? hit.confidence : hit.lastSeen;
}

/** The index knows values by groups of three characters of their words, edges included: with none of those all values would be read. */
const indexed =
  /[a-z0-9]{3}|(?:^|[^a-z0-9*])[a-z0-9]{2}|[a-z0-9]{2}(?:$|[^a-z0-9*])|(?:^|[^a-z0-9*])[a-z0-9](?:$|[^a-z0-9*])/i;

function requireLength(query: Query): void {
  if (query.kind === 'and' || query.kind === 'or') for (const part of query.parts) requireLength(part);
  if (query.kind === 'not') requireLength(query.part);
  for (const pattern of patternsOf(query)) {
    if (indexed.test(pattern)) continue;
    const text = pattern.replace(/^\*(.*)\*$/, '$1');
    throw new AppError(
      'invalid_query',
      `"${text}" is too short to be looked for in values: it needs three letters (a to z) or digits in a row, or two beside a dot.`,
    );
  }
}

function patternsOf(query: Query): string[] {
  if (query.kind === 'phrase') return [`*${query.text}*`];
  return query.kind === 'is' && query.field === 'value' ? query.values.map(String).filter((v) => v.includes('*')) : [];
}
