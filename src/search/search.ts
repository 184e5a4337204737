import type { Database } from '../db/database.ts';
import type { Query } from '../domain/query/ast.ts';
import { printQuery } from '../domain/query/print.ts';
import { AppError } from '../errors.ts';
import type { Because } from './affected.ts';
import { wordsIn } from './compile.ts';
import { type Meaning, type UnknownName, unknownName } from './corrections.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { find } from './find.ts';
import type { Direction, Sort } from './orders.ts';
import type { Hit } from './page.ts';
import { prepare } from './prepare.ts';
import { hasText } from './relevance.ts';
import { type Remembered, remembered, type Total } from './remembered.ts';
import type { Wanted } from './wanted.ts';

export interface SearchRequest {
  readonly query: Query;
  /** Unless said: by relevance where there are words, otherwise, and upwards, by priority. */
  readonly sort?: Sort | undefined;
  readonly direction?: Direction | undefined;
  readonly limit: number; // 1–1000
  readonly offset?: number;
  readonly after?: Cursor | null;
  /** Matches are counted no further than this; null: all are counted. */
  readonly countUpTo?: number | null;
  readonly now: Date;
}

export interface SearchHit extends Hit {
  /** Why the software that was asked for is affected. */
  readonly because: Because | null;
}

export interface SearchResult {
  readonly query: string; // as it was understood
  readonly sort: Sort;
  readonly direction: Direction;
  readonly hits: readonly SearchHit[];
  readonly total: Total;
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
  /** Typed words that were taken for others, or that nothing is like. */
  readonly meanings: readonly Meaning[];
  /** Vendors and products that no record has. */
  readonly unknownNames: readonly UnknownName[];
}

export const maxLimit = 1000;

/** Totals are exact up to this, unless all are asked for. */
export const countedUpTo = 10_000;

/**
 * The CVEs that match, best first. A misspelt word finds what was meant, and the result says what it was taken for.
 * @throws AppError `invalid_query` also for a cursor of another order
 */
export async function search(db: Database, request: SearchRequest): Promise<SearchResult> {
  const wanted = wantedOf(request);
  const known = await remembered(db);
  const first = await attempt(db, known, request, wanted, false);
  if (first.hits.length > 0 || wanted.after || wanted.offset > 0) return first;
  const unknownNames = await unknownNamesIn(db, request.query);
  const mayBeSlips = unknownNames.length === 0 && wordsIn(request.query).length > 0;
  const second = mayBeSlips ? await attempt(db, known, request, wanted, true) : first;
  return second.hits.length > 0 ? second : { ...first, unknownNames };
}

/** What a request wants, with what it leaves open. @throws AppError `invalid_query` */
export function wantedOf(request: SearchRequest): Wanted {
  const { query, direction = request.after?.direction ?? 'desc', limit, offset = 0, after = null } = request;
  const wanted = {
    ...orderOf(query, request.sort ?? after?.sort, direction),
    limit: Math.min(Math.max(1, limit), maxLimit),
    offset: Math.max(0, offset),
    after,
    countUpTo: request.countUpTo === undefined ? countedUpTo : request.countUpTo,
  };
  if (after && (after.sort !== wanted.sort || (after.direction ?? 'desc') !== wanted.direction)) {
    throw new AppError('invalid_query', 'The cursor belongs to a list in another order: begin without one.', {
      parameter: 'cursor',
    });
  }
  return wanted;
}

function orderOf(query: Query, sort: Sort | undefined, direction: Direction): Pick<Wanted, 'sort' | 'direction'> {
  if (sort === 'relevance' && direction === 'asc') {
    throw new AppError('invalid_query', 'The order by relevance has no other direction.', { parameter: 'order' });
  }
  const byText = direction === 'desc' && hasText(query);
  if (sort === undefined || sort === 'relevance') return { sort: byText ? 'relevance' : 'priority', direction };
  return { sort, direction };
}

async function attempt(
  db: Database,
  known: Remembered,
  { query, now }: SearchRequest,
  wanted: Wanted,
  doubtRare: boolean,
): Promise<SearchResult> {
  const prepared = await prepare(db, query, now, doubtRare);
  const { hits, total, keyOf } = await find(db, known, prepared, wanted);
  const { sort, direction } = wanted;
  const last = hits.length === wanted.limit ? hits.at(-1) : undefined;
  return {
    query: printQuery(query),
    sort,
    direction,
    hits: hits.map((hit) => ({ ...hit, because: prepared.because?.get(hit.cveId) ?? null })),
    total,
    next: last ? writeCursor({ sort, direction, key: keyOf(last), cveId: last.cveId }) : null,
    meanings: prepared.taken.filter((m) => m.how !== 'word'),
    unknownNames: [],
  };
}

async function unknownNamesIn(db: Database, query: Query): Promise<UnknownName[]> {
  const unknown: UnknownName[] = [];
  for (const part of query.kind === 'and' ? query.parts : [query]) {
    if (part.kind !== 'is' || (part.field !== 'vendor' && part.field !== 'product')) continue;
    for (const name of part.values.map(String)) {
      const found = name.includes('*') ? null : await unknownName(db, part.field, name);
      if (found) unknown.push(found);
    }
  }
  return unknown;
}
