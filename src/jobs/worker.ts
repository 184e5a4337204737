import type { PgBoss } from 'pg-boss';
import { AppError, messageOf } from '../errors.ts';
import { createBoss } from './boss.ts';
import { JobQueue } from './queue.ts';
import { SyncJobs, type SyncJobsOptions } from './sync-jobs.ts';
import { TaskJobs } from './task-jobs.ts';
import { tasks as everyTask, type Task } from './tasks.ts';

export interface WorkerOptions extends SyncJobsOptions {
  /** Aborted: the worker stops. */
  readonly signal?: AbortSignal;
  readonly tasks?: readonly Task[];
  /** How many sources at a time; the embedded database has one session, so one there, otherwise two. */
  readonly atOnce?: number;
  readonly pollSeconds?: number; // how often it looks for jobs; at least 0.5
  readonly watchSeconds?: number; // how often it looks for sources that are due and have no job
}

export interface Worker {
  /** Resolves when it has stopped, by `stop` or by its signal. */
  readonly stopped: Promise<void>;
  /** Takes no more work, tells what is in hand to end, and waits for that. */
  stop(): Promise<void>;
}

const longestStopMs = 10 * 60_000;

/**
 * Does what is due when it is due: syncs by their schedules, and housekeeping. There may be several workers: a job is in
 * one hand only. What was missed while none worked is caught up once.
 * @throws AppError when the queues cannot be made
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const complain = withoutRepeating((text) => options.say(`jobs: ${text}`, { level: 'warn' }));
  const boss = createBoss(options.db, complain, options.pollSeconds);
  const worker = new RunningWorker(boss, complain);
  try {
    await boss.start();
    await worker.begin(options);
  } catch (error) {
    await worker.stop();
    throw cannotStart(error);
  }
  const { signal } = options;
  if (signal?.aborted) void worker.stop();
  else signal?.addEventListener('abort', () => void worker.stop(), { once: true });
  return worker;
}

class RunningWorker implements Worker {
  readonly stopped: Promise<void>;
  readonly #boss: PgBoss;
  readonly #complain: (text: string) => void;
  readonly #stopping = new AbortController();
  #resolve: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #watching: Promise<void> | null = null;

  constructor(boss: PgBoss, complain: (text: string) => void) {
    this.#boss = boss;
    this.#complain = complain;
    this.stopped = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async begin(options: WorkerOptions): Promise<void> {
    const { db, now, say, tasks = everyTask, pollSeconds = 10, watchSeconds = 60 } = options;
    const atOnce = options.atOnce ?? (db.kind === 'embedded' ? 1 : 2);
    const stop = this.#stopping.signal;
    const syncQueue = new JobQueue(this.#boss, 'sync');
    const taskQueue = new JobQueue(this.#boss, 'task');
    const syncs = new SyncJobs(syncQueue, options);
    const housekeeping = new TaskJobs(taskQueue, { db, tasks, now, say });
    for (const jobs of [syncs, housekeeping]) {
      await jobs.schedule();
      await jobs.catchUp();
    }
    await syncQueue.work({ atOnce, pollSeconds, stop }, (job) => syncs.run(job));
    await taskQueue.work({ atOnce: 1, pollSeconds, stop }, (job) => housekeeping.run(job));
    this.#timer = setInterval(() => this.#watch(syncs), watchSeconds * 1000);
  }

  #watch(syncs: SyncJobs): void {
    this.#watching ??= syncs
      .catchUp()
      .catch((error: unknown) => this.#complain(messageOf(error)))
      .finally(() => {
        this.#watching = null;
      });
  }

  async stop(): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort(new AppError('interrupted', 'The worker stops.'));
      clearInterval(this.#timer);
      await this.#watching;
      await this.#boss.stop({ close: false, timeout: longestStopMs }).catch(() => {});
      this.#resolve();
    }
    return this.stopped;
  }
}

/** Tells something, but not the same thing over and over. */
function withoutRepeating(tell: (text: string) => void): (text: string) => void {
  let last = '';
  let until = 0;
  return (text) => {
    const line = text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
    if (line === last && performance.now() < until) return;
    last = line;
    until = performance.now() + 10 * 60_000;
    tell(line);
  };
}

function cannotStart(error: unknown): unknown {
  if ((error as { code?: unknown } | null)?.code !== '42501') return error;
  const message = `The worker keeps its jobs in a schema named pgboss, which the database user may not make (${messageOf(error)}): GRANT CREATE ON DATABASE … TO that user.`;
  return new AppError('database_refused', message, {}, error);
}
