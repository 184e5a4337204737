import type { Database } from '../db/database.ts';
import { type StoredHash, type StoredRow, storedHashes } from '../db/records.ts';
import type { CveId, SourceRecord } from '../domain/record.ts';
import type { VulnerabilityFormat } from '../sources/contract.ts';
import { carryOut, untilCurrent } from './carry-out.ts';
import { excerpt, type Item, parseItem } from './document.ts';
import { guessCveId, rawHash, storedForm } from './hash.ts';
import { foresee, plan } from './plan.ts';
import { type Change, cveOf, type Outcome, type Part, sourceOf } from './play.ts';
import { type RunBook, Tally } from './run-book.ts';
import type { TermCounter } from './term-counter.ts';

/** What processing a batch needs. */
export interface BatchContext {
  readonly db: Database;
  readonly book: RunBook;
  readonly terms: TermCounter;
  readonly now: () => Date;
  /** Others wait for the database: small batches. */
  readonly considerate: boolean;
  /** In a dry run nothing is written; what would have been is remembered here. */
  readonly dry: Map<CveId, readonly StoredRow[]> | null;
}

/** Raw records with their formats known, hashed, and the CVEs they seem to be about. */
export interface Batch {
  readonly items: readonly (Item & { format: VulnerabilityFormat; hash: string; guess: CveId | null })[];
  readonly ids: ReadonlySet<CveId>;
  /** Those that come more than once: only their order tells what stands. */
  readonly repeated: ReadonlySet<CveId>;
}

/** The batch of `items`: hashes them and guesses their ids, which is all that unchanged ones will cost. */
export function prepare(items: readonly Item[]): Batch {
  const prepared = items.flatMap((item) => {
    const { format } = item.document;
    return format?.kind === 'vulnerability'
      ? [{ ...item, format, hash: rawHash(format, item.raw.bytes), guess: guessCveId(item.raw.bytes) }]
      : [];
  });
  const ids = new Set<CveId>();
  const repeated = new Set<CveId>();
  for (const { guess } of prepared) {
    if (guess !== null) (ids.has(guess) ? repeated : ids).add(guess);
  }
  return { items: prepared, ids, repeated };
}

/** Takes a batch from raw records to stored ones. Returns how many rows of vulnerabilities it inserted. */
export async function processBatch(batch: Batch, context: BatchContext): Promise<number> {
  return untilCurrent(() => attemptBatch(batch, context));
}

async function attemptBatch(batch: Batch, context: BatchContext): Promise<number> {
  const { db, book, now } = context;
  const tally = new Tally();
  const sources = new Set(batch.items.flatMap((i) => i.format.sources));
  const stored = new Hashes(await storedHashes(db, [...sources], [...batch.ids]));
  const changes = batch.items.flatMap((item) =>
    isKnown(item, batch, stored, context, tally) ? [] : changesOf(item, tally),
  );
  if (context.dry) {
    count(changes, await foresee(db, changes, context.dry), tally);
    await book.begin(tally);
    book.commit(tally);
    return 0;
  }
  if (changes.length === 0 && tally.rejected.length === 0) {
    await book.begin(tally);
    book.commit(tally); // nothing to write: the run's row gets these counts with the next batch that writes, or at the end
    return 0;
  }
  const p = await plan(db, changes, new Set(changes.map(cveOf)));
  count(changes, p.outcomes, tally);
  await book.begin(tally);
  const also = (tx: Parameters<RunBook['write']>[0]) => book.write(tx, tally);
  await carryOut(db, p, { ids: book.ids, at: now().toISOString(), terms: context.terms, also });
  book.commit(tally);
  return p.inserts.length;
}

/** Whether an item's bytes are what is stored already; then it is counted as unchanged. */
function isKnown(
  item: Batch['items'][number],
  batch: Batch,
  stored: Hashes,
  { dry }: BatchContext,
  tally: Tally,
): boolean {
  const { format, guess, document } = item;
  if (document.outdated) {
    tally.fetched(format.sources[0], 'unchanged');
    return true;
  }
  if (guess === null) return false;
  if (format.coverage === 'full') document.seen.add(guess);
  if (batch.repeated.has(guess) || dry?.has(guess)) return false;
  const standing = stored.of(guess).filter((s) => !s.withdrawn && format.sources.includes(s.source));
  const same = standing.filter((s) => s.rawHash === item.hash);
  // Of a document for several sources, one may say what it said in an earlier version: then it has that one's hash.
  const known = format.joint ? (same.some((s) => s.source === format.sources[0]) ? standing : []) : same;
  for (const s of known) tally.fetched(s.source, 'unchanged');
  return known.length > 0;
}

function changesOf(item: Batch['items'][number], tally: Tally): Change[] {
  const parsed = parseItem(item.format, item);
  const first = item.format.sources[0];
  if (parsed.kind === 'rejected') {
    tally.fetched(first, 'rejected');
    const { document, raw } = item;
    document.gaps = true;
    tally.rejected.push({
      source: first,
      document: document.name,
      place: raw.place,
      reason: parsed.reason,
      excerpt: excerpt(raw.bytes),
    });
    return [];
  }
  for (const note of parsed.notes) tally.notes.push({ source: first, note });
  const part = partOf(item.format, parsed.records);
  const puts = parsed.records.map((record) => ({
    kind: 'put' as const,
    record,
    ...storedForm(record),
    rawHash: item.hash,
    ...(part && { part }),
  }));
  if (item.format.coverage === 'full') for (const r of parsed.records) item.document.seen.add(r.cveId);
  return [...puts, ...silent(item.format, parsed.records, part)];
}

function partOf(format: VulnerabilityFormat, records: readonly SourceRecord[]): Part | null {
  const main = format.joint ? records[0] : undefined;
  return main ? { main: main.source, modifiedAt: main.modifiedAt } : null;
}

/** Sources that a document speaks for and that say nothing in it: what they said in an earlier version is taken back. */
function silent(format: VulnerabilityFormat, records: readonly SourceRecord[], part: Part | null): Change[] {
  const cveId = records[0]?.cveId;
  if (!part || !cveId) return [];
  return format.sources
    .filter((source) => !records.some((r) => r.source === source))
    .map((source) => ({ kind: 'silent', cveId, source, part }));
}

function count(changes: readonly Change[], outcomes: readonly Outcome[], tally: Tally): void {
  changes.forEach((change, i) => {
    const outcome = outcomes[i];
    if (outcome === 'withdrawn') tally.withdrawn(sourceOf(change), cveOf(change));
    else if (outcome && outcome !== 'removed') tally.fetched(sourceOf(change), outcome, cveOf(change));
  });
}

/** Stored hashes by CVE. */
class Hashes {
  readonly #byId = new Map<string, StoredHash[]>();

  constructor(rows: readonly StoredHash[]) {
    for (const row of rows) {
      const list = this.#byId.get(row.cveId);
      if (list) list.push(row);
      else this.#byId.set(row.cveId, [row]);
    }
  }

  of(id: CveId): readonly StoredHash[] {
    return this.#byId.get(id) ?? [];
  }
}
