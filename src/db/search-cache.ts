import type { Db } from './database.ts';

/** A row of `search_cache`. */
export interface SearchResultRow {
  readonly key: string;
  readonly kind: string;
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly result: string; // JSON
  readonly count: number;
}

/** More results are not kept; the oldest go. */
const most = 2_000;

/** The result under a key, as JSON, or null; counts that it was used. */
export async function takeSearchResult(db: Db, key: string): Promise<string | null> {
  const { rows } = await db.query<{ results: string }>(
    'UPDATE search_cache SET hit_count = hit_count + 1 WHERE cache_key = $1 RETURNING results::text AS results',
    [key],
  );
  return rows[0]?.results ?? null;
}

/** Keeps a result until a moment (ISO 8601), in place of the one that is there. */
export async function putSearchResult(db: Db, row: SearchResultRow, expires: string): Promise<void> {
  await db.query(
    `INSERT INTO search_cache (cache_key, query_type, query_params, results, result_count, expires_at)
     VALUES ($1, $2, $3::jsonb, $4::jsonb, $5, $6)
     ON CONFLICT (cache_key) DO UPDATE SET results = excluded.results, result_count = excluded.result_count,
       created_at = now(), expires_at = excluded.expires_at, hit_count = 0`,
    [row.key, row.kind, JSON.stringify(row.params), row.result, row.count, expires],
  );
}

/** Takes out what nobody will ask for again: results of other versions of the data, and old ones. */
export async function clearSearchCache(db: Db, version: string, now: string): Promise<void> {
  await db.query(
    `DELETE FROM search_cache WHERE query_params ->> 'version' <> $1 OR expires_at < $2::timestamptz
       OR cache_key IN (SELECT cache_key FROM search_cache ORDER BY created_at DESC OFFSET $3)`,
    [version, now, most],
  );
}
