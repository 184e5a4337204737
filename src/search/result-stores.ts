import type { Redis } from 'ioredis';
import type { Database } from '../db/database.ts';
import { clearSearchCache, putSearchResult, takeSearchResult } from '../db/search-cache.ts';
import { messageOf } from '../errors.ts';
import { type Entry, ResultCache, type ResultStore } from './result-cache.ts';

/** Nobody asks for older results: every change of the data has made them wrong. */
const keptSeconds = 86_400;
const pauseMs = 60_000;

/**
 * A cache of results in Redis, or without one in the database. `say` is told what fails, at most once a minute; `reading` is
 * what results are read from, where that is a standby.
 */
export function resultCache(
  db: Database,
  redis: Redis | null,
  say: (text: string) => void,
  reading: Database = db,
): ResultCache {
  return new ResultCache(reading, redis ? redisStore(redis, db.description, say) : tableStore(db, say));
}

/** A cache for whoever may only read: the same question is still worked out once at a time, and nothing is kept. */
export function withoutStore(db: Database): ResultCache {
  return new ResultCache(db, { get: async () => null, put: async () => {} });
}

/** Keeps results in the table `search_cache`. A database that refuses to be written to keeps none. */
function tableStore(db: Database, say: (text: string) => void): ResultStore {
  const attempt = pausing(say, 'Results of searches cannot be kept in the database');
  let cleared = '';
  return {
    get: async (key) => attempt(() => takeSearchResult(db, key), null),
    put: async (entry) =>
      attempt(async () => {
        const expires = new Date(entry.now.getTime() + keptSeconds * 1000).toISOString();
        await putSearchResult(db, { ...entry, params: { ...entry.params, version: entry.version } }, expires);
        if (cleared === entry.version) return;
        cleared = entry.version;
        await clearSearchCache(db, entry.version, entry.now.toISOString());
      }, undefined),
  };
}

/** Keeps results in Redis, which forgets them by itself. One that is away or slow is left alone for a minute. */
function redisStore(redis: Redis, database: string, say: (text: string) => void): ResultStore {
  const attempt = pausing(say, 'Results of searches cannot be kept in Redis');
  const name = (key: string) => `openthreat:search:${database}:${key}`;
  return {
    get: async (key) => attempt(() => redis.get(name(key)), null),
    put: async ({ key, result }: Entry) =>
      attempt(async () => {
        await redis.set(name(key), result, 'EX', keptSeconds);
      }, undefined),
  };
}

/** Makes attempts whose failure does no harm; after one, none for a minute, and it is said. */
function pausing(say: (text: string) => void, failure: string) {
  let until = Number.NEGATIVE_INFINITY;
  return async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    if (performance.now() < until) return otherwise;
    try {
      return await work();
    } catch (error) {
      until = performance.now() + pauseMs;
      say(`${failure}: ${messageOf(error)}. Searches go on without.`);
      return otherwise;
    }
  };
}
