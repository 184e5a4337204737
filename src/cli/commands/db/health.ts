import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Config } from '../../../config.ts';
import { type Health, health } from '../../../db/inspect/health.ts';
import { assertUpToDate } from '../../../db/migrate/revisions.ts';
import { openDatabase } from '../../../db/open.ts';
import { AppError, type ErrorCode } from '../../../errors.ts';
import type { Context } from '../../context.ts';
import { duration } from '../../duration.ts';
import { exitCodes } from '../../exit-codes.ts';
import { bytes } from './format.ts';

const pauseMs = 250;
/** However little is left of the time to wait, a connection that is on its way is let through, in milliseconds. */
const leastMs = 5000;
/** What waiting may mend: a server that starts, migrations that somebody applies. */
const mendable: ReadonlySet<ErrorCode> = new Set(['database_unreachable', 'database_outdated', 'locked']);

/** A look at the database: what it said, and why it cannot be used as it is. */
interface Look {
  readonly found: Health | null;
  readonly trouble: AppError | null;
}

/** `openthreat db health`: ends with an error when the database cannot be used as it is. */
export function registerHealth(db: Command, context: Context): void {
  const { database_unreachable: unreachable, database_outdated: outdated } = exitCodes;
  db.command('health')
    .description(
      `whether the database answers, how fast, and whether its schema is right: ends with 0 when it is ready, with ${unreachable} when it does not answer, with ${outdated} when its schema is of another version`,
    )
    .option('--wait <time>', 'wait so long for it to be ready: 30s, 5min', duration, 0)
    .option('--json', 'print JSON')
    .action(async (options: { wait: number; json?: true }) => {
      const { found, trouble } = await ready(context, options.wait);
      if (found && options.json) context.output.json(found);
      else if (found) context.output.print(text(found));
      if (trouble) throw trouble;
    });
}

/** Looks until the database is ready, or the time is over. */
async function ready({ config, signal }: Context, waitMs: number): Promise<Look> {
  const until = performance.now() + waitMs;
  for (;;) {
    const left = until - performance.now();
    const most = waitMs === 0 ? config.connectTimeoutMs : Math.max(left, leastMs);
    const connectTimeoutMs = Math.min(config.connectTimeoutMs, most);
    const look = await lookAt({ ...config, poolSize: 1, connectTimeoutMs, databaseWaitMs: 0 });
    if (!look.trouble || !mendable.has(look.trouble.code) || until - performance.now() <= pauseMs) return look;
    await setTimeout(pauseMs, undefined, { signal }).catch(() => {
      throw signal.reason;
    });
  }
}

async function lookAt(config: Config): Promise<Look> {
  try {
    const database = await openDatabase(config);
    try {
      // First, so that migrations that are applied just now are not told as pending by one that says it is ready.
      const trouble = await troubleOf(assertUpToDate(database));
      return { found: await health(database), trouble };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof AppError) return { found: null, trouble: error };
    throw error;
  }
}

/** The error that something ends with, when it is one for the user; null when it ends well. */
async function troubleOf(work: Promise<void>): Promise<AppError | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof AppError) return error;
      throw error;
    },
  );
}

function text(found: Health): string {
  const { encrypted, readOnly, deferredIndexes: deferred } = found;
  return [
    `Database:    ${found.database}`,
    `Server:      PostgreSQL ${found.serverVersion}${encrypted ? ', encrypted' : ''}${readOnly ? ', read-only' : ''}`,
    `Round trip:  ${found.roundTripMs.toFixed(1)} ms`,
    `Size:        ${bytes(found.bytes)}`,
    `Connections: ${found.connections} of ${found.maxConnections}`,
    `Schema:      revision ${found.revision ?? 'none'}, ${found.pendingMigrations} pending`,
    ...(deferred > 0 ? [`Indexes:     ${deferred} to be built after an interrupted load`] : []),
  ].join('\n');
}
