import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Database, Db } from './database.ts';
import { extensions } from './entities/extensions.ts';
import { databaseError, sqlState } from './errors.ts';
import type { Revision } from './migrate/files.ts';
import { current } from './migrate/revisions.ts';
import { upgrade } from './migrate/run.ts';
import { quoteName } from './names.ts';
import { openDatabase } from './open.ts';

export interface SetupReport {
  readonly applied: readonly Revision[]; // by this call
  readonly createdExtensions: readonly string[];
  readonly revision: string | null;
  readonly serverVersion: string;
}

/**
 * Creates the database that the settings name, when the server has none of that name and the user may.
 * @returns whether it was created
 * @throws AppError when it is missing and cannot be created
 */
export async function createMissingDatabase(config: Config): Promise<boolean> {
  if (!config.postgres) return false;
  try {
    await (await openDatabase(config)).close();
    return false;
  } catch (error) {
    if (sqlState(error) !== '3D000') throw error;
  }
  const maintenance = await openDatabase({ ...config, postgres: { ...config.postgres, database: 'postgres' } });
  try {
    await maintenance.query(`CREATE DATABASE ${quoteName(config.postgres.database)}`);
    return true;
  } catch (error) {
    if (sqlState(error) === '42P04') return false; // another setup was faster
    throw refused(
      error,
      `The database ${config.postgres.database} does not exist and its user may not create it`,
      `CREATE DATABASE ${quoteName(config.postgres.database)} OWNER ${quoteName(config.postgres.user)}`,
    );
  } finally {
    await maintenance.close();
  }
}

/** Brings an open database to what this program needs: extensions and migrations. Safe to repeat. */
export async function setup(database: Database): Promise<SetupReport> {
  const createdExtensions = await createExtensions(database);
  const applied = await upgrade(database);
  const { rows } = await database.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  return {
    applied,
    createdExtensions,
    revision: (await current(database))?.id ?? null,
    serverVersion: rows[0]?.version ?? '',
  };
}

async function createExtensions(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ name: string; installed: boolean }>(
    'SELECT name, installed_version IS NOT NULL AS installed FROM pg_available_extensions WHERE name = ANY($1)',
    [extensions],
  );
  const created: string[] = [];
  for (const extension of extensions) {
    const found = rows.find((row) => row.name === extension);
    if (!found) {
      throw new AppError(
        'database_refused',
        `The PostgreSQL server does not have the extension ${extension}. Install its "contrib" package there (postgresql-contrib) and repeat.`,
      );
    }
    if (found.installed) continue;
    await createExtension(db, extension);
    created.push(extension);
  }
  return created;
}

async function createExtension(db: Db, extension: string): Promise<void> {
  try {
    await db.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`);
  } catch (error) {
    // Two sessions that create the same extension at once: one of them meets the other's row.
    if (sqlState(error) === '23505') return;
    throw refused(
      error,
      `The database user may not create the extension ${extension}`,
      `CREATE EXTENSION ${extension}`,
    );
  }
}

function refused(error: unknown, what: string, statement: string): AppError {
  if (sqlState(error) !== '42501') return databaseError(error, 'the database');
  return new AppError(
    'database_refused',
    `${what}. Have an administrator run: ${statement}; and repeat "openthreat setup".`,
    { sqlState: '42501' },
    error,
  );
}
