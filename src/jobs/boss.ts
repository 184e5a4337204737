import { type Db as BossDb, PgBoss } from 'pg-boss';
import type { Database } from '../db/database.ts';
import { AppError, messageOf } from '../errors.ts';

/** Where pg-boss keeps its queues: a schema of its own, which the migrations and the drift check do not know. */
export const bossSchema = 'pgboss';

const hour = 3600;
/** What a schedule fires is looked for so often, in seconds. */
const cronSeconds = { least: 1, most: 5 };

/**
 * pg-boss on our own connections. Nothing here needs a session of its own (no LISTEN, no session-level locks): the embedded
 * database has one session for all clients, and poolers mix them. `pollSeconds`: how often jobs are looked for.
 */
export function createBoss(
  db: Database,
  complain: (text: string) => void,
  pollSeconds: number = cronSeconds.most,
): PgBoss {
  const isEmbedded = db.kind === 'embedded';
  const boss = new PgBoss({
    db: bossDb(db),
    schema: bossSchema,
    backend: isEmbedded ? 'pglite' : 'postgres',
    useListenNotify: false,
    registerInstance: false,
    cronWorkerIntervalSeconds: Math.min(cronSeconds.most, Math.max(cronSeconds.least, pollSeconds)),
    persistWarnings: false,
    monitorVacuum: false,
    // Its tables stay small, and nobody else may speak while the embedded database builds an index.
    reindex: !isEmbedded,
    // Flows and index builds of its own upgrades are looked for seldom: there are none but after an upgrade.
    flowIntervalSeconds: hour,
    bamIntervalSeconds: hour,
  });
  boss.on('error', (error) => complain(messageOf(error)));
  boss.on('warning', ({ message }) => complain(message));
  return boss;
}

function bossDb(db: Database): BossDb {
  return {
    async executeSql(text, values) {
      const connection = await db.connect();
      let broken = true;
      try {
        // Without values it may be a script, with a transaction in it.
        const result = await connection.query(text, values?.length ? values : undefined);
        broken = false;
        return result;
      } catch (error) {
        broken = await connection.query('ROLLBACK').then(
          () => false,
          () => true,
        );
        throw asDriverError(error);
      } finally {
        connection.release(broken);
      }
    },
  };
}

/** pg-boss reads the SQLSTATE and the words of the driver's error. */
function asDriverError(error: unknown): unknown {
  const isSql = error instanceof AppError && error.context.sqlState !== undefined;
  return isSql ? (error.cause ?? error) : error;
}
