import type { Db } from '../../db/database.ts';
import { quoteName } from '../../db/names.ts';
import { AppError } from '../../errors.ts';
import type { Head } from './content.ts';

/** A table that takes rows in. */
export interface Intake {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** The tables of a (staging) database that a backup fills, by name. @throws AppError `invalid_input` for an unknown column */
export async function intakesOf(db: Db, head: Head): Promise<Map<string, Intake>> {
  const { rows } = await db.query<{ table: string; column: string; type: string }>(
    `SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' LIMIT 10000`,
    [],
  );
  const types = new Map(rows.map(({ table, column, type }) => [`${table}.${column}`, type]));
  return new Map(head.tables.map(({ name, columns }) => [name, intake(name, columns, types)]));
}

function intake(table: string, names: readonly string[], types: ReadonlyMap<string, string>): Intake {
  const columns = names.map((name) => {
    const type = types.get(`${table}.${name}`);
    if (type === undefined) throw unfit(table, `there is no column ${name} at its revision`);
    return { name, type };
  });
  return { table, columns };
}

/** The table and its columns, as INSERT and COPY name them. */
export function targetOf({ table, columns }: Intake): string {
  return `${quoteName(table)} (${columns.map(({ name }) => quoteName(name)).join(', ')})`;
}

export function noRow(table: string, cause?: unknown): AppError {
  return unfit(table, 'a line of it is no row with the columns of the head', cause);
}

export function unfit(table: string, why: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `The rows of ${table} cannot be restored: ${why}`, {}, cause);
}
