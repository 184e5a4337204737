import type { Config } from '../../config.ts';
import { dataVersions } from '../../db/data-version.ts';
import type { Database, Db } from '../../db/database.ts';
import { type Health, health } from '../../db/inspect/health.ts';
import { cacheUse } from '../../db/inspect/upkeep.ts';
import { assertUpToDate } from '../../db/migrate/revisions.ts';
import { failedRuns, type RunAtWork, runsAtWork } from '../../db/recent-runs.ts';
import { newestTasks, type TaskRow } from '../../db/tasks.ts';
import { type Totals, totals } from '../../db/totals.ts';
import { knownSources } from '../../jobs/known-sources.ts';
import { type SourceRow, sourceRows } from '../../jobs/source-rows.ts';
import { backupsIn, type Kept } from '../../ops/backup/folder.ts';

const dayMs = 86_400_000;
/** Tasks that have not ended are among the newest. */
const newest = 50;

/** How everything is, at one moment. Times are ISO 8601 UTC. */
export interface Status {
  readonly at: string;
  readonly database: Health;
  /** The share (0–1) of pages that PostgreSQL found in its memory; null: it does not say. */
  readonly cacheHitRatio: number | null;
  readonly totals: Totals;
  readonly sources: readonly SourceRow[];
  readonly runs: readonly RunAtWork[];
  readonly tasks: readonly TaskRow[]; // that wait or are at work
  readonly failedRuns: number; // in the last day
  readonly lastBackup: Kept | null;
}

/** Tells the status again and again; rows are counted anew only when data have changed. */
export class StatusReader {
  readonly #db: Database;
  readonly #config: Config;
  #counted: { readonly version: string; readonly totals: Totals } | null = null;

  constructor(db: Database, config: Config) {
    this.#db = db;
    this.#config = config;
  }

  /** @throws AppError `database_outdated`, `database_newer`, `database_unreachable` */
  async read(now: Date): Promise<Status> {
    const db = this.#db;
    await assertUpToDate(db);
    const failed = await failedRuns(db, new Date(now.getTime() - dayMs).toISOString());
    const { schedules, backup } = this.#config;
    return {
      at: now.toISOString(),
      database: await health(db),
      cacheHitRatio: db.kind === 'embedded' ? null : (await cacheUse(db)).hitRatio,
      totals: await this.#totals(),
      // Their records are not counted: that costs most, and "openthreat sources" has them.
      sources: await sourceRows(db, knownSources(schedules, this.#config), now, new Map()),
      runs: await runsAtWork(db),
      tasks: await tasksInHand(db),
      failedRuns: failed.reduce((sum, { failed: n }) => sum + n, 0),
      lastBackup: (await backupsIn(backup.folder))[0] ?? null,
    };
  }

  async #totals(): Promise<Totals> {
    const versions = await dataVersions(this.#db);
    const version = ['vulnerabilities', 'indicators', 'catalogues'].map((family) => versions.get(family)).join('-');
    if (this.#counted?.version !== version) this.#counted = { version, totals: await totals(this.#db) };
    return this.#counted.totals;
  }
}

async function tasksInHand(db: Db): Promise<TaskRow[]> {
  return (await newestTasks(db, newest)).filter(({ state }) => state === 'waiting' || state === 'running');
}
