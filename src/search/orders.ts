import type { Parameters } from './sql.ts';

interface Order {
  /** The order's first column; equal ones are ordered by their ids. */
  readonly column: string;
  readonly type: 'float8' | 'timestamptz';
  readonly nullable: boolean;
}

/** The orders that have an index. */
export const orders = {
  priority: { column: 'priority_score', type: 'float8', nullable: false },
  cvss: { column: 'cvss_score', type: 'float8', nullable: true },
  published: { column: 'published_at', type: 'timestamptz', nullable: true },
  modified: { column: 'modified_at', type: 'timestamptz', nullable: true },
} as const satisfies Readonly<Record<string, Order>>;

export type IndexedSort = keyof typeof orders;

/** The orders of search results, best first. */
export const sorts = ['relevance', 'priority', 'cvss', 'epss', 'published', 'modified'] as const;

export type Sort = (typeof sorts)[number];

/** From the best or newest down, or the other way round. What has no score or date comes last both ways. */
export type Direction = 'desc' | 'asc';

/** Whether it is the name of an order. */
export function isSort(text: string): text is Sort {
  return (sorts as readonly string[]).includes(text);
}

/**
 * An order as SQL. Upwards is downwards read from its end, so that one index serves both. `keyed`: what has no score or date
 * is left out anyway; only so the planner reads the index backwards.
 */
export function orderBy(sort: IndexedSort, direction: Direction, keyed = false): string {
  const { column, nullable } = orders[sort];
  const last = nullable ? ' NULLS LAST' : '';
  if (direction === 'desc') return `${column} DESC${last}, cve_id`;
  return `${column} ASC${keyed && nullable ? ' NULLS FIRST' : last}, cve_id DESC`;
}

interface Place {
  readonly key: string | number | null; // what the order's first column has there
  readonly cveId: string;
}

/** The condition that a CVE comes after a place in an order. */
export function afterPlace(sort: IndexedSort, direction: Direction, { key, cveId }: Place, params: Parameters): string {
  const { column, type, nullable } = orders[sort];
  const further = direction === 'asc' ? '>' : '<';
  const id = `cve_id ${direction === 'asc' ? '<' : '>'} ${params.add(cveId)}`;
  if (key === null) return `(${column} IS NULL AND ${id})`;
  const value = `${params.add(key)}::${type}`;
  const orNone = nullable ? ` OR ${column} IS NULL` : '';
  return `(${column} ${further} ${value} OR (${column} = ${value} AND ${id})${orNone})`;
}
