import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type TaskKind, type TaskParams, type TaskRow, tasksById, waitingTask } from '../../db/tasks.ts';
import { addTask } from '../../db/write/tasks.ts';
import { AppError, messageOf } from '../../errors.ts';
import { recover } from '../../ingest/recover.ts';
import type { SyncContext } from '../../ingest/sync/contract.ts';
import { assertNotSyncing } from '../../ingest/sync/lease.ts';
import type { Connector } from '../../sources/connector.ts';
import { formats } from '../../sources/registry.ts';
import type { IngestRequest, Tasks, Work } from './contract.ts';
import { Documents } from './documents.ts';
import { Followers } from './follow.ts';
import { keepHouse } from './keeper.ts';
import { Queue } from './queue.ts';
import { Report } from './report.ts';
import { ingestWork, rescoreWork, syncWork } from './work.ts';

export interface RequestedWorkOptions {
  /** What a sync works with; its signal and progress are those of the task. */
  readonly syncing: SyncContext;
  readonly connectors: readonly Connector[];
  /** Where documents wait: a folder of this server, or of all servers on this machine. */
  readonly folder: string;
  /** A line for people. */
  readonly say: (text: string) => void;
  /** How often those who follow tasks are told; at most twice a second when nothing is said. */
  readonly lookMs?: number;
}

const houseKeepingMs = 60_000;
/** Tasks that wait in this server, and documents that are arriving. */
const mostWaiting = 20;
const nothing: TaskParams = { source: null, full: null, label: null, format: null, bytes: null };

/** The work that is asked of this server. */
export class RequestedWork implements Tasks {
  readonly sources: readonly string[];
  readonly formats: readonly string[] = formats.map(({ id }) => id);
  readonly #options: RequestedWorkOptions;
  readonly #documents: Documents;
  readonly #queue: Queue;
  readonly #followers: Followers;
  #arriving = 0;
  #timer: NodeJS.Timeout | undefined;
  #keeping: Promise<unknown> | null = null;

  constructor(options: RequestedWorkOptions) {
    const { db } = options.syncing;
    this.#options = options;
    this.sources = options.connectors.map(({ id }) => id);
    this.#documents = new Documents(options.folder);
    this.#queue = new Queue(db, options.syncing.signal ?? null, options.say);
    this.#followers = new Followers(db, options.lookMs);
  }

  /**
   * Puts right what servers left that were killed, now and from time to time; indexes that their loads had put off are built
   * while this goes on. @throws database errors
   */
  async start(): Promise<void> {
    const { db, now } = this.#options.syncing;
    await this.#keepHouse();
    this.#keep(() => recover(db, now));
    this.#timer = setInterval(() => this.#keep(() => this.#keepHouse()), houseKeepingMs);
    this.#timer.unref();
  }

  #keep(work: () => Promise<unknown>): void {
    this.#keeping ??= work()
      .catch((error: unknown) => this.#options.say(`tasks: ${messageOf(error)}`))
      .finally(() => {
        this.#keeping = null;
      });
  }

  /** Takes no more work, ends what is in hand after its batch, and marks all that did not end as failed. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#followers.stop();
    await Promise.all([this.#queue.stop(), this.#keeping]);
  }

  async ingest(
    document: Readable,
    { label, format: name, ...size }: IngestRequest,
    requestedBy: string,
  ): Promise<TaskRow> {
    const format = formats.find(({ id }) => id === name) ?? null;
    if (name !== null && !format) throw unknown('format', name, this.formats);
    this.#assertRoom();
    const id = randomUUID();
    this.#arriving++;
    try {
      const bytes = await this.#documents.keep(id, document, size);
      const work = ingestWork(this.#options.syncing, { file: this.#documents.file(id), label, format });
      return await this.#add(id, 'ingest', { ...nothing, label, format: name, bytes }, requestedBy, work);
    } catch (error) {
      await this.#documents.remove(id);
      throw error;
    } finally {
      this.#arriving--;
    }
  }

  async sync(source: string, { full }: { readonly full: boolean }, requestedBy: string): Promise<TaskRow> {
    const { syncing, connectors } = this.#options;
    const connector = connectors.find(({ id }) => id === source);
    if (!connector) throw unknown('source', source, this.sources);
    await assertNotSyncing(syncing.db, source, syncing.now());
    return this.#once('sync', { ...nothing, source, full }, requestedBy, syncWork(syncing, connector, full));
  }

  async rescore(requestedBy: string): Promise<TaskRow> {
    return this.#once('rescore', nothing, requestedBy, rescoreWork(this.#options.syncing));
  }

  follow(id: string): AsyncGenerator<TaskRow | null> {
    return this.#followers.follow(id);
  }

  /** What waits already will do as much as another would. */
  async #once(kind: TaskKind, params: TaskParams, requestedBy: string, work: Work): Promise<TaskRow> {
    const waiting = await waitingTask(this.#options.syncing.db, kind, params);
    if (waiting) return waiting;
    this.#assertRoom();
    return this.#add(randomUUID(), kind, params, requestedBy, work);
  }

  async #add(id: string, kind: TaskKind, params: TaskParams, requestedBy: string, work: Work): Promise<TaskRow> {
    const { db } = this.#options.syncing;
    const report = new Report();
    await addTask(db, { id, kind, params, requestedBy, progress: report.progress });
    const row = (await tasksById(db, [id])).get(id);
    if (!row) throw new Error(`task ${id} is gone`);
    const { source, label } = params;
    const target = source ?? label;
    const told = { via: 'task', who: requestedBy, action: kind, target, arguments: { ...params }, taskId: id } as const;
    this.#queue.add({ id, told, report, work, ended: () => this.#documents.remove(id) });
    return row;
  }

  #assertRoom(): void {
    if (this.#queue.isStopped) throw new AppError('overloaded', 'The server is being stopped: try again.');
    if (this.#queue.waiting + this.#arriving >= mostWaiting)
      throw new AppError('overloaded', `There are ${mostWaiting} tasks waiting: try again when some of them are done.`);
  }

  async #keepHouse(): Promise<void> {
    await keepHouse(this.#options.syncing.db, this.#documents, new Date());
  }
}

function unknown(what: 'source' | 'format', name: string, known: readonly string[]): AppError {
  const code = what === 'source' ? 'not_found' : 'invalid_input';
  return new AppError(code, `There is no ${what} "${name}": use one of ${known.join(', ')}.`, { parameter: what });
}
