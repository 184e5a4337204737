import { availableParallelism } from 'node:os';
import { type Database, transaction } from '../db/database.ts';
import { clearDeferred, deferIndexes, deferredIndexes, termsIndex } from '../db/write/deferred.ts';
import { recountTerms, type TermCounter } from './term-counter.ts';

/** The tables that a first load fills. */
const tables = ['vulnerabilities', 'source_records', 'search_terms'];

/** A load counts as a first one when it has brought this many new CVEs, and more than there were before. */
const threshold = 1500;

/**
 * Decides when a load is a first load, and has its indexes built at the end: row by row they cost twice the time.
 * Small loads never get here.
 */
export class FirstLoad {
  readonly #db: Database;
  readonly #terms: TermCounter;
  readonly #now: () => Date;
  readonly #before: number;
  #inserted = 0;
  deferred = false;

  constructor(db: Database, terms: TermCounter, now: () => Date, before: number) {
    this.#db = db;
    this.#terms = terms;
    this.#now = now;
    this.#before = before;
  }

  count(inserted: number): void {
    this.#inserted += inserted;
  }

  /** Whether the indexes should go now; the caller lets running batches end first. */
  get due(): boolean {
    return !this.deferred && this.#inserted >= threshold && this.#inserted > this.#before;
  }

  async begin(): Promise<void> {
    const at = this.#now().toISOString();
    await transaction(this.#db, async (tx) => {
      await deferIndexes(tx, tables, at);
      await this.#terms.gather(tx, at, buildsBeside(this.#db));
    });
    await analyze(this.#db); // so that the rest of the load looks records up by index
    this.deferred = true;
  }

  /** Builds what was put off. */
  async end(): Promise<void> {
    if (!this.deferred) return;
    await buildDeferred(this.#db, () => transaction(this.#db, (tx) => this.#terms.flush(tx)));
    // Marks what every transaction sees, so that counts come from the indexes alone.
    await this.#db.query(`VACUUM ${tables.join(', ')}`);
    await analyze(this.#db);
    this.deferred = false;
  }
}

/** The columns that searches filter and sort by: statistics of the long texts and lists would take ten times as long. */
const analysed = `vulnerabilities (cve_id, state, severity, cvss_score, published_at, modified_at, exploited_in_the_wild,
  priority_score, search, vendors, products, cwe_ids, sources)`;

/** Tells the planner how the tables look now: without it, plans are those of empty tables. */
async function analyze(db: Database): Promise<void> {
  await db.query(`ANALYZE ${analysed}, source_records (cve_id, source, withdrawn_at, modified_at), search_terms`);
}

/** How many CVEs there are, counted no further than a first load could care about. */
export async function vulnerabilitiesBefore(db: Database): Promise<number> {
  const { rows } = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM vulnerabilities');
  return rows[0]?.n ?? 0;
}

/**
 * Builds the indexes that a first load put off, also one that was killed. Safe to repeat, and cheap when there are none.
 * @returns the names of what was built
 */
export async function completeDeferred(db: Database): Promise<string[]> {
  const waiting = await deferredIndexes(db);
  if (waiting.some((i) => i.name === termsIndex)) await transaction(db, (tx) => recountTerms(tx));
  await buildDeferred(db, async () => {});
  if (waiting.length > 0) await analyze(db);
  return waiting.map((i) => i.name);
}

/** Builds the indexes; on a server one after the other on each of two cores, the second of which does `first` before. */
async function buildDeferred(db: Database, first: () => Promise<void>): Promise<void> {
  const queue = (await deferredIndexes(db)).filter((i) => i.name !== termsIndex);
  const builder = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { name, definition } = next;
      await transaction(db, async (tx) => {
        if (!(await clearDeferred(tx, name))) return; // another process was faster
        await tx.query('SET LOCAL statement_timeout = 0');
        await tx.query(definition.replace(/^CREATE INDEX /, 'CREATE INDEX IF NOT EXISTS '));
      });
    }
  };
  if (buildsBeside(db)) await Promise.all([builder(), first().then(builder)]);
  else await first().then(builder);
}

/** Whether two indexes can be built at once: the embedded database has one session. */
function buildsBeside(db: Database): boolean {
  return db.kind === 'postgresql' && availableParallelism() > 1;
}
