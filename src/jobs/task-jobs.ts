import type { Database } from '../db/database.ts';
import { messageOf } from '../errors.ts';
import { audited, systemUser } from '../ops/audit.ts';
import type { Job, JobQueue } from './queue.ts';
import type { Say } from './say.ts';
import { lastTime } from './schedules.ts';
import type { Task } from './tasks.ts';

export interface TaskJobsOptions {
  readonly db: Database;
  readonly tasks: readonly Task[];
  readonly now: () => Date;
  readonly say: Say;
}

/** Housekeeping at its times. */
export class TaskJobs {
  readonly #queue: JobQueue;
  readonly #options: TaskJobsOptions;

  constructor(queue: JobQueue, options: TaskJobsOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  async schedule(): Promise<void> {
    await this.#queue.create();
    await this.#queue.schedule(new Map(this.#options.tasks.map(({ id, every }) => [id, every])));
  }

  /** Sends for what was not done since it was last due. */
  async catchUp(): Promise<void> {
    const { tasks, now } = this.#options;
    for (const { id, every } of tasks) {
      const done = await this.#queue.lastDone(id);
      if (done === null || done < lastTime(every, now())) await this.#queue.send(id, 0, now(), async () => false);
    }
  }

  async run({ key, signal }: Job): Promise<void> {
    const { db, now, say, tasks } = this.#options;
    const task = tasks.find(({ id }) => id === key);
    if (!task) return;
    try {
      const told = { via: 'worker', who: systemUser(), action: task.id } as const;
      const did = await audited(
        db,
        told,
        () => task.run(db, now(), signal),
        (message) => ({ state: 'ok', message }),
      );
      if (did !== null) say(`${task.id}: ${did}.`, { job: task.id });
    } catch (error) {
      say(`${task.id}: failed: ${messageOf(error)}`, { level: 'error', job: task.id });
      throw error;
    }
  }
}
