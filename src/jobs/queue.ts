import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { traced } from '../tracing.ts';

export const retryLimit = 2;
export const retrySeconds = 15 * 60;

const settings = {
  policy: 'exclusive', // of each key, one job that waits or runs
  retryLimit,
  retryDelay: retrySeconds,
  // A job whose worker died is taken over after this long without a sign of life. Index builds may keep one quiet for minutes.
  heartbeatSeconds: 300,
  expireInSeconds: 12 * 3600,
  retentionSeconds: 7 * 86_400,
  deleteAfterSeconds: 7 * 86_400,
} as const;

const soonMs = 60_000;

/** A job in hand. */
export interface Job {
  readonly key: string;
  readonly retryCount: number;
  /** Aborted when it is to end, because the worker stops or the job is not its own any more. */
  readonly signal: AbortSignal;
}

/** Jobs that are told apart by their key. However many workers there are, a key's job is in one hand only. */
export class JobQueue {
  readonly #boss: PgBoss;
  readonly #name: string;

  constructor(boss: PgBoss, name: string) {
    this.#boss = boss;
    this.#name = name;
  }

  async create(): Promise<void> {
    await this.#boss.createQueue(this.#name, settings);
  }

  /** Makes the schedules in the database these: by key, cron expressions in UTC. */
  async schedule(crons: ReadonlyMap<string, string>): Promise<void> {
    for (const [key, cron] of crons) {
      // `once`: what was missed is caught up, however often it was.
      await this.#boss.schedule(this.#name, cron, {}, { key, singletonKey: key, tz: 'UTC', missed: 'once' });
    }
    for (const { key } of await this.#boss.getSchedules(this.#name)) {
      if (!crons.has(key)) await this.#boss.unschedule(this.#name, key);
    }
  }

  /**
   * Sends for a key's job, unless one waits or runs. One that its worker left behind gives way: `isDead` says whether the
   * worker of the job that runs is, and one that was in hand then waits for long to be tried again.
   */
  async send(key: string, priority: number, now: Date, isDead: () => Promise<boolean>): Promise<void> {
    const options = { singletonKey: key, priority };
    if ((await this.#boss.send(this.#name, {}, options)) !== null) return;
    for (const { id, state, startAfter } of await this.#jobs(key)) {
      const waits = state === 'retry' && new Date(startAfter).getTime() > now.getTime() + soonMs;
      if (!waits && !(state === 'active' && (await isDead()))) continue;
      await this.#boss.deleteJob(this.#name, id);
      await this.#boss.send(this.#name, {}, options);
    }
  }

  /** When a key's job was last done, as far as that is remembered (a week), or null. */
  async lastDone(key: string): Promise<Date | null> {
    const done = (await this.#jobs(key)).filter(({ state, completedOn }) => state === 'completed' && completedOn);
    const times = done.map(({ completedOn }) => new Date(completedOn ?? 0).getTime());
    return times.length === 0 ? null : new Date(Math.max(...times));
  }

  /** Begins to do jobs, `atOnce` at a time. A job whose work throws is tried again later. */
  async work(
    how: { readonly atOnce: number; readonly pollSeconds: number; readonly stop: AbortSignal },
    work: (job: Job) => Promise<void>,
  ): Promise<void> {
    const { atOnce, pollSeconds } = how;
    const options = { localConcurrency: atOnce, pollingIntervalSeconds: pollSeconds, includeMetadata: true } as const;
    await this.#boss.work<object, void, typeof options>(this.#name, options, async (jobs) => {
      for (const { singletonKey, retryCount, signal } of jobs) {
        if (how.stop.aborted) return;
        const job = { key: singletonKey ?? '', retryCount, signal: AbortSignal.any([how.stop, signal]) };
        await traced(
          () => ({ name: `job ${this.#name} ${job.key}`, kind: 'internal' }),
          async () => work(job),
        );
      }
    });
  }

  async #jobs(key: string): Promise<JobWithMetadata[]> {
    return this.#boss.findJobs(this.#name, { key });
  }
}
