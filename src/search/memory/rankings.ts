import type { Db } from '../../db/database.ts';
import { type Direction, type IndexedSort, orderBy, orders } from '../orders.ts';
import type { Bitset } from './bitset.ts';

/** An order that is kept in memory: by an index, or by EPSS. */
export type KeptSort = IndexedSort | 'epss';

/** All CVEs, by their numbers, in an order: first those that have what it goes by, best first. */
export interface Ranking {
  readonly numbers: Uint32Array;
  readonly keyed: number; // so many have a key
  /** What the order goes by, by number: scores, and moments in microseconds since 1970; NaN for none. */
  readonly keys: Float64Array;
}

type Numbers = ReadonlyMap<string, number>;

/** Reads an order. Its index holds all that is needed; EPSS has none. */
export async function readRanking(db: Db, sort: KeptSort, numbers: Numbers): Promise<Ranking> {
  const { rows } = await db.query<{ entries: string | null }>(statementOf(sort));
  const keys = new Float64Array(numbers.size).fill(Number.NaN);
  const entries: Entry[] = [];
  for (const entry of (rows[0]?.entries ?? '').split(',')) {
    const blank = entry.indexOf(' ');
    const id = entry.slice(0, blank);
    const number = numbers.get(id);
    if (number === undefined) continue;
    keys[number] = Number(entry.slice(blank + 1));
    entries.push({ id, number });
  }
  if (sort === 'epss') sortByKey(entries, keys);
  const keyed = Uint32Array.from(entries, ({ number }) => number);
  return { numbers: completed(keyed, numbers), keyed: keyed.length, keys };
}

interface Entry {
  readonly id: string;
  readonly number: number;
}

function statementOf(sort: KeptSort): string {
  if (sort === 'epss') return `SELECT string_agg(cve_id || ' ' || epss, ',') AS entries FROM epss_scores`;
  const { column, type } = orders[sort];
  const key = type === 'timestamptz' ? `(extract(epoch FROM ${column}) * 1000000)::int8` : column;
  return `SELECT string_agg(cve_id || ' ' || ${key}, ',') AS entries FROM
    (SELECT cve_id, ${column} FROM vulnerabilities WHERE ${column} IS NOT NULL ORDER BY ${orderBy(sort, 'desc')}) AS x`;
}

function sortByKey(entries: Entry[], keys: Float64Array): void {
  entries.sort((a, b) => (keys[b.number] ?? 0) - (keys[a.number] ?? 0) || (a.id < b.id ? -1 : 1));
}

/** The key of a cursor as an order keeps it. */
function keptKey(key: string | number): number {
  if (typeof key === 'number') return key;
  const micros = /\.\d{3}(\d{1,3})Z$/.exec(key)?.[1] ?? '';
  return Date.parse(key) * 1_000 + Number(micros.padEnd(3, '0'));
}

/** The numbers of ids that are joined by commas; of those that are known. */
export function numbersOf(ids: string, numbers: Numbers): Uint32Array {
  const found = (ids === '' ? [] : ids.split(',')).map((id) => numbers.get(id));
  return Uint32Array.from(found.filter((number) => number !== undefined));
}

/** The numbers in order, with all others, which have nothing to be ordered by, behind them. */
function completed(keyed: Uint32Array, numbers: Numbers): Uint32Array {
  if (keyed.length === numbers.size) return keyed;
  const has = new Set(keyed);
  const others = [...numbers].filter(([, number]) => !has.has(number)).sort(([a], [b]) => (a < b ? -1 : 1));
  const all = new Uint32Array(keyed.length + others.length);
  all.set(keyed);
  all.set(
    Uint32Array.from(others, ([, number]) => number),
    keyed.length,
  );
  return all;
}

/** Some of the members of a set in an order: those after the first `offset`, of the part of the order from `from` on. */
export function takeRanked(
  { numbers, keyed }: Ranking,
  of: Bitset,
  { direction, from, offset, limit }: { direction: Direction; from: number; offset: number; limit: number },
): number[] {
  const taken: number[] = [];
  const upwards = direction === 'asc';
  for (let i = from, left = offset; i < numbers.length && taken.length < limit; i++) {
    // Upwards both parts are read from their ends: what has no key stays last.
    const place = !upwards ? i : i < keyed ? keyed - 1 - i : numbers.length - 1 - (i - keyed);
    const number = numbers[place] ?? 0;
    if (!of.has(number)) continue;
    if (left > 0) left--;
    else taken.push(number);
  }
  return taken;
}

/** How far an order goes up to a place, which need not be there any more. */
export function placesUpTo(
  { numbers, keyed, keys }: Ranking,
  ids: readonly string[],
  direction: Direction,
  { key, cveId }: { key: string | number | null; cveId: string },
): number {
  const upwards = direction === 'asc';
  const wanted = key === null ? null : keptKey(key);
  const isPast = (i: number) => {
    const isKeyed = i < keyed;
    const place = !upwards ? i : isKeyed ? keyed - 1 - i : numbers.length - 1 - (i - keyed);
    const number = numbers[place] ?? 0;
    const id = ids[number] ?? '';
    const isAfterId = upwards ? id < cveId : id > cveId;
    if (wanted === null) return !isKeyed && isAfterId;
    if (!isKeyed) return true;
    const own = keys[number] ?? 0;
    return own === wanted ? isAfterId : upwards ? own > wanted : own < wanted;
  };
  let low = 0;
  for (let high = numbers.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (isPast(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
