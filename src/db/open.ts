import { type Config, describeDatabase } from '../config.ts';
import type { Database } from './database.ts';
import { EmbeddedDatabase } from './embedded/embedded.ts';
import { databaseError } from './errors.ts';
import { type Server, serverOf } from './pool.ts';
import { type Findable, PooledDatabase } from './pooled-database.ts';

export interface OpenOptions {
  /** Talk for the user: "waiting for …". */
  readonly say?: (text: string) => void;
}

/**
 * Opens the database that the settings name: a PostgreSQL server, or the embedded one, which is started when need be.
 * @throws AppError `database_unreachable` and the other codes of databases, `locked`, `invalid_setting`
 */
export async function openDatabase(config: Config, options: OpenOptions = {}): Promise<Database> {
  const embedded = config.postgres ? null : new EmbeddedDatabase(config.dataDir, options.say ?? (() => {}));
  return openServer(config, embedded, describeDatabase(config));
}

/** Opens a database through the pool, embedded or not, and proves that it answers. */
export async function openServer(config: Config, embedded: Findable | null, description: string): Promise<Database> {
  let server: Server;
  try {
    server = embedded ? await serverOf(await embedded.address()) : await serverOf(config);
  } catch (error) {
    throw databaseError(error, description);
  }
  const database = new PooledDatabase(config, server, embedded, description);
  try {
    (await database.connect()).release();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
