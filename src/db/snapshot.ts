import type { Config } from '../config.ts';
import { type Database, type Db, transaction } from './database.ts';
import { withEmbeddedCopy } from './embedded/copy.ts';
import { openDatabase } from './open.ts';

/** Reads at one moment: `work` sees the database as it is then, whatever is written meanwhile. */
export type AtOneMoment = <T>(work: (db: Db) => Promise<T>) => Promise<T>;

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/**
 * How to read a database at one moment while others write. A server has transactions for it. The embedded one has a single
 * session, which a long transaction would keep from everyone: its files are copied, while everyone waits for seconds at
 * most, and the copy is read.
 */
export function snapshots(config: Config, database: Database): AtOneMoment {
  if (database.kind === 'postgresql') return async (work) => transaction(database, work, begin);
  return async (work) =>
    withEmbeddedCopy(config.dataDir, database, async (folder) => {
      const copy = await openDatabase({ ...config, dataDir: folder });
      try {
        return await transaction(copy, work, begin);
      } finally {
        await copy.close();
      }
    });
}
