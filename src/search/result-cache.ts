import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Database } from '../db/database.ts';
import type { Query } from '../domain/query/ast.ts';
import { canonicalQuery, isTimely } from '../domain/query/canonical.ts';
import { printQuery } from '../domain/query/print.ts';
import { searchedVersion } from './memory/rows.ts';

/** Where results are kept. Neither way it may fail: what cannot be kept or read is worked out again. */
export interface ResultStore {
  /** A result as JSON, or null. */
  get(key: string): Promise<string | null>;
  put(entry: Entry): Promise<void>;
}

/** A result to be kept. */
export interface Entry {
  readonly key: string;
  readonly kind: Kind;
  /** What was asked, for people. */
  readonly params: Readonly<Record<string, Param>>;
  readonly version: string;
  readonly result: string; // JSON
  readonly count: number; // of matches
  readonly now: Date;
}

export type Kind = 'facets' | 'page';
type Param = string | number | boolean | null;

/** What a result depends on, beside the data. */
export interface Asked {
  readonly kind: Kind;
  readonly query: Query;
  readonly params: Readonly<Record<string, Param>>;
  readonly now: Date;
}

/** Results that took longer are kept, in milliseconds. */
const costlyMs = 20;
const largest = 512 * 2 ** 10;
const minuteMs = 60_000;

/**
 * Results of costly searches, for all processes: as long as the data do not change, and for a minute where the query is
 * relative to now. The same question is worked out once at a time.
 */
export class ResultCache {
  /** How often a result was looked for, and found or not. */
  readonly looked = { hits: 0, misses: 0 };
  readonly #db: Database;
  readonly #store: ResultStore;
  readonly #underWay = new Map<string, Promise<unknown>>();
  /** Questions that were costly when they were last worked out: only these are looked up. */
  readonly #costly = new LRUCache<string, true>({ max: 10_000 });

  constructor(db: Database, store: ResultStore) {
    this.#db = db;
    this.#store = store;
  }

  /** The result of `work`, or what it was for the same question. @throws what `work` throws */
  async of<T extends object>(asked: Asked, work: () => Promise<T>, countOf: (result: T) => number): Promise<T> {
    const question = questionOf(asked);
    const version = await searchedVersion(this.#db);
    const key = createHash('sha256').update(`${version}\n${question}`).digest('hex');
    const running = this.#underWay.get(key);
    // The key names kind, query and parameters, so it is a result of the same work.
    if (running) return running as Promise<T>;
    const result = this.#found(key, question, version, asked, work, countOf);
    this.#underWay.set(key, result);
    try {
      return await result;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #found<T extends object>(
    key: string,
    question: string,
    version: string,
    asked: Asked,
    work: () => Promise<T>,
    countOf: (result: T) => number,
  ): Promise<T> {
    const mayBeKept = asked.kind === 'facets' || this.#costly.has(question);
    const kept = mayBeKept ? await this.#store.get(key) : null;
    if (mayBeKept) this.looked[kept === null ? 'misses' : 'hits']++;
    if (kept !== null) return JSON.parse(kept) as T;
    const begin = performance.now();
    const result = await work();
    if (performance.now() - begin < costlyMs) return result;
    this.#costly.set(question, true);
    const { kind, query, params, now } = asked;
    const text = JSON.stringify(result);
    if (text.length <= largest) {
      const entry = { key, kind, params: { ...params, query: printQuery(query) }, version, result: text, now };
      await this.#store.put({ ...entry, count: countOf(result) });
    }
    return result;
  }
}

/** The same text for the same question, however it is written. */
function questionOf({ kind, query, params, now }: Asked): string {
  const minute = isTimely(query) ? Math.floor(now.getTime() / minuteMs) : 0;
  const named = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([kind, printQuery(canonicalQuery(query)), named, minute]);
}
