import { type Config, describeDatabase } from '../config.ts';
import type { PostgresAddress } from '../database-url.ts';
import type { DatabaseConfig } from '../settings/database.ts';
import type { Database } from './database.ts';
import { EmbeddedDatabase } from './embedded/embedded.ts';
import { type Findable, PooledEmbedded } from './embedded/pooled.ts';
import { databaseError } from './errors.ts';
import { findServer } from './hosts.ts';
import { PooledDatabase } from './pooled-database.ts';

export interface OpenOptions {
  /** Talk for the user: "waiting for …". */
  readonly say?: (text: string) => void;
}

/**
 * Opens the database that the settings name: a PostgreSQL server, or the embedded one, which is started when need be.
 * @throws AppError `database_unreachable` and the other codes of databases, `locked`, `invalid_setting`
 */
export async function openDatabase(config: Config, { say = () => {} }: OpenOptions = {}): Promise<Database> {
  const description = describeDatabase(config);
  if (config.postgres) return openPostgres(config, config.postgres, description, say);
  return openEmbedded(config, new EmbeddedDatabase(config.dataDir, say), description);
}

/** Opens an embedded database through a pool, and proves that it answers. */
export async function openEmbedded(config: DatabaseConfig, embedded: Findable, description: string): Promise<Database> {
  try {
    return await proven(new PooledEmbedded(config, embedded, await embedded.address(), description));
  } catch (error) {
    throw databaseError(error, description);
  }
}

/** It is waited for only once it has answered: a wrong address is told at once. */
async function openPostgres(
  config: DatabaseConfig,
  address: PostgresAddress,
  description: string,
  say: (text: string) => void,
): Promise<Database> {
  try {
    const server = await findServer(config, address);
    return await proven(new PooledDatabase(config, { address, server, description }, say));
  } catch (error) {
    throw databaseError(error, description);
  }
}

async function proven<D extends Database>(database: D): Promise<D> {
  try {
    (await database.connect()).release();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
