import type { Database } from '../../db/database.ts';
import type { TaskResult } from '../../db/tasks.ts';
import { beginTask, endTask, noteTaskProgress } from '../../db/write/tasks.ts';
import { AppError, messageOf } from '../../errors.ts';
import { type AuditEntry, audited, type Told } from '../../ops/audit.ts';
import { traced } from '../../tracing.ts';
import type { Work } from './contract.ts';
import type { Report } from './report.ts';

/** Something to do, of which the row is there. */
export interface QueuedTask {
  readonly id: string;
  /** What the audit log says of it. */
  readonly told: Told;
  readonly report: Report;
  readonly work: Work;
  /** Called when it has ended, in whatever way, also when it never began. */
  readonly ended: () => Promise<void>;
}

const progressMs = 1000;
const signOfLifeMs = 10_000;
const neverBegun = 'Interrupted: the server was stopped before it began. Ask for it again.';

/** The tasks of this server, done in their order. Their rows say how far they are, at most once a second. */
export class Queue {
  readonly #db: Database;
  readonly #say: (text: string) => void;
  readonly #atOnce: number;
  readonly #waiting: QueuedTask[] = [];
  readonly #running = new Map<QueuedTask, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;
  #noting: Promise<void> | null = null;
  #signOfLife = performance.now();

  /** `signal`: aborted when the program is to end. */
  constructor(db: Database, signal: AbortSignal | null, say: (text: string) => void) {
    this.#db = db;
    this.#signal = AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
    this.#say = say;
    this.#atOnce = db.kind === 'embedded' ? 1 : 2;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get isStopped(): boolean {
    return this.#signal.aborted;
  }

  add(task: QueuedTask): void {
    if (this.isStopped) {
      void this.#end(task, null, neverBegun);
      return;
    }
    this.#waiting.push(task);
    this.#timer ??= setInterval(() => this.#tick(), progressMs);
    this.#next();
  }

  /** Ends what is in hand after its batch; what has not begun has failed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const task of this.#waiting.splice(0)) await this.#end(task, null, neverBegun);
    await Promise.all(this.#running.values());
    clearInterval(this.#timer);
    await this.#noting;
  }

  #next(): void {
    while (this.#running.size < this.#atOnce && !this.isStopped) {
      const task = this.#waiting.shift();
      if (!task) break;
      const done = this.#do(task).finally(() => {
        this.#running.delete(task);
        this.#next();
      });
      this.#running.set(task, done);
    }
    if (this.#running.size + this.#waiting.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #do(task: QueuedTask): Promise<void> {
    const { id, told, report, work } = task;
    try {
      if (!(await beginTask(this.#db, id, report.progress))) return await task.ended();
      const { result, error } = await this.#audited(told, report, work);
      await this.#end(task, result, error);
    } catch (error) {
      await this.#end(task, null, this.#sayFor(id, error));
    }
  }

  /** Does the work, and keeps an entry of it in the audit log. */
  async #audited(told: Told, report: Report, work: Work): ReturnType<Work> {
    const doing = async (entry: AuditEntry) => {
      try {
        return await traced(
          () => ({ name: `task ${told.action}`, kind: 'internal' }),
          async () => work(report, this.#signal),
        );
      } finally {
        entry.learn({ runIds: report.progress.runs });
      }
    };
    return audited(this.#db, told, doing, ({ error }) => ({ state: error === null ? 'ok' : 'failed', message: error }));
  }

  async #end(task: QueuedTask, result: TaskResult | null, error: string | null): Promise<void> {
    const { id, report } = task;
    try {
      await task.ended();
      await endTask(this.#db, id, { progress: report.progress, result, error });
    } catch (failure) {
      // Another server, or the next start of this one, marks it as failed when it stays silent.
      this.#say(`task ${id}: its end could not be noted: ${messageOf(failure)}`);
    }
  }

  /** What a failure says to who asked; of one that nobody foresaw the details are for the log. */
  #sayFor(id: string, error: unknown): string {
    const isOurs = !(error instanceof AppError) || error.code === 'database_refused';
    if (!isOurs) return error.message;
    this.#say(`task ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return `Something unexpected happened. The log has it under the task's id ${id}.`;
  }

  #tick(): void {
    this.#noting ??= this.#note()
      .catch(() => {}) // the next time may go better; without a sign of life for long the task counts as given up
      .finally(() => {
        this.#noting = null;
      });
  }

  async #note(): Promise<void> {
    const now = performance.now();
    const isDue = now - this.#signOfLife >= signOfLifeMs;
    const news = [...this.#running.keys(), ...this.#waiting].map(({ id, report }) => [id, report.news()] as const);
    const told = news.filter(([, progress]) => isDue || progress !== null);
    if (isDue) this.#signOfLife = now;
    if (told.length > 0) await noteTaskProgress(this.#db, new Map(told));
  }
}
