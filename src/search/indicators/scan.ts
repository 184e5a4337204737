import type { Db } from '../../db/database.ts';
import { type Condition, Parameters } from '../sql.ts';

/** So many matches are gathered, counted and sorted; of more the order is gone through. */
export const countedUpTo = 10_000;

/** Where so much of the table matches, as far as the planner knows, reading it finds enough soonest. */
const goodPart = 0.2;

/** As much of the table may be read to see that matches are many: a tenth of a second. */
const readAtMost = 400_000;

/** How many rows the planner expects to match, of how many. */
export interface Expectation {
  readonly matches: number;
  readonly rows: number;
}

export async function expectation(tx: Db, where: Condition): Promise<Expectation> {
  const { rows: all } = await tx.query<{ n: number }>(
    `SELECT greatest(reltuples, 1)::float8 AS n FROM pg_class WHERE oid = 'iocs'::regclass`,
  );
  const rows = all[0]?.n ?? 1;
  if (where.sql === 'true') return { matches: rows, rows };
  const { rows: plan } = await tx.query<{ 'QUERY PLAN': readonly { Plan: { 'Plan Rows': number } }[] }>(
    `EXPLAIN (FORMAT JSON) SELECT FROM iocs WHERE ${where.sql}`,
    where.params,
  );
  return { matches: plan[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0, rows };
}

/**
 * Whether more match than are counted, seen in a part of the table: an index would have to list millions of matches before
 * it gives the first. `false` does not say that they are few.
 */
export async function areClearlyMany(tx: Db, where: Condition, { matches, rows }: Expectation): Promise<boolean> {
  const part = Math.ceil((1.5 * countedUpTo * rows) / Math.max(matches, 1));
  if (matches <= countedUpTo || matches > rows || part > readAtMost) return false;
  const params = new Parameters(where.params);
  const { rows: found } = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM (
       SELECT FROM (SELECT * FROM iocs LIMIT ${params.add(part)}) AS part WHERE ${where.sql} LIMIT ${params.add(countedUpTo + 1)}
     ) AS found`,
    params.values,
  );
  return (found[0]?.n ?? 0) > countedUpTo;
}

/**
 * Only the index is asked where it is not expected to find a good part of all: matches lie together more often than the
 * planner believes, so it would read the whole table for what the index tells at once.
 */
export async function chooseScan(tx: Db, { matches, rows }: Expectation): Promise<void> {
  if (matches < goodPart * rows) await tx.query('SET LOCAL enable_seqscan = off');
}
