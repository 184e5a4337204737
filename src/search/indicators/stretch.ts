import type { Db } from '../../db/database.ts';
import type { IndicatorKey } from '../../db/indicator-key.ts';
import { type Condition, narrowed, Parameters } from '../sql.ts';
import { byKey, type Place, type Stretch } from './order.ts';

/** What is looked for, and how many of it the planner expects. */
export interface Matches {
  readonly where: Condition;
  readonly expected: number;
}

/** So much of an order is gone through at least before matches are sorted. */
const walked = 20_000;

/** The same where many may have the same key: first a little, because to see how far the same key reaches takes time, too. */
const runs = [1_000, walked, walked];

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
  if (stretch.first?.isShared) return inRuns(tx, matches, stretch, count);
  return (await alongIndex(tx, matches.where, stretch, count)) ?? fromAll(tx, matches, stretch, count);
}

/**
 * The same, run by run: what has the same key, as all of a list that says the day only, would be sorted as a whole; in the
 * order of the primary key it is gone through.
 */
async function inRuns(tx: Db, matches: Matches, stretch: Stretch, count: number): Promise<readonly IndicatorKey[]> {
  const keys: IndicatorKey[] = [];
  let rest = stretch;
  for (const length of runs) {
    const { first, last } = await endsOf(tx, rest, length);
    const part = last === null ? rest : first === last ? same(rest, last) : within(rest, 'before', last);
    const wanted = count - keys.length;
    keys.push(...((await alongIndex(tx, matches.where, part, wanted)) ?? (await fromAll(tx, matches, part, wanted))));
    if (last === null || keys.length === count) return keys;
    rest = within(rest, first === last ? 'after' : 'from', last);
  }
  return [...keys, ...(await fromAll(tx, matches, rest, count - keys.length))];
}

/** The first key of a stretch, and the one so many rows on; null where the stretch ends before. */
async function endsOf(tx: Db, stretch: Stretch, length: number): Promise<Record<'first' | 'last', string | null>> {
  await tx.query('SET LOCAL enable_indexscan = on');
  const ends = [await keyAt(tx, stretch, 0), await keyAt(tx, stretch, length)] as const;
  await tx.query('SET LOCAL enable_indexscan = off');
  return { first: ends[0], last: ends[1] };
}

async function keyAt(tx: Db, { rows, first }: Stretch, offset: number): Promise<string | null> {
  const params = new Parameters();
  const { rows: found } = await tx.query<{ key: string }>(
    `SELECT ${first?.key} AS key FROM iocs WHERE ${rows(params)} ORDER BY ${first?.by} LIMIT 1 OFFSET ${params.add(offset)}`,
    params.values,
  );
  return found[0]?.key ?? null;
}

/** The rows of a stretch that have a key. */
function same({ rows, first }: Stretch, key: string): Stretch {
  return { rows: (params) => `${rows(params)} AND ${first?.lies('at', key, params)}`, by: byKey };
}

/** The rows of a stretch on one side of a key. */
function within(stretch: Stretch, place: Place, key: string): Stretch {
  return { ...stretch, rows: (params) => `${stretch.rows(params)} AND ${stretch.first?.lies(place, key, params)}` };
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
  const sample = narrowed(
    narrowed(where, stretch.rows),
    (params) => `value_hash < decode(${params.add(hashAt(part))}, 'hex')`,
  );
  const params = new Parameters(sample.params);
  const rank = params.add(Math.ceil(2 * count * part) + 10);
  const { rows } = await tx.query<{ key: string }>(
    `SELECT ${stretch.first.key} AS key FROM iocs WHERE ${sample.sql} ORDER BY ${stretch.by} LIMIT 1 OFFSET ${rank}`,
    params.values,
  );
  const last = rows[0]?.key;
  if (last === undefined) return null;
  const found = await sorted(tx, where, within(stretch, 'upTo', last), count);
  return found.length === count ? found : null;
}

/** The same where they are not near the beginning. */
async function fromAll(tx: Db, matches: Matches, stretch: Stretch, count: number): Promise<IndicatorKey[]> {
  return (await upToSampled(tx, matches, stretch, count)) ?? sorted(tx, matches.where, stretch, count);
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
