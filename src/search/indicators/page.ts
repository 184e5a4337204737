import type { Db } from '../../db/database.ts';
import type { IndicatorKey } from '../../db/indicator-key.ts';
import type { Query } from '../../domain/query/ast.ts';
import { type Condition, narrowed, Parameters } from '../sql.ts';
import { afterCursor, type IndicatorCursor, type IndicatorOrder, orderBy, type Stretch, stretches } from './order.ts';

/** Which part of the matches is wanted. */
export interface PageRequest extends IndicatorOrder {
  readonly query: Query;
  readonly limit: number;
  readonly offset: number;
  readonly after: IndicatorCursor | null;
}

/** So many matches are gathered, counted and sorted; of more the order is gone through. */
export const countedUpTo = 10_000;

/** So much of an order is gone through at least before all matches are sorted after all. */
const walked = 20_000;

export const oneMoment = 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ; SET LOCAL enable_indexscan = off';

/** Where so much of the table matches, as far as the planner knows, reading it finds enough soonest. */
const goodPart = 0.2;

/**
 * Elsewhere only the index is asked: matches lie together more often than the planner believes, so it would read the whole
 * table for what the index tells at once.
 */
async function chooseScan(tx: Db, where: Condition): Promise<void> {
  const { rows } = await tx.query<{ 'QUERY PLAN': readonly { Plan: { 'Plan Rows': number } }[] }>(
    `EXPLAIN (FORMAT JSON) SELECT FROM iocs WHERE ${where.sql}`,
    where.params,
  );
  const matches = rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
  const { rows: all } = await tx.query<{ n: number }>(
    `SELECT greatest(reltuples, 1)::float8 AS n FROM pg_class WHERE oid = 'iocs'::regclass`,
  );
  if (matches < goodPart * (all[0]?.n ?? 1)) await tx.query('SET LOCAL enable_seqscan = off');
}

const keyColumns = `encode(value_hash, 'hex') AS "valueHash", ioc_type AS type`;

/** The keys of a page, and how many match in all, counted up to `countedUpTo` + 1. */
export interface KeyPage {
  readonly matches: number;
  readonly keys: readonly IndicatorKey[];
}

/** The wanted page of the indicators that `where` selects, in a transaction that `oneMoment` began. */
export async function keyPage(tx: Db, where: Condition, request: PageRequest): Promise<KeyPage> {
  if (where.sql !== 'true') await chooseScan(tx, where);
  const few = await gathered(tx, where, request);
  if (few.matches <= countedUpTo) return few;
  const keys: IndicatorKey[] = [];
  const wanted = request.offset + request.limit;
  for (const stretch of stretches(request, request.after, request.query)) {
    if (keys.length === wanted) break;
    keys.push(...(await stretchKeys(tx, where, stretch, wanted - keys.length)));
  }
  return { matches: few.matches, keys: keys.slice(request.offset) };
}

/** Takes matches as they lie, at most one more than are counted, and sorts them unless there are that many. */
async function gathered(tx: Db, where: Condition, request: Omit<PageRequest, 'query'>): Promise<KeyPage> {
  const params = new Parameters(where.params);
  const most = params.add(countedUpTo + 1);
  const place = request.after ? `AND ${afterCursor(request.after, params)}` : '';
  const { rows } = await tx.query<{ matches: number } & (IndicatorKey | { valueHash: null })>(
    `WITH found AS MATERIALIZED (
       SELECT value_hash, ioc_type, last_seen, confidence, value FROM iocs WHERE ${where.sql} LIMIT ${most}
     ) SELECT counted.matches, page.* FROM (SELECT count(*)::int AS matches FROM found) AS counted LEFT JOIN LATERAL (
       SELECT ${keyColumns} FROM found WHERE counted.matches <= ${countedUpTo} ${place} ORDER BY ${orderBy(request)}
       LIMIT ${params.add(request.limit)} OFFSET ${params.add(request.offset)}
     ) AS page ON true`,
    params.values,
  );
  const keys = rows.flatMap(({ matches: _, ...key }) => (key.valueHash === null ? [] : [key]));
  return { matches: rows[0]?.matches ?? 0, keys };
}

/** The first `count` matches in a stretch. */
async function stretchKeys(
  tx: Db,
  where: Condition,
  stretch: Stretch,
  count: number,
): Promise<readonly IndicatorKey[]> {
  if (stretch.narrow) {
    const order = { sort: 'confidence', descending: true, limit: count, offset: 0, after: null } as const;
    const few = await gathered(tx, narrowed(where, stretch.rows), order);
    if (few.matches <= countedUpTo) return few.keys;
  }
  return alongIndex(tx, where, stretch, count);
}

/** Of many matches some lie near the beginning of an order, unless they are all old, or the like. */
async function alongIndex(tx: Db, where: Condition, stretch: Stretch, count: number): Promise<IndicatorKey[]> {
  const bound = Math.max(walked, 20 * count);
  const params = new Parameters(where.params);
  await tx.query('SET LOCAL enable_indexscan = on');
  const { rows } = await tx.query<IndicatorKey>(
    `SELECT ${keyColumns} FROM (
       SELECT * FROM iocs WHERE ${stretch.rows(params)} ORDER BY ${stretch.by} LIMIT ${params.add(bound)}
     ) AS walked WHERE ${where.sql} LIMIT ${params.add(count)}`, // in the order in which they come: sorting would read all of them
    params.values,
  );
  const isAll = rows.length === count || !(await goesOn(tx, stretch, bound));
  await tx.query('SET LOCAL enable_indexscan = off');
  return isAll ? rows : sorted(tx, where, stretch, count);
}

async function goesOn(tx: Db, { rows, by }: Stretch, bound: number): Promise<boolean> {
  const params = new Parameters();
  const sql = `SELECT FROM iocs WHERE ${rows(params)} ORDER BY ${by} LIMIT 1 OFFSET ${params.add(bound)}`;
  return (await tx.query(sql, params.values)).rows.length > 0;
}

async function sorted(tx: Db, where: Condition, stretch: Stretch, count: number): Promise<IndicatorKey[]> {
  const condition = narrowed(where, stretch.rows);
  const params = new Parameters(condition.params);
  const { rows } = await tx.query<IndicatorKey>(
    `WITH found AS MATERIALIZED (SELECT value_hash, ioc_type, last_seen, value FROM iocs WHERE ${condition.sql})
     SELECT ${keyColumns} FROM found ORDER BY ${stretch.by} LIMIT ${params.add(count)}`,
    params.values,
  );
  return rows;
}
