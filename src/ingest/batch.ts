import type { Database } from '../db/database.ts';
import { sqlState } from '../db/errors.ts';
import { type StoredHash, storedHashes } from '../db/records.ts';
import type { CveId, SourceRecord } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';
import type { Format } from '../sources/contract.ts';
import { formats } from '../sources/registry.ts';
import { type Change, carryOut, Outdated, plan } from './apply.ts';
import { type Document, excerpt, type Item, parseItem, parseJson } from './document.ts';
import { guessCveId, rawHash, storedForm } from './hash.ts';
import { type RunBook, Tally } from './run-book.ts';
import type { TermCounter } from './term-counter.ts';

/** What processing a batch needs. */
export interface BatchContext {
  readonly db: Database;
  readonly book: RunBook;
  readonly terms: TermCounter;
  readonly now: () => Date;
  /** In a dry run nothing is written; what would have been is remembered here, by CVE and source. */
  readonly dry: Map<string, { hash: string; modifiedAt: string | null }> | null;
}

/** Raw records with their formats known, hashed, and the CVEs they seem to be about. */
export interface Batch {
  readonly items: readonly (Item & { format: Format; hash: string; guess: CveId | null })[];
  readonly ids: ReadonlySet<CveId>;
}

/** The batch of `items`: hashes them and guesses their ids, which is all that unchanged ones will cost. */
export function prepare(items: readonly Item[]): Batch {
  const prepared = items.flatMap((item) => {
    const { format } = item.document;
    return format
      ? [{ ...item, format, hash: rawHash(format, item.raw.bytes), guess: guessCveId(item.raw.bytes) }]
      : [];
  });
  return { items: prepared, ids: new Set(prepared.flatMap((i) => i.guess ?? [])) };
}

/** The format whose mark a document's first record bears, or null; `likely` is asked first. */
export function recognise(bytes: Buffer, document: Document, likely: Format | null): Format | null {
  const json = parseJson(bytes);
  if ('error' in json) return null;
  const known = (f: Format) => f.recognises(json.value, document.envelope);
  return likely && known(likely) ? likely : (formats.find(known) ?? null);
}

/** How often a batch is worked out anew when other processes write the same CVEs at the same time. */
const tries = 10;

/** Takes a batch from raw records to stored ones. Returns how many rows of vulnerabilities it inserted. */
export async function processBatch(batch: Batch, context: BatchContext): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptBatch(batch, context);
    } catch (error) {
      const deadlock = sqlState(error) === '40P01';
      if (!(error instanceof Outdated || deadlock) || attempt === tries) throw error;
    }
  }
}

async function attemptBatch(batch: Batch, context: BatchContext): Promise<number> {
  const { db, book, now } = context;
  const tally = new Tally();
  const sources = new Set(batch.items.flatMap((i) => i.format.sources));
  const stored = new Hashes(await storedHashes(db, [...sources], [...batch.ids]));
  const changes = batch.items.flatMap((item) => (isKnown(item, stored, tally) ? [] : changesOf(item, stored, tally)));
  if (context.dry) {
    await book.begin(tally);
    countDry(changes, stored, tally, context.dry);
    await book.begin(tally);
    book.commit(tally);
    return 0;
  }
  if (changes.length === 0 && tally.rejected.length === 0) {
    await book.begin(tally);
    book.commit(tally); // nothing to write: the run's row gets these counts with the next batch that writes, or at the end
    return 0;
  }
  const day = now().toISOString().slice(0, 10);
  const p = await plan(db, changes, new Set(changes.map(idOf)), day);
  changes.forEach((change, i) => {
    const outcome = p.outcomes[i];
    if (outcome === 'withdrawn') tally.of(sourceOf(change)).withdrawn++;
    else if (outcome !== undefined && outcome !== 'removed') tally.fetched(sourceOf(change), outcome);
  });
  await book.begin(tally);
  const also = (tx: Parameters<RunBook['write']>[0]) => book.write(tx, tally);
  await carryOut(db, p, { ids: book.ids, at: now().toISOString(), terms: context.terms, also });
  book.commit(tally);
  return p.inserts.length;
}

/** Whether an item's bytes are what is stored already; then it is counted as unchanged. */
function isKnown(item: Batch['items'][number], stored: Hashes, tally: Tally): boolean {
  if (item.document.outdated) {
    tally.fetched(item.format.sources[0], 'unchanged');
    return true;
  }
  if (item.guess === null) return false;
  if (item.format.coverage === 'full') item.document.seen.add(item.guess);
  const same = stored.of(item.guess).filter((s) => s.rawHash === item.hash && !s.withdrawn);
  for (const s of same) tally.fetched(s.source, 'unchanged');
  return same.length > 0;
}

function changesOf(item: Batch['items'][number], stored: Hashes, tally: Tally): Change[] {
  const parsed = parseItem(item.format, item);
  const first = item.format.sources[0];
  if (parsed.kind === 'rejected') {
    tally.fetched(first, 'rejected');
    const { document, raw } = item;
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
  const puts = parsed.records.map((record) => ({
    kind: 'put' as const,
    record,
    ...storedForm(record),
    rawHash: item.hash,
  }));
  if (item.format.coverage === 'full') for (const r of parsed.records) item.document.seen.add(r.cveId);
  return [...puts, ...silenced(item, parsed.records, stored)];
}

/** Sources that spoke of a CVE in an earlier version of this document and do not any more. */
function silenced(item: Batch['items'][number], records: readonly SourceRecord[], stored: Hashes): Change[] {
  const first = records[0];
  if (!first || item.format.sources.length === 1) return [];
  const before = stored.of(first.cveId);
  const main = before.find((s) => s.source === first.source);
  if (main?.modifiedAt && first.modifiedAt && first.modifiedAt < main.modifiedAt) return [];
  return before
    .filter(
      (s) => !s.withdrawn && item.format.sources.includes(s.source) && !records.some((r) => r.source === s.source),
    )
    .map((s) => ({ kind: 'withdraw' as const, cveId: s.cveId, source: s.source }));
}

function countDry(
  changes: readonly Change[],
  stored: Hashes,
  tally: Tally,
  seen: Map<string, { hash: string; modifiedAt: string | null }>,
): void {
  for (const change of changes) {
    if (change.kind !== 'put') {
      tally.of(change.source).withdrawn++;
      continue;
    }
    const { cveId, source, modifiedAt } = change.record;
    const was = stored.of(cveId).find((s) => s.source === source && !s.withdrawn);
    const had = seen.get(`${cveId} ${source}`) ?? (was && { hash: was.contentHash, modifiedAt: was.modifiedAt });
    const older = had?.modifiedAt != null && modifiedAt !== null && modifiedAt < had.modifiedAt;
    if (had && (had.hash === change.contentHash || older)) {
      tally.fetched(source, 'unchanged');
      continue;
    }
    seen.set(`${cveId} ${source}`, { hash: change.contentHash, modifiedAt });
    tally.fetched(source, had ? 'updated' : 'inserted');
  }
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

const idOf = (change: Change): CveId => (change.kind === 'put' ? change.record.cveId : change.cveId);
const sourceOf = (change: Change): SourceId => (change.kind === 'put' ? change.record.source : change.source);
