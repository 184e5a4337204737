import { AppError } from '../../errors.ts';
import type { Database } from '../database.ts';
import { quoteName } from '../names.ts';

/**
 * Frees the room of dead rows and refreshes the planner's statistics, of one table or of all of the schema.
 * @returns the tables done
 * @throws AppError `not_found` for a table that is none
 */
export async function vacuum(database: Database, table?: string): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname LIMIT 1000`,
  );
  const names = rows.map((row) => row.name).filter((name) => table === undefined || name === table);
  if (names.length === 0 && table !== undefined) {
    throw new AppError('not_found', `There is no table ${table}. "openthreat db sizes" lists them.`);
  }
  for (const name of names) await database.query(`VACUUM (ANALYZE) ${quoteName(name)}`);
  return names;
}
