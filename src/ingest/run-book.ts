import type { Db } from '../db/database.ts';
import { thisOwner } from '../db/owner.ts';
import { keepRejected, type RejectedRecord } from '../db/write/rejected.ts';
import { addToRun, type Counts, countRun, finishRun, noCounts, startRun } from '../db/write/runs.ts';
import { noteSuccess } from '../db/write/source-state.ts';
import { KeptRejections } from './kept-rejections.ts';

/** A source's part in an ingest: one row of `ingestion_runs`. */
export interface Run {
  readonly id: number | null; // null in a dry run
  readonly source: string;
  readonly counts: Counts;
  readonly notes: Map<string, number>; // repairs and remarks, with how often
  readonly examples: Examples; // the ids of some that were inserted, updated or withdrawn
  readonly startedAt: string;
  status: 'running' | 'success' | 'failed';
  error: string | null;
}

export type Examples = Readonly<Record<'inserted' | 'updated' | 'withdrawn', string[]>>;
const maxExamples = 20;

/** What one batch did, to be added to the runs in the transaction that stored it. */
export class Tally {
  readonly counts = new Map<string, Counts>();
  readonly rejected: RejectedRecord[] = [];
  /** Those of the rejected that were stored. */
  kept: readonly RejectedRecord[] = [];
  readonly notes: { source: string; note: string }[] = [];
  readonly examples: { source: string; outcome: keyof Examples; id: string }[] = [];
  readonly #named = new Map<string, number>(); // how many examples, by source and outcome

  of(source: string): Counts {
    let counts = this.counts.get(source);
    if (!counts) {
      counts = noCounts();
      this.counts.set(source, counts);
    }
    return counts;
  }

  /** Counts a record; `id` is what people call it. */
  fetched(source: string, outcome: 'inserted' | 'updated' | 'unchanged' | 'rejected', id?: string): void {
    const counts = this.of(source);
    counts.fetched++;
    counts[outcome]++;
    if (outcome === 'inserted' || outcome === 'updated') this.#example(source, outcome, id);
  }

  /** Counts an entry that vanished. */
  withdrawn(source: string, id?: string): void {
    this.of(source).withdrawn++;
    this.#example(source, 'withdrawn', id);
  }

  #example(source: string, outcome: keyof Examples, id: string | undefined): void {
    const key = `${source} ${outcome}`;
    const named = this.#named.get(key) ?? 0;
    if (id === undefined || named >= maxExamples) return;
    this.#named.set(key, named + 1);
    this.examples.push({ source, outcome, id });
  }
}

const maxNotes = 50;

/** The runs of one ingest, one for each source that it meets, and what they counted. */
export class RunBook {
  readonly runs = new Map<string, Run>();
  readonly #begun = new Map<string, Promise<Run>>();
  readonly #kept = new KeptRejections();
  readonly #db: Db;
  readonly #label: string | null;
  readonly #config: object;
  readonly #now: () => Date;
  readonly #dry: boolean;
  readonly #began: (run: number) => void;

  constructor(
    db: Db,
    options: {
      readonly label: string | null;
      readonly config: object;
      readonly now: () => Date;
      readonly dry: boolean;
      readonly began: (run: number) => void;
    },
  ) {
    this.#db = db;
    this.#label = options.label;
    this.#config = options.config;
    this.#now = options.now;
    this.#dry = options.dry;
    this.#began = options.began;
  }

  /** The run of a source, begun when it is first asked for. Not to be called inside a transaction: it writes its own row. */
  async run(source: string): Promise<Run> {
    let begun = this.#begun.get(source);
    if (!begun) {
      begun = this.#begin(source);
      this.#begun.set(source, begun);
      begun.catch(() => this.#begun.delete(source));
    }
    return begun;
  }

  async #begin(source: string): Promise<Run> {
    const startedAt = this.#now().toISOString();
    const start = { source, label: this.#label, config: this.#config, owner: thisOwner() };
    const id = this.#dry ? null : await startRun(this.#db, start, startedAt);
    if (id !== null) this.#began(id);
    const run: Run = {
      id,
      source,
      counts: noCounts(),
      notes: new Map(),
      examples: { inserted: [], updated: [], withdrawn: [] },
      startedAt,
      status: 'running',
      error: null,
    };
    this.runs.set(source, run);
    return run;
  }

  /** Begins the runs of all sources that a batch counts. */
  async begin(tally: Tally): Promise<void> {
    for (const source of tally.counts.keys()) await this.run(source);
  }

  /** The ids of the runs, for the rows that they write. */
  get ids(): Map<string, number> {
    return new Map([...this.runs.values()].flatMap((r) => (r.id === null ? [] : [[r.source, r.id]])));
  }

  /** How many records were rejected, of all sources. */
  get rejected(): number {
    return [...this.runs.values()].reduce((n, run) => n + run.counts.rejected, 0);
  }

  /** Writes what a batch did, in its transaction. Counts in memory move only when `commit` is called. */
  async write(tx: Db, tally: Tally): Promise<void> {
    const at = this.#now().toISOString();
    tally.kept = this.#kept.choose(tally.rejected);
    for (const [source, counts] of tally.counts) {
      const run = this.runs.get(source);
      if (!run || run.id === null) continue;
      await addToRun(tx, run.id, counts, at);
      const kept = tally.kept.filter((r) => r.source === source);
      await keepRejected(tx, run.id, kept, at);
    }
  }

  /** Adds what a batch did to the counts in memory. */
  commit(tally: Tally): void {
    for (const [source, counts] of tally.counts) {
      const run = this.runs.get(source);
      if (run) Object.assign(run.counts, sum(run.counts, counts));
    }
    this.#kept.take(tally.rejected, tally.kept);
    for (const { source, note } of tally.notes) this.note(source, note);
    for (const { source, outcome, id } of tally.examples) {
      const known = this.runs.get(source)?.examples[outcome];
      if (known && known.length < maxExamples) known.push(id);
    }
  }

  /** Remarks something about a source's input. */
  note(source: string, note: string): void {
    const notes = this.runs.get(source)?.notes;
    if (notes && (notes.has(note) || notes.size < maxNotes)) notes.set(note, (notes.get(note) ?? 0) + 1);
  }

  /** Marks a source's run as failed; the first reason stays. */
  async fail(source: string, reason: string): Promise<void> {
    const run = await this.run(source);
    run.error ??= reason;
  }

  /** Ends every run: failed with its own reason or the one given, otherwise successfully. */
  async finish(reason: string | null, released: ReadonlyMap<string, string | null>): Promise<void> {
    const at = this.#now().toISOString();
    for (const run of this.runs.values()) {
      run.error ??= reason;
      run.status = run.error === null ? 'success' : 'failed';
      if (run.id === null) continue;
      const seconds = (Date.parse(at) - Date.parse(run.startedAt)) / 1000;
      const details = run.notes.size > 0 ? { notes: Object.fromEntries(run.notes) } : null;
      await countRun(this.#db, run.id, run.counts, at);
      await keepRejected(this.#db, run.id, this.#kept.rest(run.source), at);
      await finishRun(this.#db, run.id, { at, seconds, error: run.error, details });
      if (run.error === null && run.source !== unrecognised) {
        await noteSuccess(this.#db, run.source, {
          id: run.id,
          at,
          released: released.get(run.source) ?? null,
        });
      }
    }
  }
}

/** The "source" of input that no format recognises. */
export const unrecognised = 'unrecognised';

function sum(a: Counts, b: Counts): Counts {
  return {
    fetched: a.fetched + b.fetched,
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    rejected: a.rejected + b.rejected,
    withdrawn: a.withdrawn + b.withdrawn,
  };
}
