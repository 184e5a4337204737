import type { Db } from '../database.ts';

/** How a table is kept. Times are ISO 8601 UTC; null: never since the statistics began. */
export interface TableUpkeep {
  readonly table: string;
  readonly live: number; // rows, about
  readonly dead: number; // rows whose room is not free yet
  readonly changed: number; // rows, since it was analysed
  readonly vacuumedAt: string | null;
  readonly analysedAt: string | null;
}

/** How the tables of the current schema are kept, those with most dead rows first; at most 200. */
export async function tableUpkeep(db: Db): Promise<TableUpkeep[]> {
  const { rows } = await db.query<TableUpkeep>(
    `SELECT relname AS "table", n_live_tup AS live, n_dead_tup AS dead, n_mod_since_analyze AS changed,
            greatest(last_vacuum, last_autovacuum) AS "vacuumedAt", greatest(last_analyze, last_autoanalyze) AS "analysedAt"
     FROM pg_stat_user_tables WHERE schemaname = current_schema() ORDER BY n_dead_tup DESC, relname LIMIT 200`,
  );
  return rows;
}

/** Of the pages that this database asked for since the statistics began: how many there were, and the share found in memory (0–1). */
export async function cacheUse(db: Db): Promise<{ pages: number; hitRatio: number | null }> {
  const { rows } = await db.query<{ pages: number; hitRatio: number | null }>(
    `SELECT blks_hit + blks_read AS pages, blks_hit::float8 / nullif(blks_hit + blks_read, 0) AS "hitRatio"
     FROM pg_stat_database WHERE datname = current_database()`,
  );
  return rows[0] ?? { pages: 0, hitRatio: null };
}
