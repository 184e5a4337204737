import type { Db } from '../../db/database.ts';
import type { IndicatorKey } from '../../db/indicator-key.ts';
import { type Condition, narrowed, Parameters } from '../sql.ts';
import type { Stretch } from './order.ts';

/** What is looked for, and how many of it the planner expects. */
export interface Matches {
  readonly where: Condition;
  readonly expected: number;
}

/** So much of an order is gone through at least before matches are sorted. */
const walked = 20_000;

/** About so many matches are looked at to see how far the first ones reach. */
const sampled = 1_000;

export const keyColumns = `encode(value_hash, 'hex') AS "valueHash", ioc_type AS type`;

/** The first `count` of many matches in a stretch: some lie near its beginning, unless they are all old, or the like. */
export async function firstInStretch(
  tx: Db,
  matches: Matches,
  stretch: Stretch,
  count: number,
): Promise<readonly IndicatorKey[]> {
  const found = await alongIndex(tx, matches.where, stretch, count);
  if (found) return found;
  return (await upToSampled(tx, matches, stretch, count)) ?? sorted(tx, matches.where, stretch, count);
}

/** What is found in the order's beginning; null if that is too little, and the order goes on. */
async function alongIndex(tx: Db, where: Condition, stretch: Stretch, count: number): Promise<IndicatorKey[] | null> {
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
  return isAll ? rows : null;
}

async function goesOn(tx: Db, { rows, by }: Stretch, bound: number): Promise<boolean> {
  const params = new Parameters();
  const sql = `SELECT FROM iocs WHERE ${rows(params)} ORDER BY ${by} LIMIT 1 OFFSET ${params.add(bound)}`;
  return (await tx.query(sql, params.values)).rows.length > 0;
}

/**
 * Hashes are spread evenly, so matches up to one of them are a fair sample, and tell a key before which there should be
 * twice what is wanted. Null if there is less, or nothing to tell by.
 */
async function upToSampled(
  tx: Db,
  { where, expected }: Matches,
  stretch: Stretch,
  count: number,
): Promise<IndicatorKey[] | null> {
  if (!stretch.first) return null;
  const part = Math.min(sampled / expected, 0.1);
  const { key, notAfter } = stretch.first;
  const sample = narrowed(
    narrowed(where, stretch.rows),
    (params) => `value_hash < decode(${params.add(hashAt(part))}, 'hex')`,
  );
  const params = new Parameters(sample.params);
  const rank = params.add(Math.ceil(2 * count * part) + 10);
  const { rows } = await tx.query<{ key: string }>(
    `SELECT ${key} AS key FROM iocs WHERE ${sample.sql} ORDER BY ${stretch.by} LIMIT 1 OFFSET ${rank}`,
    params.values,
  );
  const last = rows[0]?.key;
  if (last === undefined) return null;
  const upTo = (more: Parameters) => `${stretch.rows(more)} AND ${notAfter(last, more)}`;
  const found = await sorted(tx, where, { ...stretch, rows: upTo }, count);
  return found.length === count ? found : null;
}

/** The beginning of the first hash that is not in such a part of all, in hexadecimal digits. */
function hashAt(part: number): string {
  return Math.floor(part * 0xffff_ffff)
    .toString(16)
    .padStart(8, '0');
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
