import type { Db } from '../database.ts';

export interface TableSize {
  readonly table: string;
  readonly rows: number; // as estimated by the last ANALYZE; -1 when there was none
  readonly totalBytes: number;
  readonly tableBytes: number; // with long values that are stored apart
  readonly indexBytes: number;
}

export interface IndexSize {
  readonly index: string;
  readonly table: string;
  readonly bytes: number;
}

export interface Sizes {
  readonly databaseBytes: number;
  readonly tables: readonly TableSize[];
  readonly indexes: readonly IndexSize[];
}

/** How much room the tables and indexes of the current schema take, the largest first. */
export async function sizes(db: Db, limit = 200): Promise<Sizes> {
  const total = await db.query<{ bytes: number }>('SELECT pg_database_size(current_database()) AS bytes');
  const tables = await db.query<TableSize>(
    `SELECT c.relname AS "table", c.reltuples::bigint AS "rows", pg_total_relation_size(c.oid) AS "totalBytes",
            pg_table_size(c.oid) AS "tableBytes", pg_indexes_size(c.oid) AS "indexBytes"
     FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
     ORDER BY pg_total_relation_size(c.oid) DESC, c.relname LIMIT $1`,
    [limit],
  );
  const indexes = await db.query<IndexSize>(
    `SELECT c.relname AS "index", t.relname AS "table", pg_relation_size(c.oid) AS bytes
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
     WHERE c.relnamespace = current_schema()::regnamespace ORDER BY pg_relation_size(c.oid) DESC, c.relname LIMIT $1`,
    [limit],
  );
  return { databaseBytes: total.rows[0]?.bytes ?? 0, tables: tables.rows, indexes: indexes.rows };
}
