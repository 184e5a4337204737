import type { Database, Db } from '../db/database.ts';

/** The columns that searches order by, as `ix_vuln_search` has them, with their order. Stable: ties break on the id; unscored and undated CVEs sort last. */
export const orders = {
  priority: { by: 'priority_score DESC, cve_id', key: 'priority_score', type: 'float8' },
  cvss: { by: 'cvss_score DESC NULLS LAST, cve_id', key: 'cvss_score', type: 'float8' },
  published: {
    by: 'published_at DESC NULLS LAST, cve_id',
    key: `(published_at AT TIME ZONE 'UTC')::date`,
    type: 'date',
  },
  modified: { by: 'modified_at DESC NULLS LAST, cve_id', key: `(modified_at AT TIME ZONE 'UTC')::date`, type: 'date' },
} as const;

export type Sort = keyof typeof orders;

/** A threshold only says where to look first, so an old one costs some time and nothing else. */
const keptMs = 60_000;

interface Kept {
  readonly value: unknown;
  readonly until: number;
}

const kept = new WeakMap<Database, Map<string, Kept>>();

/** What the CVE at place `slice` of an order has in the order's first column; null when there are fewer, or it has nothing. */
export async function threshold(db: Database, sort: Sort, slice: number): Promise<unknown> {
  const of = kept.get(db) ?? new Map<string, Kept>();
  kept.set(db, of);
  const key = `${sort} ${slice}`;
  const had = of.get(key);
  if (had && had.until > performance.now()) return had.value;
  const value = await lookUp(db, sort, slice);
  of.set(key, { value, until: performance.now() + keptMs });
  return value;
}

async function lookUp(db: Db, sort: Sort, slice: number): Promise<unknown> {
  const { by, key } = orders[sort];
  const { rows } = await db.query<{ value: unknown }>(
    `SELECT ${key} AS value FROM vulnerabilities ORDER BY ${by} OFFSET $1 LIMIT 1`,
    [slice],
  );
  return rows[0]?.value ?? null;
}
