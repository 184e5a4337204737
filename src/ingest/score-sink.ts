import { newestScoreDay, scoredCves } from '../db/epss.ts';
import type { EpssPoint, EpssScore } from '../domain/epss.ts';
import type { CveId } from '../domain/record.ts';
import { type Document, excerpt, type Item, parseItem } from './document.ts';
import { FirstLoad, fewPriorities } from './first-load.ts';
import { Tally } from './run-book.ts';
import { planScores, type ScorePlan, storeScores, withdrawScores } from './scores.ts';
import type { Sink, SinkContext } from './sink.ts';

/** Scores stored at once: large enough that statements cost little, small enough that others wait a fraction of a second. */
const batchScores = { considerate: 1_000, embedded: 5_000, postgresql: 10_000 } as const;

/** Stores daily scores. */
export async function scoreSink(context: SinkContext): Promise<Sink> {
  const { db, now, considerate } = context;
  const isFirst = (await newestScoreDay(db)) === null;
  const before = isFirst && !considerate ? await fewPriorities(db) : Number.POSITIVE_INFINITY;
  return new ScoreSink(context, FirstLoad.ofPriorities(db, now, before));
}

class ScoreSink implements Sink {
  readonly #context: SinkContext;
  readonly #firstLoad: FirstLoad;
  readonly #batch: number;
  readonly #days = new WeakMap<Document, string>();
  /** In a dry run: the current scores that there would be. */
  readonly #imagined = new Map<CveId, EpssPoint>();
  #scores: EpssScore[] = [];
  #source = '';
  #tally = new Tally();
  #underWay: Promise<void> = Promise.resolve();
  #error: unknown = null;
  #done = 0;
  #read: { readonly bytesRead: number; readonly bytesTotal: number | null } = { bytesRead: 0, bytesTotal: null };

  constructor(context: SinkContext, firstLoad: FirstLoad) {
    this.#context = context;
    this.#firstLoad = firstLoad;
    this.#batch = batchScores[context.considerate ? 'considerate' : context.db.kind];
  }

  async add(item: Item): Promise<void> {
    const { format } = item.document;
    if (format?.kind !== 'score') return;
    this.#source = format.sources[0];
    const parsed = parseItem(format, item);
    if (parsed.kind === 'rejected') this.#reject(item, parsed.reason);
    else for (const score of parsed.records) await this.#take(score, item.document);
    if (this.#size >= this.#batch) await this.flush();
  }

  #reject({ document, raw }: Item, reason: string): void {
    document.gaps = true;
    this.#tally.fetched(this.#source, 'rejected');
    this.#tally.rejected.push({
      source: this.#source,
      document: document.name,
      place: raw.place,
      reason,
      excerpt: excerpt(raw.bytes),
    });
  }

  async #take(score: EpssScore, document: Document): Promise<void> {
    if (this.#scores.length > 0 && this.#scores[0]?.day !== score.day) await this.flush();
    this.#days.set(document, score.day);
    if (this.#context.dryRun) document.seen.add(score.cveId);
    this.#scores.push(score);
  }

  get #size(): number {
    return this.#scores.length + this.#tally.rejected.length;
  }

  /** Sends off what was gathered: while the database stores it, the next is parsed. */
  async flush(): Promise<void> {
    if (this.#size === 0) return;
    const scores = this.#scores;
    const tally = this.#tally;
    this.#scores = [];
    this.#tally = new Tally();
    const source = this.#source;
    await this.settle();
    if (this.#firstLoad.due) await this.#firstLoad.begin();
    this.#underWay = this.#store(source, scores, tally)
      .then(() => {
        this.#done += scores.length;
        this.#progress();
      })
      .catch((error: unknown) => {
        this.#error ??= error;
      });
  }

  async settle(): Promise<void> {
    await this.#underWay;
    if (this.#error) throw this.#error;
  }

  async #store(source: string, scores: readonly EpssScore[], tally: Tally): Promise<void> {
    const { db, book, dryRun } = this.#context;
    await book.run(source);
    const count = (plan: ScorePlan) => {
      plan.outcomes.forEach((outcome, i) => {
        tally.fetched(source, outcome, scores[i]?.cveId);
      });
    };
    if (dryRun) {
      const plan = await planScores(db, scores, this.#imagined);
      for (const score of [...plan.inserts, ...plan.updates]) this.#imagined.set(score.cveId, score);
      count(plan);
    } else {
      const rescored = await storeScores(db, scores, this.#today, async (tx, plan) => {
        count(plan);
        const { unchanged, fetched } = tally.of(source);
        if (fetched > unchanged) await book.write(tx, tally); // otherwise the run's row gets its counts later
      });
      this.#firstLoad.count(rescored);
    }
    book.commit(tally);
  }

  /** A whole day's file tells which CVEs have no score any more; a file of an earlier day does not. */
  async end(document: Document): Promise<string | null> {
    const { db, book, dryRun } = this.#context;
    const day = this.#days.get(document);
    if (document.gaps || day === undefined || day < ((await newestScoreDay(db)) ?? '')) return null;
    if (dryRun) return this.#foreseeVanished(document);
    for (let more = 1; more > 0; ) {
      const tally = new Tally();
      const which = { day, after: '', limit: this.#batch };
      const gone = await withdrawScores(db, which, this.#today, async (tx, withdrawn) => {
        for (const id of withdrawn) tally.withdrawn(this.#source, id);
        await book.write(tx, tally);
      });
      more = gone.scores;
      book.commit(tally);
    }
    return null;
  }

  async #foreseeVanished({ seen }: Document): Promise<null> {
    const { db, book } = this.#context;
    const tally = new Tally();
    const page = this.#batch;
    for (let after: string | null = ''; after !== null; ) {
      const ids: string[] = await scoredCves(db, after, page);
      for (const id of ids) if (!seen.has(id)) tally.withdrawn(this.#source, id);
      after = ids.length < page ? null : (ids.at(-1) ?? null);
    }
    book.commit(tally);
    return null;
  }

  async close(): Promise<void> {
    if (!this.#firstLoad.deferred) return;
    this.#context.progress({ kind: 'indexing' });
    await this.#firstLoad.end();
  }

  bytes(bytesRead: number, bytesTotal: number | null): void {
    this.#read = { bytesRead, bytesTotal };
    this.#progress();
  }

  #progress(): void {
    this.#context.progress({ kind: 'records', done: this.#done, ...this.#read });
  }

  get #today(): string {
    return this.#context.now().toISOString().slice(0, 10);
  }
}
