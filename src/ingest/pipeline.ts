import type { CveId } from '../domain/record.ts';
import { type Batch, type BatchContext, prepare, processBatch } from './batch.ts';
import type { Item } from './document.ts';
import type { FirstLoad } from './first-load.ts';
import type { Progress } from './progress.ts';

/** A batch is full at this many records or bytes: short transactions, whose texts fit into memory several times. */
const batchRecords = { usual: 500, considerate: 100 };
const batchBytes = 3 * 1024 * 1024;

/**
 * Gathers records into batches and keeps a few of them under way: while the database stores one, the next is parsed.
 * Batches that are under way at once never share a CVE, so their order does not matter.
 */
export class Pipeline {
  readonly context: BatchContext;
  readonly #firstLoad: FirstLoad;
  readonly #progress: (progress: Progress) => void;
  readonly #width: number;
  readonly #records: number;
  #items: Item[] = [];
  #size = 0;
  readonly #underWay = new Map<Promise<void>, ReadonlySet<CveId>>();
  #error: unknown = null;
  #done = 0;
  #bytesRead = 0;
  #bytesTotal: number | null = null;

  constructor(context: BatchContext, firstLoad: FirstLoad, progress: (progress: Progress) => void) {
    this.context = context;
    this.#firstLoad = firstLoad;
    this.#progress = progress;
    // One batch in the database, the next being parsed; a server can store two at once.
    this.#width = context.db.kind === 'embedded' ? 2 : 3;
    this.#records = batchRecords[context.considerate ? 'considerate' : 'usual'];
  }

  bytes(read: number, total: number | null): void {
    this.#bytesRead = read;
    this.#bytesTotal = total;
    this.#progress({ kind: 'records', done: this.#done, bytesRead: read, bytesTotal: total });
  }

  async add(item: Item): Promise<void> {
    this.#items.push(item);
    this.#size += item.raw.bytes.length;
    if (this.#items.length >= this.#records || this.#size >= batchBytes) await this.flush();
  }

  /** Sends off what was gathered, waiting while enough is under way. */
  async flush(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    this.#size = 0;
    if (items.length === 0) return;
    if (this.#firstLoad.due && !this.context.dry) {
      await this.settle();
      await this.#firstLoad.begin();
    }
    const batch = prepare(items);
    while (this.#underWay.size >= this.#width || this.#meets(batch)) await Promise.race(this.#underWay.keys());
    this.#check();
    this.#start(batch);
  }

  #meets(batch: Batch): boolean {
    return [...this.#underWay.values()].some((ids) => !ids.isDisjointFrom(batch.ids));
  }

  #start(batch: Batch): void {
    const work = processBatch(batch, this.context)
      .then((inserted) => {
        this.#firstLoad.count(inserted);
        this.#done += batch.items.length;
        this.#progress({ kind: 'records', done: this.#done, bytesRead: this.#bytesRead, bytesTotal: this.#bytesTotal });
      })
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.set(work, batch.ids);
  }

  /** Waits for everything under way. @throws what the first failed batch threw */
  async settle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.keys());
    this.#check();
  }

  #check(): void {
    if (this.#error) throw this.#error;
  }
}
