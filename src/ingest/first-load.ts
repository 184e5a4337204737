import { availableParallelism } from 'node:os';
import { noteDataChange } from '../db/data-version.ts';
import { type Database, transaction } from '../db/database.ts';
import { ownsTables } from '../db/rights.ts';
import { clearDeferred, deferIndexes, deferredIndexes, termsIndex } from '../db/write/deferred.ts';
import { recountTerms, type TermCounter } from './term-counter.ts';

/** What a first load fills. */
interface Filled {
  readonly tables: readonly string[];
  /** A load counts as a first one when it has brought this many new rows, and more than there were before. */
  readonly threshold: number;
  /** What ANALYZE reads: tables, and columns of them where others would take ten times as long. */
  readonly analysed: string;
}

const vulnerabilities: Filled = {
  tables: ['vulnerabilities', 'source_records', 'search_terms'],
  threshold: 1500,
  // The columns that searches filter and sort by, without the long texts and lists.
  analysed: `vulnerabilities (cve_id, state, severity, cvss_score, published_at, modified_at, exploited_in_the_wild,
    priority_score, search, vendors, products, cwe_ids, sources), source_records (cve_id, source, withdrawn_at, modified_at), search_terms`,
};

const indicators: Filled = {
  tables: ['iocs', 'ioc_reports'],
  threshold: 20_000,
  analysed: 'iocs, ioc_reports',
};

/** The first EPSS of a database that is full already gives most CVEs another priority. */
const priorities: Filled = {
  tables: ['vulnerabilities'],
  threshold: 2000,
  analysed: 'vulnerabilities (priority_score)',
};

/**
 * Decides when a load is a first load, and has its indexes built at the end: row by row they cost twice the time.
 * Small loads never get here.
 */
export class FirstLoad {
  readonly #db: Database;
  readonly #filled: Filled;
  readonly #terms: TermCounter | null;
  readonly #now: () => Date;
  readonly #before: number;
  #inserted = 0;
  #mayDefer = true;
  deferred = false;

  private constructor(db: Database, filled: Filled, terms: TermCounter | null, now: () => Date, before: number) {
    this.#db = db;
    this.#filled = filled;
    this.#terms = terms;
    this.#now = now;
    this.#before = before;
  }

  static ofVulnerabilities(db: Database, terms: TermCounter, now: () => Date, before: number): FirstLoad {
    return new FirstLoad(db, vulnerabilities, terms, now, before);
  }

  static ofIndicators(db: Database, now: () => Date, before: number): FirstLoad {
    return new FirstLoad(db, indicators, null, now, before);
  }

  /** `before`: how many CVEs may get another priority before the indexes go. */
  static ofPriorities(db: Database, now: () => Date, before: number): FirstLoad {
    return new FirstLoad(db, priorities, null, now, before);
  }

  count(inserted: number): void {
    this.#inserted += inserted;
  }

  /** Whether the indexes should go now; the caller lets running batches end first. */
  get due(): boolean {
    return (
      this.#mayDefer && !this.deferred && this.#inserted >= this.#filled.threshold && this.#inserted > this.#before
    );
  }

  /** A user who does not own the tables may not take their indexes away: such a load goes on with them. */
  async begin(): Promise<void> {
    this.#mayDefer = await ownsTables(this.#db, this.#filled.tables);
    if (!this.#mayDefer) return;
    const at = this.#now().toISOString();
    await transaction(this.#db, async (tx) => {
      await deferIndexes(tx, this.#filled.tables, at);
      await this.#terms?.gather(tx, at, buildsBeside(this.#db));
    });
    await analyze(this.#db, this.#filled); // so that the rest of the load looks records up by index
    this.deferred = true;
  }

  /** Builds what was put off. */
  async end(): Promise<void> {
    if (!this.deferred) return;
    const terms = this.#terms;
    const { tables } = this.#filled;
    await buildDeferred(this.#db, tables, async () => terms && transaction(this.#db, (tx) => terms.flush(tx)));
    // Marks what every transaction sees, so that counts come from the indexes alone.
    await this.#db.query(`VACUUM ${tables.join(', ')}`);
    await analyze(this.#db, this.#filled);
    this.deferred = false;
  }
}

/** Tells the planner how the tables look now: without it, plans are those of empty tables. */
async function analyze(db: Database, { analysed }: Filled): Promise<void> {
  await db.query(`ANALYZE ${analysed}`);
}

/** The share of priorities that may change before their indexes are built anew. */
const manyPriorities = 0.05;

/** How many CVEs may get another priority before it pays to build their indexes anew. */
export async function fewPriorities(db: Database): Promise<number> {
  return manyPriorities * (await vulnerabilitiesBefore(db));
}

/** How many CVEs there are, counted no further than a first load could care about. */
export async function vulnerabilitiesBefore(db: Database): Promise<number> {
  const { rows } = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM vulnerabilities');
  return rows[0]?.n ?? 0;
}

/**
 * Builds the indexes that a first load put off, also one that was killed. Safe to repeat, and cheap when there are none. A
 * user who does not own the tables leaves them to the owner; "openthreat db health" tells that they are missing.
 * @returns the names of what was built
 */
export async function completeDeferred(db: Database): Promise<string[]> {
  const waiting = await deferredIndexes(db);
  if (waiting.length > 0 && !(await ownsTables(db, vulnerabilities.tables))) return [];
  if (waiting.some((i) => i.name === termsIndex)) await transaction(db, (tx) => recountTerms(tx));
  for (const filled of [vulnerabilities, indicators]) {
    await buildDeferred(db, filled.tables, async () => {});
    if (waiting.some((i) => i.name === termsIndex || filled.tables.includes(i.table))) await analyze(db, filled);
  }
  return waiting.map((i) => i.name);
}

/** Builds the indexes of these tables; on a server one after the other on each of two cores, the second of which does `first` before. */
async function buildDeferred(db: Database, tables: readonly string[], first: () => Promise<unknown>): Promise<void> {
  const queue = (await deferredIndexes(db)).filter((i) => tables.includes(i.table));
  const builder = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { name, definition, table } = next;
      await transaction(db, async (tx) => {
        if (!(await clearDeferred(tx, name))) return; // another process was faster
        await tx.query('SET LOCAL statement_timeout = 0');
        await tx.query(definition.replace(/^CREATE INDEX /, 'CREATE INDEX IF NOT EXISTS '));
        // What an indicator has to do with others is not looked for as long as that index is missing.
        if (table === 'iocs') await noteDataChange(tx, 'indicators');
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
