import { LRUCache } from 'lru-cache';
import { type Database, transaction } from '../../db/database.ts';
import { byIndex } from '../begin.ts';
import { matchingIds } from '../page.ts';
import { keyOf } from '../remembered.ts';
import type { Condition } from '../sql.ts';
import { Bitset } from './bitset.ts';
import { type Columns, currentColumns } from './columns.ts';
import { type KeptSort, numbersOf, type Ranking, readRanking } from './rankings.ts';

/** Sets of matches are kept up to so many bytes: at 350,000 CVEs some seven hundred. */
const keptBytes = 32 * 2 ** 20;

/** What a process keeps of the CVEs of a version of the data, to count and to page through many of them without reading their rows. */
export interface Memory {
  readonly columns: Columns;
  readonly sets: LRUCache<string, Bitset>;
  readonly rankings: Map<KeptSort, Promise<Ranking>>;
}

interface Slot {
  history: number; // of the database
  memory: Memory | null;
  running: Promise<Memory> | null;
  next: Promise<Memory> | null;
}

const slots = new WeakMap<Database, Slot>();

/**
 * What is kept of a database, as of now. The first time all CVEs are read (a second for some hundred thousand), later what
 * was written since. It holds some 150 bytes for each CVE.
 */
export async function memoryOf(db: Database): Promise<Memory> {
  const slot = slots.get(db) ?? { history: db.history, memory: null, running: null, next: null };
  slots.set(db, slot);
  if (!slot.running) return begin(db, slot);
  // Who asks may know of a change that came after the present reading began: all who wait share the next one.
  slot.next ??= slot.running
    .catch(() => null)
    .then(() => {
      slot.next = null;
      return begin(db, slot);
    });
  return slot.next;
}

/** What is kept of a database, when it is of that version of the data; null when it is not, or nothing is kept yet. */
export function memoryAt(db: Database, version: string): Memory | null {
  const memory = slots.get(db)?.memory ?? null;
  return memory?.columns.version === version ? memory : null;
}

async function begin(db: Database, slot: Slot): Promise<Memory> {
  // A server that was behind the one before may lack what was read of that one.
  if (slot.history !== db.history) slot.memory = null;
  slot.history = db.history;
  slot.running = refresh(db, slot.memory);
  try {
    slot.memory = await slot.running;
    return slot.memory;
  } finally {
    slot.running = null;
  }
}

async function refresh(db: Database, had: Memory | null): Promise<Memory> {
  const columns = await currentColumns(db, had?.columns ?? null);
  if (had && columns === had.columns) return had;
  const sets = new LRUCache<string, Bitset>({
    maxSize: keptBytes,
    sizeCalculation: (set, key) => set.bytes + key.length,
  });
  return { columns, sets, rankings: new Map() };
}

/** An order of all CVEs. */
export async function ranking(db: Database, { columns, rankings }: Memory, sort: KeptSort): Promise<Ranking> {
  const kept = rankings.get(sort) ?? readRanking(db, sort, columns.numbers);
  rankings.set(sort, kept);
  kept.catch(() => rankings.delete(sort));
  return kept;
}

/** Whether the CVEs of which a condition holds are kept. */
export function hasSet({ sets }: Memory, where: Condition): boolean {
  return sets.has(keyOf(where));
}

/** The CVEs of which a condition holds. */
export async function setOf(db: Database, { columns, sets }: Memory, where: Condition): Promise<Bitset> {
  if (where.sql === 'true') return Bitset.full(columns.ids.length);
  const key = keyOf(where);
  const kept = sets.get(key);
  if (kept) return kept;
  const ids = await transaction(db, (tx) => matchingIds(tx, where, null), byIndex);
  const set = new Bitset(columns.ids.length);
  for (const number of numbersOf(ids, columns.numbers)) set.add(number);
  sets.set(key, set);
  return set;
}
