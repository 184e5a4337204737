import { type Database, type Db, transaction } from '../db/database.ts';
import { type Standby, standbys } from '../db/inspect/replication.ts';
import { cacheUse } from '../db/inspect/upkeep.ts';
import {
  runsByStatus,
  type ServerNumbers,
  serverNumbers,
  sessionsByState,
  type TableNumbers,
  tableNumbers,
  tasksByState,
} from '../db/monitoring.ts';
import { type LastRetention, lastRetention } from '../db/retention.ts';
import { backupsIn, type Kept } from './backup/folder.ts';

/** What metrics tell of a source. */
export interface SourceMetrics {
  readonly id: string;
  /** Since the last success; null: there was none. */
  readonly ageSeconds: number | null;
  /** Somebody should look after it. */
  readonly attention: boolean;
  /** Something of it is held back because it looks strange. */
  readonly held: boolean;
  /** Syncs that failed in a row. */
  readonly failures: number;
  /** Since it was to be synced, 0 when that is still to come; null: it is not synced by itself. */
  readonly overdueSeconds: number | null;
}

/** What is asked for whenever the metrics are. */
export interface FactsOptions {
  readonly db: Database;
  readonly now: () => Date;
  readonly sources: () => Promise<readonly SourceMetrics[]>;
  /** The folder of backups. */
  readonly backups: string;
}

/** Everything that the database and the folder of backups say at a moment. */
export interface Facts {
  readonly now: Date;
  readonly sources: readonly SourceMetrics[];
  readonly runs: Awaited<ReturnType<typeof runsByStatus>>;
  readonly tasks: Awaited<ReturnType<typeof tasksByState>>;
  readonly tables: readonly TableNumbers[];
  readonly hitRatio: number | null; // 0–1
  readonly sessions: Awaited<ReturnType<typeof sessionsByState>>;
  readonly server: ServerNumbers;
  readonly standbys: readonly Standby[];
  readonly retention: LastRetention | null;
  readonly backup: Kept | null; // the newest
}

/** A statement that takes longer is cancelled: monitoring must not be a load. Milliseconds. */
const statementTimeout = 1_500;

/** @throws AppError of the database */
export async function factsOf({ db, now, sources, backups }: FactsOptions): Promise<Facts> {
  const [ofSources, ofDatabase, backup] = await Promise.all([
    sources(),
    transaction(db, databaseFacts, `BEGIN READ ONLY; SET LOCAL statement_timeout = ${statementTimeout}`),
    newestBackup(backups),
  ]);
  return { now: now(), sources: ofSources, backup, ...ofDatabase };
}

async function databaseFacts(tx: Db): Promise<Omit<Facts, 'now' | 'sources' | 'backup'>> {
  return {
    runs: await runsByStatus(tx),
    tasks: await tasksByState(tx),
    tables: await tableNumbers(tx),
    hitRatio: (await cacheUse(tx)).hitRatio,
    sessions: await sessionsByState(tx),
    server: await serverNumbers(tx),
    standbys: await standbys(tx),
    retention: await lastRetention(tx),
  };
}

/** The newest backup; null also when this user may not look into the folder: then the metrics have none, as without one. */
async function newestBackup(folder: string): Promise<Kept | null> {
  return backupsIn(folder).then(
    ([newest]) => newest ?? null,
    () => null,
  );
}
