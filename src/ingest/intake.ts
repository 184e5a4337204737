import { certainTransaction } from '../db/certain.ts';
import type { Database } from '../db/database.ts';
import { releasedAt } from '../db/write/source-state.ts';
import type { Envelope, Format, FormatKind } from '../sources/contract.ts';
import { isFeed } from '../sources/registry.ts';
import { untilCurrent } from './carry-out.ts';
import { type Document, excerpt, type Item, newDocument, parseJson } from './document.ts';
import { emptyListsNote, nothingButComments } from './empty-lists.ts';
import { FetchedWatch } from './fetched-watch.ts';
import type { IngestOptions } from './ingest.ts';
import { eventsOf, type FetchedDocument, type InputEvent } from './input.ts';
import type { ReadEvent } from './read/contract.ts';
import { recognise } from './recognise.ts';
import { type RunBook, Tally, unrecognised } from './run-book.ts';
import type { Sink, SinkContext } from './sink.ts';
import { sinks } from './sinks.ts';

const rejectedAtOnce = 500;

/** Why it cannot be told whose word the records of a format are; null when it can. */
function speakerProblem(format: Format, label: string | null): string | null {
  if (format.kind !== 'indicator' || format.sources.length > 0) return null;
  if (label === null)
    return 'holds indicators, but not who says so: name their source with a label (the last word of the command, or ?label=)';
  if (isFeed(label) || label === unrecognised)
    return `holds indicators that are not those of ${label}, which is a source with a format of its own: give them another label`;
  return null;
}

/** Sorts what the reader yields: to the sink of its kind, to the rejections and failures, by document. */
export class Intake {
  readonly failures: { document: string; reason: string }[] = [];
  readonly released = new Map<string, string | null>();
  readonly #db: Database;
  readonly #book: RunBook;
  readonly #options: IngestOptions;
  readonly #sinks = new Map<FormatKind, Sink>();
  readonly #documents = new Map<string, Document>();
  #fetched: FetchedWatch | null = null;
  #lastFormat: Format | null = null;
  /** Lists that hold nothing but comments. */
  readonly #emptyLists: string[] = [];
  /** Rejections of the reader, stored many at a time. */
  #rejected = new Tally();

  constructor(db: Database, book: RunBook, options: IngestOptions) {
    this.#db = db;
    this.#book = book;
    this.#options = options;
  }

  async readAll(): Promise<void> {
    const { inputs, stdin, limits, signal } = this.#options;
    const events = eventsOf(inputs, { ...(stdin && { stdin }), ...(limits && { limits }) });
    for await (const event of events) {
      if (signal?.aborted) break;
      await this.#take(event);
      // What is fetched must be stored in its order, so nothing may follow what failed.
      if ((this.#fetched || event.kind === 'broken') && this.failures.length > 0) break;
    }
    await this.#storeRejected();
    if (signal?.aborted) return;
    await this.#tellEmptyLists();
    await this.#flush();
  }

  /** A list without entries is none that failed, unless there is nothing else at all. */
  async #tellEmptyLists(): Promise<void> {
    const lists = this.#emptyLists;
    if (lists.length === 0) return;
    if (this.#lastFormat === null) {
      for (const name of lists) await this.#fail(name, `holds ${nothingButComments}`);
      return;
    }
    const source = this.#sourceOf(this.#lastFormat);
    await this.#book.run(source);
    this.#book.note(source, emptyListsNote(lists));
  }

  /** Waits for everything under way. @throws what storing threw */
  async settle(): Promise<void> {
    for (const sink of this.#sinks.values()) await sink.settle();
  }

  async close(): Promise<void> {
    for (const sink of this.#sinks.values()) await sink.close();
  }

  async #flush(): Promise<void> {
    for (const sink of this.#sinks.values()) await sink.flush();
  }

  async #sink(kind: FormatKind): Promise<Sink> {
    const had = this.#sinks.get(kind);
    if (had) return had;
    const context: SinkContext = {
      db: this.#db,
      book: this.#book,
      now: this.#options.now,
      dryRun: this.#options.dryRun,
      label: this.#options.label,
      considerate: this.#options.considerate === true && this.#db.kind === 'embedded',
      progress: this.#options.progress ?? (() => {}),
    };
    const sink = await sinks[kind](context);
    this.#sinks.set(kind, sink);
    return sink;
  }

  async #take(event: InputEvent): Promise<void> {
    if (event.kind === 'progress') return this.#progress(event.bytesRead, event.bytesTotal);
    if (event.kind === 'records') return this.#records(event.document, event.envelope, event.records);
    if (event.kind === 'rejected') return this.#reject(event);
    if (event.kind === 'failed') return this.#failed(event);
    if (event.kind === 'end') return this.#end(event.document, event.envelope, event.records);
    if (event.kind === 'note') return this.#book.note(this.#options.sources?.[0] ?? unrecognised, event.note);
    if (event.kind === 'broken') return this.#broken(event.reason);
    if (event.kind === 'whole') return this.#whole(event.document);
    this.#fetched = new FetchedWatch(event.document, this.#book.rejected);
  }

  /** Fetching broke off: what came before is stored, and the runs of all that was to come have failed. */
  async #broken(reason: string): Promise<void> {
    this.failures.push({ document: this.#options.sources?.[0] ?? unrecognised, reason });
    for (const source of this.#options.sources ?? []) await this.#book.fail(source, reason);
  }

  #progress(read: number, total: number | null): void {
    for (const sink of this.#sinks.values()) sink.bytes(read, total);
  }

  /** A fetched document is read to its end: when all of it is stored, its source may remember so. */
  async #whole(document: FetchedDocument): Promise<void> {
    await this.#storeRejected();
    await this.#flush();
    await this.settle();
    const wrong = this.failures.length === 0 ? (this.#fetched?.unusable(this.#book.rejected) ?? null) : null;
    if (wrong !== null) await this.#fail(document.name, wrong);
    if (this.failures.length === 0) await document.stored(this.#fetched?.raw ?? 0);
  }

  #document(name: string, envelope: Envelope): Document {
    let document = this.#documents.get(name);
    if (!document) {
      document = newDocument(name, {}, this.#fetched?.format ?? this.#options.format);
      this.#documents.set(name, document);
    }
    document.envelope = { ...envelope, document: name };
    return document;
  }

  async #records(name: string, envelope: Envelope, records: readonly Item['raw'][]): Promise<void> {
    const document = this.#document(name, envelope);
    const first = records[0];
    this.#fetched?.came(records, envelope);
    if (!first || document.failed) return;
    // Archives hold thousands of documents of one kind, so the last one's format is tried before the others.
    document.format ??= recognise(first.bytes, document, this.#lastFormat);
    const { format } = document;
    if (!format)
      return this.#fail(name, 'is not in a format that OpenThreat knows: name it (--format, or ?format=) if it is');
    const nobody = speakerProblem(format, this.#options.label);
    if (nobody !== null) return this.#fail(name, nobody);
    this.#lastFormat = format;
    await this.#learn(document, format, first.bytes);
    const sink = await this.#sink(format.kind);
    for (const raw of records) await sink.add({ document, raw });
  }

  /** Looks, once for a whole catalogue, whether a newer one was read before. */
  async #learn(document: Document, format: Format, first: Buffer): Promise<void> {
    const source = format.sources[0];
    if (format.coverage !== 'full' || source === undefined || document.learnt) return;
    document.learnt = true;
    const json = parseJson(first);
    document.released = format.releasedAt?.(document.envelope, 'value' in json ? json.value : null) ?? null;
    const before = (await releasedAt(this.#db, source)) ?? '';
    const read = this.released.get(source) ?? '';
    document.outdated = document.released !== null && (document.released < before || document.released < read);
  }

  async #reject(event: ReadEvent & { kind: 'rejected' }): Promise<void> {
    const document = this.#document(event.document, event.envelope);
    this.#fetched?.cameRejected();
    if (document.failed) return;
    document.gaps = true;
    const source = this.#sourceOf(document.format ?? this.#lastFormat);
    this.#rejected.fetched(source, 'rejected');
    this.#rejected.rejected.push({ ...event, source, excerpt: excerpt(Buffer.from(event.excerpt)) });
    if (this.#rejected.rejected.length >= rejectedAtOnce) await this.#storeRejected();
  }

  #sourceOf(format: Format | null | undefined): string {
    const { label } = this.#options;
    if (!format || speakerProblem(format, label) !== null) return unrecognised;
    return format.sources[0] ?? label ?? unrecognised;
  }

  async #storeRejected(): Promise<void> {
    const tally = this.#rejected;
    if (tally.rejected.length === 0) return;
    this.#rejected = new Tally();
    await this.#flush();
    await this.settle();
    await this.#book.begin(tally);
    if (!this.#options.dryRun)
      await untilCurrent(() => certainTransaction(this.#db, (tx) => this.#book.write(tx, tally)));
    this.#book.commit(tally);
  }

  /** Its last event: what is wrong with a document is told once. */
  async #failed({ document: name, reason, isEmptyList }: ReadEvent & { kind: 'failed' }): Promise<void> {
    if (isEmptyList && !this.#fetched) {
      this.#emptyLists.push(name);
      return;
    }
    if (!this.#documents.get(name)?.failed) await this.#fail(name, reason);
    this.#documents.delete(name);
  }

  async #fail(name: string, reason: string): Promise<void> {
    this.failures.push({ document: name, reason });
    const document = this.#documents.get(name);
    if (document) document.failed = true;
    const format = document?.format ?? this.#fetched?.format ?? this.#options.format ?? this.#lastFormat;
    await this.#flush();
    await this.#book.fail(this.#sourceOf(format), `${name} ${reason}`);
  }

  async #end(name: string, envelope: Envelope, records: number): Promise<void> {
    const document = this.#documents.get(name);
    this.#documents.delete(name);
    if (!document?.format || document.failed) return;
    document.envelope = { ...envelope, document: name };
    const { format } = document;
    const source = this.#sourceOf(format);
    if (format.coverage === 'full') {
      await this.#flush();
      await this.settle();
      const expected = format.expectedCount?.(envelope) ?? null;
      if (expected !== null && expected !== records) {
        const what = `says it has ${expected} entries, but ${records} came: nothing was withdrawn; fetch it again`;
        return this.#fail(name, what);
      }
      // An older day of scores still belongs to their curves.
      if (document.outdated && format.kind !== 'score')
        return this.#book.note(source, `${name} is older than the catalogue read before: nothing was taken from it`);
      if (document.gaps) this.#book.note(source, `${name} has entries that could not be used: nothing was withdrawn`);
    }
    const sink = await this.#sink(format.kind);
    const wrong = await sink.end(document, records);
    if (wrong !== null) return this.#fail(name, wrong);
    if (format.coverage === 'full' && !document.outdated) this.released.set(source, document.released);
  }
}
