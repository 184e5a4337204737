import { AppError } from '../../errors.ts';
import type { Database, Table } from '../database.ts';
import { sqlState } from '../errors.ts';

/**
 * Runs one statement of the user's. Without `write` in a read-only transaction, which cannot change anything.
 * @throws AppError `database_refused`; `invalid_input` for more than one statement
 */
export async function runQuery(database: Database, sql: string, options: { write: boolean }): Promise<Table> {
  const connection = await database.connect();
  let broken = true;
  try {
    // Written without a transaction around it, so that VACUUM and the like work too.
    if (!options.write) await connection.query('BEGIN READ ONLY');
    const result = await connection.table(sql);
    if (!options.write) await connection.query('ROLLBACK');
    broken = false;
    return result;
  } catch (error) {
    if (!options.write) {
      broken = await connection.query('ROLLBACK').then(
        () => false,
        () => true,
      );
    }
    throw explained(error);
  } finally {
    connection.release(broken);
  }
}

function explained(error: unknown): unknown {
  const state = sqlState(error);
  if (state === '42601' && /multiple commands/.test(String(error))) {
    return new AppError(
      'invalid_input',
      'One statement at a time: give each to its own "db query", or use "db psql".',
      { sqlState: state },
      error,
    );
  }
  if (state === '25006' || state === '25001') {
    return new AppError(
      'database_refused',
      'This statement changes the database, or cannot run in a transaction. Add --write if you mean it.',
      { sqlState: state },
      error,
    );
  }
  return error;
}
