import { LRUCache } from 'lru-cache';
import type { Database } from '../db/database.ts';
import type { Term } from '../db/search-terms.ts';
import { searchedVersion } from './memory/rows.ts';
import type { Ranked } from './relevance.ts';
import type { Condition } from './sql.ts';

/** How many match; `exact: false`: there are more. */
export interface Total {
  readonly value: number;
  readonly exact: boolean;
}

/** What a process remembers of searches of one version of the data, for their further pages. */
export interface Remembered {
  readonly version: string;
  readonly totals: LRUCache<string, Total>;
  readonly ranked: LRUCache<string, Ranked>;
  /** The most frequent names, when they have been needed. */
  names: Promise<readonly Term[]> | null;
}

const kept = new WeakMap<Database, Remembered>();

/** What is remembered of the data as they are now. */
export async function remembered(db: Database): Promise<Remembered> {
  const version = await searchedVersion(db);
  const had = kept.get(db);
  if (had?.version === version) return had;
  const totals = new LRUCache<string, Total>({ max: 2_000 });
  const fresh: Remembered = { version, totals, ranked: new LRUCache({ max: 100 }), names: null };
  kept.set(db, fresh);
  return fresh;
}

/** A condition as a key. */
export function keyOf({ sql, params }: Condition): string {
  return `${sql}\n${JSON.stringify(params)}`;
}
