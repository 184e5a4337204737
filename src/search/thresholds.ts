import type { Database } from '../db/database.ts';
import { type Direction, type IndexedSort, orderBy, orders } from './orders.ts';

interface Place {
  readonly key: string | number | null; // what the order's first column has there
}

/** A threshold only says where to look first, so an old one costs some time and nothing else. */
const keptMs = 60_000;
const mostKept = 1_000;

interface Kept {
  readonly value: unknown;
  readonly until: number;
}

const kept = new WeakMap<Database, Map<string, Kept>>();

/** A way through an order. */
export interface Way {
  readonly sort: IndexedSort;
  readonly direction: Direction;
}

/**
 * What the CVE that comes `slice` places after a place in an order (null: its beginning) has in the order's first column;
 * null when there are fewer, or it has nothing.
 */
export async function threshold(db: Database, way: Way, slice: number, place: Place | null): Promise<unknown> {
  const of = kept.get(db) ?? new Map<string, Kept>();
  kept.set(db, of);
  const name = `${way.sort} ${way.direction} ${slice} ${place?.key}`;
  const had = of.get(name);
  if (had && had.until > performance.now()) return had.value;
  if (of.size >= mostKept) of.clear();
  const value = await lookUp(db, way, slice, place?.key ?? null);
  of.set(name, { value, until: performance.now() + keptMs });
  return value;
}

async function lookUp(
  db: Database,
  { sort, direction }: Way,
  slice: number,
  from: string | number | null,
): Promise<unknown> {
  const { column, type } = orders[sort];
  const { rows } = await db.query<{ value: unknown }>(
    `SELECT ${column} AS value FROM vulnerabilities
     WHERE ${column} IS NOT NULL AND ($2::${type} IS NULL OR ${column} ${direction === 'asc' ? '>=' : '<='} $2::${type})
     ORDER BY ${orderBy(sort, direction, true)} OFFSET $1 LIMIT 1`,
    [slice, from],
  );
  return rows[0]?.value ?? null;
}
