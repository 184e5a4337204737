import type { Database, Db } from '../db/database.ts';
import type { CveId, Severity } from '../domain/record.ts';
import type { Condition } from './conditions.ts';
import { orders, type Sort, threshold } from './thresholds.ts';

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

export const maxLimit = 1000;

export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Fewer matches than this are sorted sooner than the order's beginning is looked through. */
const few = 500;

/** How many of the first CVEs in order are looked through for each wanted hit, in turn. */
const slicesPerHit = [32, 256, 2048];
const widestSlice = 50_000;

/** Among this many of the most urgent CVEs, matches are counted first: of a common word, these are enough. */
const countSlice = 4_000;

/** The beginnings of an order that a search may look through, smallest first, as conditions. */
export type Slices = readonly ((params: unknown[]) => string)[];

/** The slices for a page of `limit` hits. */
export async function pageSlices(db: Database, sort: Sort, limit: number): Promise<Slices> {
  const sizes = slicesPerHit.map((perHit) => perHit * limit).filter((size) => size <= widestSlice);
  return conditionsOf(db, sort, sizes);
}

/** The slice in which matches are counted first. */
export async function countSlices(db: Database): Promise<Slices> {
  return conditionsOf(db, 'priority', [countSlice]);
}

async function conditionsOf(db: Database, sort: Sort, sizes: readonly number[]): Promise<Slices> {
  const { key, type } = orders[sort];
  const slices: ((params: unknown[]) => string)[] = [];
  for (const size of sizes) {
    const value = await threshold(db, sort, size);
    if (value !== null) slices.push((params) => `${key} >= $${params.push(value)}::${type}`);
  }
  return slices;
}

function within(where: Condition, slice: Slices[number] | null): { sql: string; params: unknown[] } {
  const params = [...where.params];
  return { sql: slice ? `${where.sql} AND ${slice(params)}` : where.sql, params };
}

/**
 * The statements that find a page of `limit` hits, to be tried in turn until one is full; the last is always right. Where
 * the best matches lie in the order, nobody can know; but of many matches some lie at its beginning, and the index
 * finds those without touching the others. Each try costs eight times the one before, so a failed one hardly counts.
 */
export function pageStatements(
  where: Condition,
  sort: Sort,
  limit: number,
  matches: number,
  slices: Slices,
): Statement[] {
  const useful = matches >= few && where.sql !== 'true' ? slices : [];
  return [...useful, null].map((slice) => {
    const { sql, params } = within(where, slice);
    return {
      sql: `SELECT cve_id AS "cveId", title, description, severity, cvss_score AS "cvssScore", exploited_in_the_wild AS exploited,
       priority_score AS "priorityScore", published_at AS "publishedAt", modified_at AS "modifiedAt"
FROM vulnerabilities
WHERE ${sql}
ORDER BY ${orders[sort].by} LIMIT $${params.push(limit)}`,
      params,
    };
  });
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
  for (const slice of where.sql === 'true' ? [null] : [...slices, null]) {
    const { sql, params } = within(where, slice);
    const { rows } = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT 1 FROM vulnerabilities WHERE ${sql} LIMIT $${params.push(most)}) AS counted`,
      params,
    );
    found = rows[0]?.n ?? 0;
    if (found >= most) break;
  }
  return found;
}
