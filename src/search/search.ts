import { type Database, transaction } from '../db/database.ts';
import type { Query } from '../domain/query/ast.ts';
import { printQuery } from '../domain/query/print.ts';
import { affecting, type Because, splitAffected } from './affected.ts';
import { compile, patternsIn, wordsIn } from './compile.ts';
import { type Meaning, meanings, namesLike, type UnknownName, unknownName } from './corrections.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { mostNames } from './field-sql.ts';
import {
  countSlices,
  countUpTo,
  type Hit,
  type PageRequest,
  page,
  pageSlices,
  pageStatements,
  type Slices,
  type Statement,
} from './page.ts';
import type { Condition } from './sql.ts';
import type { Sort } from './thresholds.ts';

export interface SearchRequest {
  readonly query: Query;
  readonly sort: Sort;
  readonly limit: number; // 1–1000
  readonly offset?: number;
  readonly after?: Cursor | null;
  /** Matches are counted no further than this. */
  readonly countUpTo: number;
  readonly now: Date;
}

export interface SearchHit extends Hit {
  /** Why the software that was asked for is affected. */
  readonly because: Because | null;
}

export interface SearchResult {
  readonly query: string; // in its one spelling
  readonly hits: readonly SearchHit[];
  /** `exact: false`: there are more. */
  readonly total: { readonly value: number; readonly exact: boolean };
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
  /** Typed words that were taken for others, or that nothing is like. */
  readonly meanings: readonly Meaning[];
  /** Vendors and products that no record has. */
  readonly unknownNames: readonly UnknownName[];
}

export const maxLimit = 1000;

/** One moment for the page and its count. */
const oneMoment = 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ';

/**
 * Only the index knows where matches lie: the planner, which takes them to be everywhere alike, would now and then go
 * through the table or an order instead, a hundred times slower.
 */
const byIndex = `${oneMoment}; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off`;

function beginOf(where: Condition): string {
  return where.sql === 'true' ? oneMoment : byIndex;
}

/**
 * The CVEs that match, best first. A misspelt word finds what was meant, and the result says what it was taken for.
 * @throws AppError `invalid_query`
 */
export async function search(db: Database, request: SearchRequest): Promise<SearchResult> {
  const first = await attempt(db, request, false);
  if (first.hits.length > 0 || request.after || request.offset) return first;
  const unknownNames = await unknownNamesIn(db, request.query);
  const mayBeSlips = unknownNames.length === 0 && wordsIn(request.query).length > 0;
  const second = mayBeSlips ? await attempt(db, request, true) : first;
  return second.hits.length > 0 ? second : { ...first, unknownNames };
}

/** A query that is ready to be asked: its condition, what its words were taken for, and why its software is affected. */
interface Prepared {
  readonly where: Condition;
  readonly taken: readonly Meaning[];
  readonly because: ReadonlyMap<string, Because> | null;
}

async function prepare(db: Database, { query, now }: SearchRequest, doubtRare: boolean): Promise<Prepared> {
  const { rest, software } = splitAffected(query);
  const taken = await meanings(db, wordsIn(rest), doubtRare);
  const words = new Map(taken.map((m) => [m.typed, { text: m.as, beginning: m.how === 'beginning' }]));
  const names = new Map<string, readonly string[]>();
  for (const { field, pattern } of patternsIn(rest)) {
    names.set(`${field}:${pattern}`, await namesLike(db, field, pattern, mostNames));
  }
  const where = compile(rest, { now, words, names });
  if (software.length === 0) return { where, taken, because: null };
  const because = await affecting(db, where, software);
  return { where: { sql: 'cve_id = ANY($1::text[])', params: [[...because.keys()]] }, taken, because };
}

async function attempt(db: Database, request: SearchRequest, doubtRare: boolean): Promise<SearchResult> {
  const { where, taken, because } = await prepare(db, request, doubtRare);
  const wanted = pageRequest(request);
  const slices = await slicesFor(db, wanted);
  const [hits, total] = await transaction(
    db,
    async (tx) => {
      const found = await countUpTo(tx, where, request.countUpTo + 1, slices.count);
      const statements = pageStatements(where, wanted, found, slices.page);
      return [await page(tx, statements, wanted.limit), found] as const;
    },
    beginOf(where),
  );
  const last = hits.length === wanted.limit ? hits.at(-1) : undefined;
  return {
    query: printQuery(request.query),
    hits: hits.map((hit) => ({ ...hit, because: because?.get(hit.cveId) ?? null })),
    total: { value: Math.min(total, request.countUpTo), exact: total <= request.countUpTo },
    next: last ? writeCursor({ sort: request.sort, key: keyOf(last, request.sort), cveId: last.cveId }) : null,
    meanings: taken.filter((m) => m.how !== 'word'),
    unknownNames: [],
  };
}

function keyOf(hit: Hit, sort: Sort): string | number | null {
  if (sort === 'priority') return hit.priorityScore;
  if (sort === 'cvss') return hit.cvssScore;
  return sort === 'published' ? hit.publishedAt : hit.modifiedAt;
}

function pageRequest({ sort, limit, offset = 0, after = null }: SearchRequest): PageRequest {
  return { sort, limit: Math.min(Math.max(1, limit), maxLimit), offset: Math.max(0, offset), after };
}

async function slicesFor(db: Database, request: PageRequest): Promise<{ page: Slices; count: Slices }> {
  return { page: await pageSlices(db, request), count: await countSlices(db) };
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

/** How the database carries out a search's page: the statement, its parameters, and the plan with what really happened. */
export async function explain(
  db: Database,
  request: SearchRequest,
): Promise<{ sql: string; params: readonly unknown[]; plan: readonly string[] }> {
  const { where } = await prepare(db, request, false);
  const wanted = pageRequest(request);
  const slices = await slicesFor(db, wanted);
  return transaction(
    db,
    async (tx) => {
      const found = await countUpTo(tx, where, request.countUpTo + 1, slices.count);
      const statements = pageStatements(where, wanted, found, slices.page);
      const { sql, params } = await firstFull(tx, statements, wanted.limit);
      const { rows } = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, params);
      return { sql, params, plan: rows.map((row) => row['QUERY PLAN']) };
    },
    beginOf(where),
  );
}

/** The statement whose page the search would show. */
async function firstFull(
  tx: Parameters<typeof page>[0],
  statements: readonly Statement[],
  limit: number,
): Promise<Statement> {
  for (const statement of statements) {
    const { rows } = await tx.query(statement.sql, statement.params);
    if (rows.length === limit) return statement;
  }
  return statements.at(-1) as Statement;
}
