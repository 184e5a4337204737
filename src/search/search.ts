import { type Database, type Db, transaction } from '../db/database.ts';
import { canonicalName } from '../domain/names.ts';
import { parseSearch } from '../domain/query.ts';
import type { CveId, Severity } from '../domain/record.ts';
import { cleanText } from '../domain/text.ts';
import { type Condition, conditions, type Filters } from './conditions.ts';
import { type Meaning, meanings, type UnknownName, unknownName } from './corrections.ts';

export type Sort = 'priority' | 'cvss' | 'published' | 'modified';

export interface SearchRequest extends Filters {
  readonly text: string;
  readonly sort: Sort;
  readonly limit: number; // 1–1000
}

export interface Hit {
  readonly cveId: CveId;
  readonly title: string | null;
  readonly description: string | null;
  readonly severity: Severity | 'UNKNOWN';
  readonly cvssScore: number | null;
  readonly exploited: boolean;
  readonly priorityScore: number;
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
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

/** Stable: ties break on the id. Unscored and undated CVEs sort last. */
export const orders: Readonly<Record<Sort, string>> = {
  priority: 'priority_score DESC, cve_id',
  cvss: 'cvss_score DESC NULLS LAST, cve_id',
  published: 'published_at DESC NULLS LAST, cve_id',
  modified: 'modified_at DESC NULLS LAST, cve_id',
};

export const maxLimit = 1000;
const countLimit = 500;

/** One moment for the page and its count. */
const begin = 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ';

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
  const [hits, total] = await transaction(
    db,
    async (tx) => {
      const found = await countUpTo(tx, where);
      return [await page(tx, where, request, found), found] as const;
    },
    begin,
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

const hitColumns = `cve_id AS "cveId", title, description, severity, cvss_score AS "cvssScore", exploited_in_the_wild AS exploited,
       priority_score AS "priorityScore", published_at AS "publishedAt", modified_at AS "modifiedAt"`;

interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** With at least this many matches, the first ones in order are found sooner by going through the order than by gathering all. */
const many = 400;

/** How far to go through the order for each hit that is wanted, before all matches are gathered after all. */
const stepsPerHit = 50;

/** A page by gathering all matches and sorting them; `OFFSET 0` keeps the planner from going through the order instead. */
function gather(where: Condition, sort: Sort, limit: number): Statement {
  return {
    sql: `SELECT ${hitColumns}
FROM (SELECT * FROM vulnerabilities WHERE ${where.sql} OFFSET 0) AS found
ORDER BY ${orders[sort]} LIMIT $${where.params.length + 1}`,
    params: [...where.params, limit],
  };
}

/** A page from the first rows in order, as far as `limit * stepsPerHit`; right when it is full. */
function goThrough(where: Condition, sort: Sort, limit: number): Statement {
  return {
    sql: `SELECT ${hitColumns}
FROM (SELECT * FROM vulnerabilities ORDER BY ${orders[sort]} LIMIT ${limit * stepsPerHit}) AS first
WHERE ${where.sql} ORDER BY ${orders[sort]} LIMIT $${where.params.length + 1}`,
    params: [...where.params, limit],
  };
}

/**
 * A page of hits. The planner cannot know whether matches lie at the order's beginning or its end, and is wrong by a
 * hundred times either way: few matches are gathered, of many the beginning of the order is looked through first.
 */
async function page(tx: Db, where: Condition, request: SearchRequest, found: number): Promise<Hit[]> {
  const limit = boundedLimit(request);
  if (found >= many) {
    const { sql, params } = goThrough(where, request.sort, limit);
    const { rows } = await tx.query<Hit>(sql, params);
    if (rows.length === limit) return rows;
  }
  const { sql, params } = gather(where, request.sort, limit);
  return (await tx.query<Hit>(sql, params)).rows;
}

function boundedLimit({ limit }: SearchRequest): number {
  return Math.min(Math.max(1, limit), maxLimit);
}

async function countUpTo(db: Db, where: Condition): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM (SELECT 1 FROM vulnerabilities WHERE ${where.sql} LIMIT ${countLimit + 1}) AS counted`,
    where.params,
  );
  return rows[0]?.n ?? 0;
}

/** How the database carries out a search's page: the statement, its parameters, and the plan with what really happened. */
export async function explain(
  db: Database,
  request: SearchRequest,
): Promise<{ sql: string; params: readonly unknown[]; plan: readonly string[] }> {
  const text = parseSearch(request.text);
  const where = conditions(text, await meanings(db, text.words, false), request);
  const statement = (await countUpTo(db, where)) >= many ? goThrough : gather;
  const { sql, params } = statement(where, request.sort, boundedLimit(request));
  const { rows } = await transaction(
    db,
    (tx) => tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, params),
    begin,
  );
  return { sql, params, plan: rows.map((row) => row['QUERY PLAN']) };
}
