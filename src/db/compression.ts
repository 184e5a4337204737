import type { Database } from './database.ts';

const known = new WeakMap<Database, string>();

/**
 * The BEGIN of transactions that store many long values: with LZ4 where the server has it, which compresses them
 * several times faster than the default pglz.
 * @see https://www.postgresql.org/docs/15/runtime-config-client.html#GUC-DEFAULT-TOAST-COMPRESSION
 */
export async function beginCompressed(db: Database): Promise<string> {
  let begin = known.get(db);
  if (begin === undefined) {
    const { rows } = await db.query<{ lz4: boolean }>(
      `SELECT 'lz4' = ANY(enumvals) AS lz4 FROM pg_settings WHERE name = 'default_toast_compression'`,
    );
    begin = rows[0]?.lz4 ? `BEGIN; SET LOCAL default_toast_compression = 'lz4'` : 'BEGIN';
    known.set(db, begin);
  }
  return begin;
}
