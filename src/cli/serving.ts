import { join } from 'node:path';
import { mayEveryoneRead } from '../api/auth/reading.ts';
import type { Api, App } from '../api/contract.ts';
import { createServer } from '../api/server.ts';
import type { Config } from '../config.ts';
import { hasKeys } from '../db/api-keys.ts';
import { DataVersions } from '../db/data-version.ts';
import type { Database } from '../db/database.ts';
import { assertUpToDate } from '../db/migrate/revisions.ts';
import { openDatabase } from '../db/open.ts';
import { ReadingDatabase } from '../db/replicas/reading-database.ts';
import { mayWrite } from '../db/rights.ts';
import { knownSources } from '../jobs/known-sources.ts';
import type { Tasks } from '../jobs/requested/contract.ts';
import { RequestedWork } from '../jobs/requested/requested-work.ts';
import { schedulesOf } from '../jobs/schedules.ts';
import { createLog } from '../log.ts';
import { openRedis } from '../ops/redis.ts';
import type { ResultCache } from '../search/result-cache.ts';
import { resultCache, withoutStore } from '../search/result-stores.ts';
import type { HttpConfig } from '../settings/http.ts';
import type { LogLevel } from '../settings/operation.ts';
import { connectors } from '../sources/registry.ts';
import type { Context } from './context.ts';
import { listen } from './listen.ts';
import { version } from './version.ts';
import { buildWeb } from './web-build.ts';

/** How long requests that are being answered may take when the server stops, in milliseconds. */
const farewell = 10_000;
/** How often connections that nobody asks on any more are ended while it stops, in milliseconds. */
const idleMs = 100;

/** Where it writes, and where it reads. */
type Databases = Pick<Api, 'db' | 'reading'>;

/** An HTTP server that listens. */
export interface Serving {
  /** Where it listens, for people: the page of the browser app. */
  readonly url: string;
  /** Takes no more requests, answers those in hand for at most ten seconds, and closes. */
  stop(): Promise<void>;
}

/**
 * Begins to serve the API and the browser app.
 * @throws AppError `locked` when somebody else has the port; `invalid_setting` for an address that cannot be listened on;
 *   the database's errors
 */
export async function startServing(
  context: Context,
  http: HttpConfig,
  logLevel: LogLevel = context.config.logLevel,
): Promise<Serving> {
  const { config, output } = context;
  const db = await servingDatabase(context);
  const reading = await readingDatabase(context, db);
  const log = createLog(logLevel, config.secrets);
  const redis = config.redisUrl === null ? null : openRedis(config.redisUrl, (text) => log.warn(text));
  const release = async () => {
    redis?.disconnect();
    if (reading !== db) await reading.close();
    if (config.postgres) await db.close();
  };
  let app: App | null = null;
  let work: RequestedWork | null = null;
  try {
    await assertUpToDate(db);
    const writes = await mayWrite(db);
    if (!writes) log.warn('The database user may only read: whatever would change something is refused.');
    work = await requestedWork(context, writes, (text) => log.warn(text));
    await buildWeb(output);
    app = await createServer(
      apiOf(
        config,
        http,
        { db, reading },
        redis,
        work,
        cacheOf({ db, reading }, redis, writes, (text) => log.warn(text)),
        new DataVersions(reading, [await context.rawDatabase()]),
      ),
      log,
    );
    const url = await listen(app, http);
    if (!mayEveryoneRead(http) && !(await hasKeys(db, new Date().toISOString())))
      output.say('Everything that is asked from outside needs a key, and there is none: "openthreat keys create".');
    return { url, stop: once(() => closed(app, work, release)) };
  } catch (error) {
    await closed(app, work, release);
    throw error;
  }
}

/** On a server, connections of its own, on which no statement may take longer than a request. */
async function servingDatabase(context: Context): Promise<Database> {
  const { config } = context;
  if (!config.postgres) return context.rawDatabase();
  const { statementTimeoutMs: all, http } = config;
  const statementTimeoutMs = all === 0 ? http.requestTimeoutMs : Math.min(all, http.requestTimeoutMs);
  // A client asks again sooner than work in hand would give up.
  return openDatabase({ ...config, statementTimeoutMs, databaseWaitMs: 0 });
}

/** Where reads go: to the standbys that the settings name. What this process is asked to write, they see at once. */
async function readingDatabase(context: Context, db: Database): Promise<Database> {
  const { config } = context;
  if (!config.postgres || config.replicas.length === 0) return db;
  const own = { ...config, statementTimeoutMs: config.http.requestTimeoutMs };
  return ReadingDatabase.open(own, config.postgres, { primary: db, writers: [await context.rawDatabase()] });
}

/** What is asked for is done on the program's own connections: its statements may take longer than a request. */
async function requestedWork(context: Context, writes: boolean, say: (text: string) => void): Promise<RequestedWork> {
  const folder = join(context.config.dataDir, 'incoming');
  const work = new RequestedWork({ syncing: await context.syncContext(say), connectors, folder, say });
  if (writes) await work.start();
  return work;
}

/** Results are kept in Redis, or in the database by whoever may write there. */
function cacheOf(
  { db, reading }: Databases,
  redis: Api['redis'],
  writes: boolean,
  say: (text: string) => void,
): ResultCache {
  return redis || writes ? resultCache(db, redis, say, reading) : withoutStore(reading);
}

function apiOf(
  config: Config,
  http: HttpConfig,
  { db, reading }: Databases,
  redis: Api['redis'],
  tasks: Tasks,
  results: ResultCache,
  versions: DataVersions,
): Api {
  const schedules = schedulesOf(connectors, config.schedules);
  return {
    db,
    reading,
    versions,
    now: () => new Date(),
    settings: http,
    schedules,
    tasks,
    sources: knownSources(schedules, config),
    redis,
    results,
    backups: config.backup.folder,
    version: version(),
  };
}

async function closed(app: App | null, work: RequestedWork | null, release: () => Promise<void>): Promise<void> {
  const timer = setTimeout(() => app?.server.closeAllConnections(), farewell);
  // What was answered meanwhile may leave a connection that its client keeps for later.
  const idle = setInterval(() => app?.server.closeIdleConnections(), idleMs);
  try {
    await Promise.all([work?.stop(), app?.close()]);
  } finally {
    clearTimeout(timer);
    clearInterval(idle);
    await release();
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return async () => {
    done ??= work();
    return done;
  };
}
