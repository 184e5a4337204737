import type { Database } from '../db/database.ts';
import { isConnectionLoss } from '../db/errors.ts';
import { isDead } from '../db/owner.ts';
import { sourceStates } from '../db/sources.ts';
import { leaseOf } from '../db/write/source-lease.ts';
import { noteNextRun } from '../db/write/source-state.ts';
import { AppError, messageOf } from '../errors.ts';
import type { SyncResult } from '../ingest/sync/contract.ts';
import { audited, type Ended, failure, systemUser } from '../ops/audit.ts';
import type { Connector } from '../sources/connector.ts';
import { type Job, type JobQueue, retryLimit, retrySeconds } from './queue.ts';
import type { Say } from './say.ts';
import { nextRun, type Schedules } from './schedules.ts';
import { summaryOf } from './summary.ts';

export interface SyncJobsOptions {
  readonly db: Database;
  readonly connectors: readonly Connector[];
  readonly schedules: Schedules;
  readonly sync: (connector: Connector, signal: AbortSignal) => Promise<SyncResult>;
  readonly now: () => Date;
  readonly say: Say;
}

/** A job may come a little before its time, when the clocks of database and worker differ. */
const toleranceMs = 60_000;

/**
 * Syncs by their schedules. What is due is in `source_state.next_run_at`: it moves on when a sync has ended, well or not,
 * and stays when one was broken off, so that whoever works next begins with that source.
 */
export class SyncJobs {
  readonly #queue: JobQueue;
  readonly #options: SyncJobsOptions;
  readonly #skipped = new Map<string, string>();

  constructor(queue: JobQueue, options: SyncJobsOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  async schedule(): Promise<void> {
    await this.#queue.create();
    await this.#queue.schedule(
      new Map([...this.#options.schedules].flatMap(([id, cron]) => (cron === null ? [] : [[id, cron]]))),
    );
  }

  /**
   * Sends for what is due now: never done, missed, or broken off. In the order of the connectors. To be called again and
   * again: a process that was killed takes a moment to die.
   */
  async catchUp(): Promise<void> {
    const { db, connectors, schedules, now } = this.#options;
    const noted = await this.#noted();
    for (const [index, { id }] of connectors.entries()) {
      const next = nextRun(schedules, id, now());
      const due = noted.get(id) ?? null;
      if (next !== null && (due === null || due <= now())) {
        await this.#queue.send(id, connectors.length - index, now(), () => this.#isSyncerDead(id));
      } else if (next?.getTime() !== due?.getTime() && (next === null || (due && next < due))) {
        await noteNextRun(db, id, next?.toISOString() ?? null); // the schedule was changed
      }
    }
  }

  async run(job: Job): Promise<void> {
    const { connectors, schedules, now, db } = this.#options;
    const connector = connectors.find(({ id }) => id === job.key);
    if (!connector || nextRun(schedules, connector.id, now()) === null) return; // switched off since it was sent
    if (job.retryCount === 0 && !(await this.#isDue(connector.id))) return;
    const result = await this.#synced(connector, job.signal).catch((error: unknown) =>
      this.#notSynced(connector, error),
    );
    this.#tell(result);
    if (result.outcome === 'interrupted') return;
    const next = nextRun(schedules, connector.id, now());
    const retry = new Date(now().getTime() + retrySeconds * 1000);
    const again = result.outcome === 'failed' && job.retryCount < retryLimit && next !== null && retry < next;
    await noteNextRun(db, connector.id, (again ? retry : next)?.toISOString() ?? null);
    if (again) throw new Error(result.reason ?? 'failed');
  }

  /** A sync, of which there is an entry in the audit log. */
  async #synced(connector: Connector, signal: AbortSignal): Promise<SyncResult> {
    const { db } = this.#options;
    const told = { via: 'worker', who: systemUser(), action: 'sync', target: connector.id } as const;
    return audited(db, told, () => this.#persisting(connector, signal), endOf);
  }

  /** A sync that the database goes away from is begun again at once: what is stored by then costs it little. */
  async #persisting(connector: Connector, signal: AbortSignal): Promise<SyncResult> {
    const { sync, say } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const result = await sync(connector, signal).catch((error: unknown) => ({ error }));
      const isOver = !isConnectionLoss(result.error) || attempt === 3 || signal.aborted;
      if (isOver && 'outcome' in result) return result;
      if (isOver) throw result.error;
      const text = `${connector.id}: the database went away in the middle of it: begun again.`;
      say(text, { level: 'warn', source: connector.id });
    }
  }

  /** Somebody else syncs it: that counts as done. @throws any other error, after telling it */
  #notSynced({ id }: Connector, error: unknown): SyncResult {
    if (error instanceof AppError && error.code === 'locked')
      return { source: id, outcome: 'skipped', reason: error.message, error, runs: [], seconds: 0 };
    this.#options.say(`${id}: failed: ${messageOf(error)}`, { level: 'error', source: id });
    throw error;
  }

  /** A source that waits for a setting says so once and not at each of its times. */
  #tell(result: SyncResult): void {
    const { source, outcome, reason } = result;
    const known = this.#skipped.get(source);
    if (outcome === 'skipped') this.#skipped.set(source, reason ?? '');
    else this.#skipped.delete(source);
    if (outcome === 'skipped' && known === (reason ?? '')) return;
    const level = outcome === 'failed' || outcome === 'held' ? 'warn' : 'info';
    const runs = result.runs.flatMap(({ id }) => id ?? []);
    this.#options.say(summaryOf(result), { level, source, runs });
  }

  async #isDue(id: string): Promise<boolean> {
    const due = (await this.#noted()).get(id) ?? null;
    return due === null || due.getTime() <= this.#options.now().getTime() + toleranceMs;
  }

  async #noted(): Promise<Map<string, Date>> {
    const states = await sourceStates(this.#options.db);
    return new Map(states.flatMap(({ source, nextRunAt: at }) => (at === null ? [] : [[source, new Date(at)]])));
  }

  async #isSyncerDead(id: string): Promise<boolean> {
    const lease = await leaseOf(this.#options.db, id);
    const at = this.#options.now().toISOString();
    return lease !== null && isDead(lease.owner, at, at);
  }
}

/** How a sync ended, for the audit log. One that was skipped, as for want of a key, has changed nothing and failed at nothing. */
function endOf({ outcome, reason, error, runs }: SyncResult): Ended {
  const runIds = runs.flatMap(({ id }) => (id === null ? [] : [id]));
  if (outcome === 'synced' || outcome === 'skipped') return { state: 'ok', message: reason, runIds };
  return { ...failure(error ?? new AppError('interrupted', reason ?? outcome)), runIds };
}
