import { heldIndicators } from '../db/indicator-rows.ts';
import type { IndicatorReport } from '../domain/indicator.ts';
import { combineReports } from '../domain/indicator-combine.ts';
import type { IndicatorFormat } from '../sources/contract.ts';
import { type Document, excerpt, type Item, parseItem } from './document.ts';
import { FirstLoad } from './first-load.ts';
import { ageIndicators } from './indicators/age.ts';
import { said } from './indicators/said.ts';
import { Seen } from './indicators/seen.ts';
import { type Entry, storeChanged, storeNew } from './indicators/store.ts';
import { withdrawVanished } from './indicators/whole-list.ts';
import { Tally, unrecognised } from './run-book.ts';
import type { Sink, SinkContext } from './sink.ts';
import { UnderWay } from './under-way.ts';

/** Stores reports about indicators. */
export async function indicatorSink(context: SinkContext): Promise<Sink> {
  const { db, now, considerate } = context;
  const before = considerate ? Number.POSITIVE_INFINITY : await heldIndicators(db);
  return new IndicatorSink(context, FirstLoad.ofIndicators(db, now, before));
}

/** A batch is full at this many indicators: short transactions. */
const batchSize = { considerate: 250, embedded: 1000, postgresql: 2000 };
/** So many that differ from what is stored are kept in memory, because the same input may complete them. */
const maxChanged = 25_000;
const changedAtOnce = 1000;
const maxRejected = 500;
/** Lists have some dirt in them. With a larger share that cannot be used, something is wrong with the list, or with us. */
const toleratedDirt = 0.1;

class IndicatorSink implements Sink {
  readonly #context: SinkContext;
  readonly #firstLoad: FirstLoad;
  readonly #underWay = new UnderWay(2);
  readonly #size: number;
  /** What came before: by document for whole lists, by source for the others. */
  readonly #seenIn = new WeakMap<Document, Seen>();
  readonly #seenBy = new Map<string, Seen>();
  #source = '';
  #tally = new Tally();
  #batch = new Map<string, Entry>();
  #changed = new Map<string, Entry>();
  #bytes: { read: number; total: number | null } = { read: 0, total: null };
  #done = 0;

  constructor(context: SinkContext, firstLoad: FirstLoad) {
    this.#context = context;
    this.#firstLoad = firstLoad;
    this.#size = batchSize[context.considerate ? 'considerate' : context.db.kind];
  }

  async add(item: Item): Promise<void> {
    const { document } = item;
    if (document.format?.kind !== 'indicator') return;
    const source = document.format.sources[0] ?? this.#context.label ?? unrecognised;
    if (source !== this.#source) await this.#turnTo(source);
    if (document.outdated) this.#tally.fetched(source, 'unchanged');
    else this.#take(item, document.format, this.#seen(document, source));
    if (this.#batch.size >= this.#size || this.#tally.rejected.length >= maxRejected) await this.#send();
  }

  async flush(): Promise<void> {
    await this.#send();
  }

  /** Also what waited to be completed, which a flush in the middle of an input leaves. */
  async settle(): Promise<void> {
    await this.#sendChanged();
    await this.#underWay.settle();
  }

  async end(document: Document): Promise<string | null> {
    const seen = this.#seenIn.get(document);
    if (!seen || document.gaps) return null;
    if (seen.rejected > (seen.size + seen.rejected) * toleratedDirt)
      this.#context.book.note(this.#source, `much of ${document.name} could not be used: nothing was withdrawn`);
    else await withdrawVanished(this.#context, this.#source, seen);
    return null;
  }

  async close(): Promise<void> {
    const { db, now, dryRun, progress } = this.#context;
    if (this.#firstLoad.deferred) {
      progress({ kind: 'indexing' });
      await this.#firstLoad.end();
    }
    if (!dryRun) await ageIndicators(db, now());
  }

  bytes(read: number, total: number | null): void {
    this.#bytes = { read, total };
    this.#progress();
  }

  /** Batches, and what waits to be completed, are of one source. */
  async #turnTo(source: string): Promise<void> {
    await this.#send();
    await this.#sendChanged();
    this.#source = source;
  }

  #seen(document: Document, source: string): Seen {
    const whole = document.format?.coverage === 'full';
    let seen = whole ? this.#seenIn.get(document) : this.#seenBy.get(source);
    if (!seen) {
      seen = new Seen();
      if (whole) this.#seenIn.set(document, seen);
      else this.#seenBy.set(source, seen);
    }
    return seen;
  }

  #take(item: Item, format: IndicatorFormat, seen: Seen): void {
    const parsed = parseItem(format, item);
    const source = this.#source;
    if (parsed.kind === 'rejected') {
      const { document, raw } = item;
      seen.rejected++;
      this.#tally.fetched(source, 'rejected');
      const where = { source, document: document.name, place: raw.place };
      this.#tally.rejected.push({ ...where, reason: parsed.reason, excerpt: excerpt(raw.bytes) });
      return;
    }
    for (const note of parsed.notes) this.#tally.notes.push({ source, note });
    // A part of a document that says nothing of an indicator, such as who wrote it.
    if (parsed.records.length === 0) this.#tally.fetched(source, 'unchanged');
    for (const report of parsed.records) this.#report(report, seen);
  }

  #report(report: IndicatorReport, seen: Seen): void {
    const one = said(this.#source, report);
    if (seen.hadSame(one.valueHash, one.contentHash)) {
      this.#tally.fetched(this.#source, 'unchanged');
      return;
    }
    const again = seen.has(one.valueHash);
    seen.add(one.valueHash, one.contentHash);
    const entry = again ? (this.#batch.get(one.key) ?? this.#changed.get(one.key)) : undefined;
    if (entry) complete(entry, report);
    else this.#batch.set(one.key, { said: one, first: one.contentHash, more: 0, again });
  }

  /** Sends off the batch that was gathered. */
  async #send(): Promise<void> {
    const [entries, tally, source] = [[...this.#batch.values()], this.#tally, this.#source];
    if (entries.length === 0 && tally.counts.size === 0) return;
    const keys = new Set(this.#batch.keys());
    this.#batch = new Map();
    this.#tally = new Tally();
    if (this.#firstLoad.due && !this.#context.dryRun) {
      await this.#underWay.settle();
      await this.#firstLoad.begin();
    }
    await this.#underWay.start(keys, async () => {
      const apart = entries.filter((entry) => !this.#joinsChanged(entry));
      const { inserted, others } = await storeNew(this.#context, source, apart, tally);
      this.#firstLoad.count(inserted);
      for (const entry of others) this.#changed.set(entry.said.key, entry);
      this.#done += entries.length;
      this.#progress();
    });
    if (this.#changed.size >= maxChanged) await this.#sendChanged();
  }

  /** One that waits already takes up what came while it was being compared. */
  #joinsChanged(entry: Entry): boolean {
    const waiting = this.#changed.get(entry.said.key);
    if (!waiting) return false;
    complete(waiting, entry.said.report, 1 + entry.more);
    return true;
  }

  /** Sends off what differs from what is stored. */
  async #sendChanged(): Promise<void> {
    await this.#underWay.settle();
    const entries = [...this.#changed.values()];
    const source = this.#source;
    this.#changed = new Map();
    for (let from = 0; from < entries.length; from += changedAtOnce) {
      const some = entries.slice(from, from + changedAtOnce);
      await this.#underWay.start(new Set(some.map((e) => e.said.key)), () => storeChanged(this.#context, source, some));
    }
  }

  #progress(): void {
    const { read, total } = this.#bytes;
    this.#context.progress({ kind: 'records', done: this.#done, bytesRead: read, bytesTotal: total });
  }
}

/** Adds what more the same input says of an indicator to an entry that waits. */
function complete(entry: Entry, report: IndicatorReport, reports = 1): void {
  entry.said = said(entry.said.source, combineReports(entry.said.report, report));
  entry.more += reports;
}
