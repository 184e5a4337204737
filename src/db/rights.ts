import type { Db } from './database.ts';

/** Whether this database user may change anything: not one that may only read, and not on a standby. */
export async function mayWrite(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ may: boolean }>(
    `SELECT NOT pg_is_in_recovery() AND coalesce(has_table_privilege(to_regclass('audit_log'), 'INSERT'), true) AS may`,
    [],
  );
  return rows[0]?.may ?? false;
}

/** Whether this database user owns the tables, so that it may drop and build their indexes. */
export async function ownsTables(db: Db, tables: readonly string[]): Promise<boolean> {
  const { rows } = await db.query<{ owns: boolean }>(
    `SELECT coalesce(bool_and(pg_has_role(c.relowner, 'USAGE')), false) AS owns FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1::text[])`,
    [tables],
  );
  return rows[0]?.owns ?? false;
}
