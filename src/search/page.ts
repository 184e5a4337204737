import type { Database, Db } from '../db/database.ts';
import type { CveId, Severity } from '../domain/record.ts';
import type { Cursor } from './cursor.ts';
import { type Condition, narrowed, Parameters } from './sql.ts';
import { afterPlace, orders, type Sort, threshold } from './thresholds.ts';

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

export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Which part of the hits is wanted. */
export interface PageRequest {
  readonly sort: Sort;
  readonly limit: number;
  readonly offset: number; // hits to pass over: for pages by number; cursors cost the same at any depth
  readonly after: Cursor | null;
}

/** Fewer matches than this are sorted sooner than the order's beginning is looked through. */
const few = 500;

/** How many of the first CVEs in order are looked through for each wanted hit, in turn. */
const slicesPerHit = [32, 256, 2048];
const widestSlice = 50_000;

/** Among this many of the most urgent CVEs, matches are counted first: of a common word, these are enough. */
const countSlice = 4_000;

/** Parts of an order that a search may look through, smallest first, as conditions. */
export type Slices = readonly ((params: Parameters) => string)[];

/** The slices for a page. */
export async function pageSlices(db: Database, { sort, limit, offset, after }: PageRequest): Promise<Slices> {
  const sizes = slicesPerHit.map((perHit) => perHit * (limit + offset)).filter((size) => size <= widestSlice);
  return conditionsOf(db, sort, sizes, after);
}

/** The slice in which matches are counted first. */
export async function countSlices(db: Database): Promise<Slices> {
  return conditionsOf(db, 'priority', [countSlice], null);
}

async function conditionsOf(db: Database, sort: Sort, sizes: readonly number[], after: Cursor | null): Promise<Slices> {
  const { column, type } = orders[sort];
  if (after && after.key === null) return []; // what has no score or date is not in the index
  const slices: ((params: Parameters) => string)[] = [];
  for (const size of sizes) {
    const least = await threshold(db, sort, size, after);
    if (least === null) continue;
    slices.push((params) => {
      const most = after ? ` AND ${column} <= ${params.add(after.key)}::${type}` : '';
      return `${column} >= ${params.add(least)}::${type}${most}`;
    });
  }
  return slices;
}

/**
 * The statements that find a page, to be tried in turn until one is full; the last is always right. Where the best
 * matches lie in the order, nobody can know; but of many matches some lie at its beginning, and the index finds those
 * without touching the others. Each try costs eight times the one before, so a failed one hardly counts.
 */
export function pageStatements(where: Condition, request: PageRequest, matches: number, slices: Slices): Statement[] {
  const { sort, limit, offset, after } = request;
  const rest = after ? afterCursor(where, after) : where;
  const useful = matches >= few && where.sql !== 'true' ? slices : [];
  return [...useful, null].map((slice) => {
    const condition = slice ? narrowed(rest, slice) : rest;
    const params = new Parameters(condition.params);
    return {
      sql: `SELECT cve_id AS "cveId", title, description, severity, cvss_score AS "cvssScore", exploited_in_the_wild AS exploited,
       priority_score AS "priorityScore", published_at AS "publishedAt", modified_at AS "modifiedAt"
FROM vulnerabilities
WHERE ${condition.sql}
ORDER BY ${orders[sort].by} LIMIT ${params.add(limit)} OFFSET ${params.add(offset)}`,
      params: params.values,
    };
  });
}

function afterCursor(where: Condition, after: Cursor): Condition {
  return narrowed(where, (params) => afterPlace(after.sort, after, params));
}

/** A page of hits, best first: from the first statement whose page is full, or the last. */
export async function page(tx: Db, statements: readonly Statement[], limit: number): Promise<Hit[]> {
  let rows: Hit[] = [];
  for (const { sql, params } of statements) {
    rows = (await tx.query<Hit>(sql, params)).rows;
    if (rows.length === limit) break;
  }
  return rows;
}

/** How many CVEs match, counted no further than `most`. */
export async function countUpTo(tx: Db, where: Condition, most: number, slices: Slices): Promise<number> {
  let found = 0;
  const useful = where.sql === 'true' || most > countSlice ? [] : slices;
  for (const slice of [...useful, null]) {
    const condition = slice ? narrowed(where, slice) : where;
    const params = new Parameters(condition.params);
    const { rows } = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT 1 FROM vulnerabilities WHERE ${condition.sql} LIMIT ${params.add(most)}) AS counted`,
      params.values,
    );
    found = rows[0]?.n ?? 0;
    if (found >= most) break;
  }
  return found;
}
