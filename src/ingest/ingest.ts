import type { Readable } from 'node:stream';
import type { Database } from '../db/database.ts';
import { messageOf } from '../errors.ts';
import type { Envelope, Format } from '../sources/contract.ts';
import { recognise } from './batch.ts';
import { type Document, excerpt, type Item, newDocument } from './document.ts';
import { FirstLoad, vulnerabilitiesBefore } from './first-load.ts';
import { Pipeline } from './pipeline.ts';
import type { Progress } from './progress.ts';
import type { ReadEvent, ReadLimits } from './read/contract.ts';
import { readInputs } from './read/read.ts';
import { failDeadRuns, recover } from './recover.ts';
import { type Run, RunBook, Tally, unrecognised } from './run-book.ts';
import { TermCounter } from './term-counter.ts';
import { withdrawVanished } from './whole-catalogue.ts';

export interface IngestOptions {
  readonly inputs: readonly string[];
  readonly label: string | null;
  readonly format: Format | null; // null: told from the content
  readonly dryRun: boolean;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly stdin?: Readable;
  readonly limits?: Partial<ReadLimits>;
  readonly progress?: (progress: Progress) => void;
}

/** What an ingest did. The runs' counts add up to what was fetched, each for its source. */
export interface IngestResult {
  readonly runs: readonly Run[];
  readonly failures: readonly { readonly document: string; readonly reason: string }[];
  readonly seconds: number;
  readonly interrupted: boolean;
}

/**
 * Reads the inputs and stores what they say: read → parse → compare → store → merge → record the run.
 * A document that fails is reported and the others go on; an abort ends after the batches in hand.
 * @throws AppError `not_found` or `invalid_input` before anything is read; database errors after the runs were marked
 */
export async function ingest(db: Database, options: IngestOptions): Promise<IngestResult> {
  const { now } = options;
  const start = performance.now();
  if (!options.dryRun) await failDeadRuns(db, now);
  const book = new RunBook(db, {
    label: options.label,
    config: { inputs: options.inputs, format: options.format?.id ?? 'auto' },
    now,
    dry: options.dryRun,
  });
  const terms = new TermCounter();
  const firstLoad = new FirstLoad(db, terms, now, await vulnerabilitiesBefore(db));
  const dry = options.dryRun ? new Map() : null;
  const pipeline = new Pipeline({ db, book, terms, now, dry }, firstLoad, options.progress ?? (() => {}));
  const reader = new Intake(pipeline, book, options);
  let failure: unknown = null;
  try {
    await reader.readAll();
  } catch (error) {
    failure = error;
  }
  await pipeline.settle().catch((error: unknown) => {
    failure ??= error;
  });
  const interrupted = options.signal?.aborted === true;
  await close(db, book, firstLoad, reader, failure, interrupted, options).catch((error: unknown) => {
    failure ??= error;
  });
  if (failure) throw failure;
  return {
    runs: [...book.runs.values()],
    failures: reader.failures,
    seconds: (performance.now() - start) / 1000,
    interrupted,
  };
}

async function close(
  db: Database,
  book: RunBook,
  firstLoad: FirstLoad,
  reader: Intake,
  failure: unknown,
  interrupted: boolean,
  options: IngestOptions,
): Promise<void> {
  if (firstLoad.deferred && !failure) {
    options.progress?.({ kind: 'indexing' });
    await firstLoad.end();
  }
  const why = failure ? messageOf(failure) : interrupted ? 'Interrupted; the same command goes on from here.' : null;
  await book.finish(why, reader.released);
  if (!options.dryRun) await recover(db, options.now); // what a load that was killed had left
}

const rejectedAtOnce = 500;

/** Sorts what the reader yields: into batches, rejections and failures, by document. */
class Intake {
  readonly failures: { document: string; reason: string }[] = [];
  readonly released = new Map<string, string | null>();
  readonly #pipeline: Pipeline;
  readonly #book: RunBook;
  readonly #options: IngestOptions;
  readonly #documents = new Map<string, Document>();
  #lastFormat: Format | null = null;
  /** Rejections of the reader, stored many at a time. */
  #rejected = new Tally();

  constructor(pipeline: Pipeline, book: RunBook, options: IngestOptions) {
    this.#pipeline = pipeline;
    this.#book = book;
    this.#options = options;
  }

  async readAll(): Promise<void> {
    const { inputs, stdin, limits, signal } = this.#options;
    const events = readInputs(inputs, { ...(stdin && { stdin }), ...(limits && { limits }) });
    for await (const event of events) {
      if (signal?.aborted) break;
      await this.#take(event);
    }
    await this.#storeRejected();
    if (!signal?.aborted) await this.#pipeline.flush();
  }

  async #take(event: ReadEvent): Promise<void> {
    if (event.kind === 'progress') return this.#pipeline.bytes(event.bytesRead, event.bytesTotal);
    if (event.kind === 'records') return this.#records(event.document, event.envelope, event.records);
    if (event.kind === 'rejected') return this.#reject(event);
    if (event.kind === 'failed') return this.#failed(event.document, event.reason);
    return this.#end(event.document, event.envelope, event.records);
  }

  #document(name: string, envelope: Envelope): Document {
    let document = this.#documents.get(name);
    if (!document) {
      document = newDocument(name, envelope, this.#options.format);
      this.#documents.set(name, document);
    }
    document.envelope = envelope;
    return document;
  }

  async #records(name: string, envelope: Envelope, records: readonly Item['raw'][]): Promise<void> {
    const document = this.#document(name, envelope);
    const first = records[0];
    if (!first || document.failed) return;
    document.format ??= this.#guess(document, first.bytes);
    if (!document.format) {
      return this.#fail(
        name,
        'is not in a format that OpenThreat knows (NVD, KEV, CVE Record 5, deduplicated NDJSON): name it with --format if it is',
      );
    }
    this.#lastFormat = document.format;
    await this.#pipeline.learn(document, first.bytes, this.released.get(document.format.sources[0]) ?? null);
    for (const raw of records) await this.#pipeline.add({ document, raw });
  }

  /** Archives hold thousands of documents of one kind, so the last one's format is tried before the others. */
  #guess(document: Document, bytes: Buffer): Format | null {
    return recognise(bytes, document, this.#lastFormat);
  }

  async #reject(event: ReadEvent & { kind: 'rejected' }): Promise<void> {
    const document = this.#document(event.document, event.envelope);
    if (document.failed) return;
    document.gaps = true;
    const source = (document.format ?? this.#lastFormat)?.sources[0] ?? unrecognised;
    this.#rejected.fetched(source, 'rejected');
    this.#rejected.rejected.push({ ...event, source, excerpt: excerpt(Buffer.from(event.excerpt)) });
    if (this.#rejected.rejected.length >= rejectedAtOnce) await this.#storeRejected();
  }

  async #storeRejected(): Promise<void> {
    const tally = this.#rejected;
    if (tally.rejected.length === 0) return;
    this.#rejected = new Tally();
    await this.#pipeline.record(tally);
  }

  /** Its last event: what is wrong with a document is told once. */
  async #failed(name: string, reason: string): Promise<void> {
    if (!this.#documents.get(name)?.failed) await this.#fail(name, reason);
    this.#documents.delete(name);
  }

  async #fail(name: string, reason: string): Promise<void> {
    this.failures.push({ document: name, reason });
    const document = this.#documents.get(name);
    if (document) document.failed = true;
    const source = (document?.format ?? this.#options.format ?? this.#lastFormat)?.sources[0] ?? unrecognised;
    await this.#pipeline.flush();
    await this.#book.fail(source, `${name} ${reason}`);
  }

  async #end(name: string, envelope: Envelope, records: number): Promise<void> {
    const document = this.#documents.get(name);
    this.#documents.delete(name);
    if (!document?.format || document.failed) return;
    document.envelope = envelope;
    if (document.format.coverage !== 'full') return;
    await this.#pipeline.flush();
    await this.#pipeline.settle();
    const expected = document.format.expectedCount?.(envelope) ?? null;
    if (expected !== null && expected !== records) {
      return this.#fail(
        name,
        `says it has ${expected} entries, but ${records} came: nothing was withdrawn; fetch it again`,
      );
    }
    const source = document.format.sources[0];
    if (document.outdated)
      return this.#book.note(source, `${name} is older than the catalogue read before: nothing was taken from it`);
    if (document.gaps) this.#book.note(source, `${name} has entries that could not be used: nothing was withdrawn`);
    else await withdrawVanished(this.#pipeline, source, document.seen);
    this.released.set(source, document.released);
  }
}
