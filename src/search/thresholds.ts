import type { Database } from '../db/database.ts';
import type { Parameters } from './sql.ts';

interface Order {
  /** Stable: ties break on the id. Unscored and undated CVEs sort last. */
  readonly by: string;
  /** The order's first column. */
  readonly column: string;
  readonly type: 'float8' | 'timestamptz';
}

/** The orders of search results, best first. */
export const orders = {
  priority: scored('priority_score'),
  cvss: scored('cvss_score'),
  published: dated('published_at'),
  modified: dated('modified_at'),
} as const satisfies Readonly<Record<string, Order>>;

export type Sort = keyof typeof orders;

/** Whether it is the name of an order. */
export function isSort(text: string): text is Sort {
  return Object.hasOwn(orders, text);
}

function scored(column: string): Order {
  const nulls = column === 'priority_score' ? '' : ' NULLS LAST';
  return { by: `${column} DESC${nulls}, cve_id`, column, type: 'float8' };
}

function dated(column: string): Order {
  return { by: `${column} DESC NULLS LAST, cve_id`, column, type: 'timestamptz' };
}

interface Place {
  readonly key: string | number | null; // what the order's first column has there
  readonly cveId: string;
}

/** The condition that a CVE comes after a place in an order. */
export function afterPlace(sort: Sort, { key, cveId }: Place, params: Parameters): string {
  const { column, type } = orders[sort];
  const id = `cve_id > ${params.add(cveId)}`;
  if (key === null) return `(${column} IS NULL AND ${id})`;
  const value = `${params.add(key)}::${type}`;
  return `(${column} < ${value} OR (${column} = ${value} AND ${id}) OR ${column} IS NULL)`;
}

/** A threshold only says where to look first, so an old one costs some time and nothing else. */
const keptMs = 60_000;
const mostKept = 1_000;

interface Kept {
  readonly value: unknown;
  readonly until: number;
}

const kept = new WeakMap<Database, Map<string, Kept>>();

/**
 * What the CVE that comes `slice` places after a place in an order (null: its beginning) has in the order's first column;
 * null when there are fewer, or it has nothing.
 */
export async function threshold(db: Database, sort: Sort, slice: number, place: Place | null): Promise<unknown> {
  const of = kept.get(db) ?? new Map<string, Kept>();
  kept.set(db, of);
  const name = `${sort} ${slice} ${place?.key}`;
  const had = of.get(name);
  if (had && had.until > performance.now()) return had.value;
  if (of.size >= mostKept) of.clear();
  const value = await lookUp(db, sort, slice, place?.key ?? null);
  of.set(name, { value, until: performance.now() + keptMs });
  return value;
}

async function lookUp(db: Database, sort: Sort, slice: number, from: string | number | null): Promise<unknown> {
  const { by, column, type } = orders[sort];
  const { rows } = await db.query<{ value: unknown }>(
    `SELECT ${column} AS value FROM vulnerabilities WHERE $2::${type} IS NULL OR ${column} <= $2::${type} ORDER BY ${by} OFFSET $1 LIMIT 1`,
    [slice, from],
  );
  return rows[0]?.value ?? null;
}
