import type { Db } from '../database.ts';

export interface IndexUsage {
  readonly index: string;
  readonly table: string;
  readonly scans: number;
  readonly rowsRead: number;
  readonly bytes: number;
}

/** How often each index was used since the statistics began, the most used first. */
export async function indexUsage(db: Db, limit = 500): Promise<IndexUsage[]> {
  const { rows } = await db.query<IndexUsage>(
    `SELECT indexrelname AS "index", relname AS "table", idx_scan AS scans, idx_tup_read AS "rowsRead", pg_relation_size(indexrelid) AS bytes
     FROM pg_stat_user_indexes WHERE schemaname = current_schema() ORDER BY idx_scan DESC, indexrelname LIMIT $1`,
    [limit],
  );
  return rows;
}
