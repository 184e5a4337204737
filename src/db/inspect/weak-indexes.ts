import type { Db } from '../database.ts';

/** Indexes of the current schema that a failed build left: they cost writes and serve no reads. Those being built just now are none. */
export async function invalidIndexes(db: Db): Promise<{ index: string; table: string }[]> {
  const { rows } = await db.query<{ index: string; table: string }>(
    `SELECT c.relname AS "index", t.relname AS "table"
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)
       AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
     ORDER BY 1 LIMIT 100`,
  );
  return rows;
}

/** Indexes that no query has used although the statistics are old enough to tell, the largest first. */
export async function unusedIndexes(
  db: Db,
  { days, bytes }: { readonly days: number; readonly bytes: number },
): Promise<{ index: string; table: string; bytes: number }[]> {
  const { rows } = await db.query<{ index: string; table: string; bytes: number }>(
    // Sizes as the catalogue has them: pg_relation_size would wait for whoever has locked a table.
    `SELECT c.relname AS "index", s.relname AS "table", c.relpages * current_setting('block_size')::bigint AS bytes
     FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid JOIN pg_class c ON c.oid = s.indexrelid
     WHERE s.schemaname = current_schema() AND s.idx_scan = 0 AND NOT i.indisunique AND i.indisvalid
       AND c.relpages * current_setting('block_size')::bigint >= $2
       AND (SELECT coalesce(stats_reset, pg_postmaster_start_time()) FROM pg_stat_database WHERE datname = current_database())
           < clock_timestamp() - make_interval(days => $1::int)
     ORDER BY 3 DESC, 1 LIMIT 100`,
    [days, bytes],
  );
  return rows;
}
