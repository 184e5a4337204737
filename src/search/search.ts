import { type Database, type Db, transaction } from '../db/database.ts';
import { canonicalName } from '../domain/names.ts';
import { parseSearch } from '../domain/query.ts';
import { cleanText } from '../domain/text.ts';
import { type Condition, conditions, type Filters } from './conditions.ts';
import { type Meaning, meanings, type UnknownName, unknownName } from './corrections.ts';
import {
  countSlices,
  countUpTo,
  type Hit,
  maxLimit,
  page,
  pageSlices,
  pageStatements,
  type Slices,
  type Statement,
} from './page.ts';
import type { Sort } from './thresholds.ts';

export interface SearchRequest extends Filters {
  readonly text: string;
  readonly sort: Sort;
  readonly limit: number; // 1–1000
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  /** How many match, counted no further than 500. */
  readonly total: { readonly value: number; readonly exact: boolean };
  /** Typed words that were taken for others, or that nothing is like. */
  readonly meanings: readonly Meaning[];
  /** Vendors and products of the filters that no record has. */
  readonly unknownNames: readonly UnknownName[];
}

const countLimit = 500;

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

/** The CVEs that match, best first. A misspelt word finds what was meant, and the result says what it was taken for. */
export async function search(db: Database, asked: SearchRequest): Promise<SearchResult> {
  const request = { ...asked, ...storableName('vendor', asked), ...storableName('product', asked) };
  const first = await attempt(db, request, false);
  if (first.hits.length > 0) return first;
  const unknownNames = await unknownFilters(db, request);
  const mayBeSlips = unknownNames.length === 0 && first.meanings.some((m) => m.how === 'word');
  const second = mayBeSlips ? await attempt(db, request, true) : first;
  return second.hits.length > 0 ? second : { ...first, unknownNames };
}

/** The name in a filter without characters that PostgreSQL refuses: no record has them. */
function storableName(field: 'vendor' | 'product', request: SearchRequest): Partial<SearchRequest> {
  const name = request[field];
  return name === undefined ? {} : { [field]: cleanText(name).text };
}

async function attempt(db: Database, request: SearchRequest, doubtRare: boolean): Promise<SearchResult> {
  const text = parseSearch(request.text);
  const taken = await meanings(db, text.words, doubtRare);
  const nothing = { hits: [], total: { value: 0, exact: true }, meanings: taken, unknownNames: [] };
  if (taken.some((m) => m.how === 'unknown')) return nothing;
  const where = conditions(text, taken, request);
  const limit = boundedLimit(request);
  const slices = await slicesFor(db, request);
  const [hits, total] = await transaction(
    db,
    async (tx) => {
      const found = await countUpTo(tx, where, countLimit + 1, slices.count);
      const statements = pageStatements(where, request.sort, limit, found, slices.page);
      return [await page(tx, statements, limit), found] as const;
    },
    beginOf(where),
  );
  if (hits.length === 0) return nothing;
  const counted = { value: Math.min(total, countLimit), exact: total <= countLimit };
  return { hits, total: counted, meanings: taken.filter((m) => m.how !== 'word'), unknownNames: [] };
}

async function unknownFilters(db: Db, request: SearchRequest): Promise<UnknownName[]> {
  const unknown: UnknownName[] = [];
  for (const field of ['vendor', 'product'] as const) {
    const typed = request[field];
    const found = typed === undefined ? null : await unknownName(db, field, canonicalName(typed));
    if (found) unknown.push(found);
  }
  return unknown;
}

async function slicesFor(db: Database, request: SearchRequest): Promise<{ page: Slices; count: Slices }> {
  return { page: await pageSlices(db, request.sort, boundedLimit(request)), count: await countSlices(db) };
}

function boundedLimit({ limit }: SearchRequest): number {
  return Math.min(Math.max(1, limit), maxLimit);
}

/** How the database carries out a search's page: the statement, its parameters, and the plan with what really happened. */
export async function explain(
  db: Database,
  request: SearchRequest,
): Promise<{ sql: string; params: readonly unknown[]; plan: readonly string[] }> {
  const text = parseSearch(request.text);
  const where = conditions(text, await meanings(db, text.words, false), request);
  const limit = boundedLimit(request);
  const slices = await slicesFor(db, request);
  return transaction(
    db,
    async (tx) => {
      const found = await countUpTo(tx, where, countLimit + 1, slices.count);
      const statements = pageStatements(where, request.sort, limit, found, slices.page);
      const { sql, params } = await firstFull(tx, statements, limit);
      const { rows } = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, params);
      return { sql, params, plan: rows.map((row) => row['QUERY PLAN']) };
    },
    beginOf(where),
  );
}

/** The statement whose page the search would show. */
async function firstFull(tx: Db, statements: readonly Statement[], limit: number): Promise<Statement> {
  for (const statement of statements) {
    const { rows } = await tx.query(statement.sql, statement.params);
    if (rows.length === limit) return statement;
  }
  return statements.at(-1) as Statement;
}
