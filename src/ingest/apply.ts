import { beginCompressed } from '../db/compression.ts';
import { type Database, type Db, transaction } from '../db/database.ts';
import { epssOf } from '../db/epss.ts';
import { sqlState } from '../db/errors.ts';
import { type StoredRow, storedRecords } from '../db/records.ts';
import { type ChangeToStore, storeChanges } from '../db/write/changes.ts';
import { holdEpss } from '../db/write/epss.ts';
import {
  currentVersions,
  deleteSourceRecords,
  type RecordToStore,
  upsertSourceRecords,
  withdrawSourceRecords,
} from '../db/write/source-records.ts';
import {
  deleteVulnerabilities,
  insertVulnerabilities,
  lockVulnerabilities,
  updateVulnerabilities,
  type VulnerabilityRow,
  vulnerabilityRow,
} from '../db/write/vulnerabilities.ts';
import { differences } from '../domain/changes.ts';
import { epssFactor } from '../domain/epss.ts';
import { merge } from '../domain/merge.ts';
import { fallbackSources } from '../domain/precedence.ts';
import { priority } from '../domain/priority.ts';
import { type CveId, emptyRecord, type SourceRecord } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';
import { serialise } from '../domain/stored-form.ts';
import { supersede } from '../domain/supersede.ts';
import type { StoredRecord, Vulnerability } from '../domain/vulnerability.ts';
import { AppError } from '../errors.ts';
import type { TermCounter } from './term-counter.ts';

/** What is to happen to a source's word on a CVE. */
export type Change =
  | {
      readonly kind: 'put';
      readonly record: SourceRecord;
      readonly text: string; // its stored form
      readonly contentHash: string;
      readonly rawHash: string;
      readonly part?: Part;
    }
  | { readonly kind: 'silent'; readonly cveId: CveId; readonly source: SourceId; readonly part: Part }
  | { readonly kind: 'withdraw' | 'remove'; readonly cveId: CveId; readonly source: SourceId };

/** The document that a change is part of where one speaks for several sources: that of `main`, as of `modifiedAt`. */
export interface Part {
  readonly main: SourceId;
  readonly modifiedAt: string | null;
}

/** What became of a change; null: it asked for nothing. */
export type Outcome = 'inserted' | 'updated' | 'unchanged' | 'withdrawn' | 'removed' | null;

/** Everything that a set of changes writes, worked out before the transaction begins. */
export interface Plan {
  readonly outcomes: readonly Outcome[]; // one for each change, in their order
  readonly base: ReadonlyMap<CveId, readonly StoredRow[]>; // what the plan was made from
  readonly epss: ReadonlyMap<CveId, number>; // and scored by
  readonly records: readonly RecordToStore[];
  readonly withdrawn: ReadonlyMap<SourceId, readonly CveId[]>;
  readonly removed: ReadonlyMap<SourceId, readonly CveId[]>;
  readonly inserts: readonly VulnerabilityRow[];
  readonly updates: readonly VulnerabilityRow[];
  readonly deletes: readonly CveId[];
  readonly history: readonly ChangeToStore[];
  readonly before: readonly Vulnerability[]; // for the dictionary of search words
  readonly after: readonly Vulnerability[];
}

type Current = StoredRecord & { withdrawn: boolean; contentHash: string; rawHash: string; text: string | null };

/** One CVE's records while its changes are played through. */
interface Case {
  readonly cveId: CveId;
  readonly rows: readonly StoredRow[];
  readonly now: Map<SourceId, Current>;
  readonly touched: Set<SourceId>; // in the order of their first change
}

/** Works out what `changes` do to the database as it is now. Reads, writes nothing. `day`: YYYY-MM-DD, for the priority. */
export async function plan(db: Db, changes: readonly Change[], known: ReadonlySet<CveId>, day: string): Promise<Plan> {
  const [base, epss] = await Promise.all([storedRecords(db, [...known]), epssOf(db, [...known])]);
  const { cases, outcomes } = playThrough(base, changes);
  return { outcomes, base, epss, ...derive([...cases.values()].sort(byId), epss, day) };
}

/**
 * What would become of `changes`, without a merge. `imagined` holds what earlier calls would have stored, in place of
 * what is, and takes up what these would.
 */
export async function foresee(
  db: Db,
  changes: readonly Change[],
  imagined: Map<CveId, readonly StoredRow[]>,
): Promise<readonly Outcome[]> {
  const ids = new Set(changes.map(cveOf));
  const base = new Map<CveId, readonly StoredRow[]>(await storedRecords(db, [...ids]));
  for (const id of ids) base.set(id, imagined.get(id) ?? base.get(id) ?? []);
  const { cases, outcomes } = playThrough(base, changes);
  for (const c of cases.values())
    if (c.touched.size > 0) imagined.set(c.cveId, [...c.now.values()].map(withoutContent));
  return outcomes;
}

/** As much of a record as tells what becomes of others. */
function withoutContent({ record, published, contentHash, rawHash, withdrawn }: Current): StoredRow {
  const bare = ({ cveId, source, state, modifiedAt }: SourceRecord) => ({
    ...emptyRecord(cveId, source),
    state,
    modifiedAt,
  });
  return { record: bare(record), published: published && bare(published), contentHash, rawHash, withdrawn };
}

function playThrough(base: ReadonlyMap<CveId, readonly StoredRow[]>, changes: readonly Change[]) {
  const cases = new Map<CveId, Case>();
  const played = changes.map((change) => play(caseOf(cases, base, change), change));
  for (const c of cases.values()) forgetDetours(c);
  // What came back to where it had been, as duplicates without a time may, did not change.
  const outcomes = changes.map((change, i): Outcome => {
    if (cases.get(cveOf(change))?.touched.has(sourceOf(change))) return played[i] ?? null;
    return change.kind === 'put' ? 'unchanged' : null;
  });
  return { cases, outcomes };
}

/** The CVE that a change is about. */
export function cveOf(change: Change): CveId {
  return change.kind === 'put' ? change.record.cveId : change.cveId;
}

/** The source whose word changes. */
export function sourceOf(change: Change): SourceId {
  return change.kind === 'put' ? change.record.source : change.source;
}

function caseOf(cases: Map<CveId, Case>, base: ReadonlyMap<CveId, readonly StoredRow[]>, change: Change): Case {
  const cveId = cveOf(change);
  let found = cases.get(cveId);
  if (!found) {
    const rows = base.get(cveId) ?? [];
    const now = new Map(rows.map((r) => [r.record.source, { ...r, text: null }]));
    found = { cveId, rows, now, touched: new Set() };
    cases.set(cveId, found);
  }
  return found;
}

function play(c: Case, change: Change): Outcome {
  if (change.kind === 'put') return put(c, change);
  if (change.kind === 'remove') {
    c.touched.add(change.source);
    c.now.delete(change.source);
    return 'removed';
  }
  const had = c.now.get(change.source);
  if (!had || had.withdrawn || (change.kind === 'silent' && isOutdated(c, change.part))) return null;
  c.touched.add(change.source);
  c.now.set(change.source, { ...had, withdrawn: true });
  return 'withdrawn';
}

/** Whether a newer version of the document was read before. */
function isOutdated(c: Case, { main, modifiedAt }: Part): boolean {
  const newest = c.now.get(main)?.record.modifiedAt ?? null;
  return newest !== null && modifiedAt !== null && modifiedAt < newest;
}

/** Takes sources off the list of the touched that ended where they began. */
function forgetDetours(c: Case): void {
  for (const source of c.touched) {
    const was = c.rows.find((r) => r.record.source === source);
    const now = c.now.get(source);
    const same = was && now && was.contentHash === now.contentHash && was.withdrawn === now.withdrawn;
    if (same && was.published === now.published) c.touched.delete(source);
  }
}

function put(c: Case, change: Change & { kind: 'put' }): Outcome {
  const { record, text, contentHash, rawHash } = change;
  const had = c.now.get(record.source) ?? null;
  if (had && !had.withdrawn && had.contentHash === contentHash) return 'unchanged';
  if ((!had || had.withdrawn) && change.part && isOutdated(c, change.part)) return 'unchanged';
  const next = supersede(had, record);
  if (!next) return 'unchanged';
  // What came late only completes the record that stays: that one's text and hashes stay with it.
  const identity = next.record === record || !had ? { text, contentHash, rawHash } : had;
  c.now.set(record.source, { ...identity, ...next, withdrawn: false });
  c.touched.add(record.source);
  return had && !had.withdrawn ? 'updated' : 'inserted';
}

type Derived = Omit<Plan, 'outcomes' | 'base' | 'epss'>;

function derive(cases: readonly Case[], epss: ReadonlyMap<CveId, number>, day: string): Derived {
  const d = {
    records: [] as RecordToStore[],
    withdrawn: new Map<SourceId, CveId[]>(),
    removed: new Map<SourceId, CveId[]>(),
    inserts: [] as VulnerabilityRow[],
    updates: [] as VulnerabilityRow[],
    deletes: [] as CveId[],
    history: [] as ChangeToStore[],
    before: [] as Vulnerability[],
    after: [] as Vulnerability[],
  };
  for (const c of cases) {
    if (c.touched.size === 0) continue;
    for (const source of c.touched) storeTouched(d, c, source);
    deriveMerged(d, c, (v) => vulnerabilityRow(v, priority(v, epss.get(c.cveId) ?? null, day), day));
  }
  return d;
}

function storeTouched(
  d: { records: RecordToStore[]; withdrawn: Map<SourceId, CveId[]>; removed: Map<SourceId, CveId[]> },
  c: Case,
  source: SourceId,
): void {
  const now = c.now.get(source);
  if (!now) add(d.removed, source, c.cveId);
  else if (now.withdrawn) add(d.withdrawn, source, c.cveId);
  else d.records.push(toStore(c.cveId, source, now));
}

function toStore(cveId: CveId, source: SourceId, now: Current): RecordToStore {
  return {
    cveId,
    source,
    state: now.record.state,
    contentHash: now.contentHash,
    rawHash: now.rawHash,
    modifiedAt: now.record.modifiedAt,
    record: now.text ?? serialise(now.record),
    published: now.published && serialise(now.published),
  };
}

function deriveMerged(
  d: {
    inserts: VulnerabilityRow[];
    updates: VulnerabilityRow[];
    deletes: CveId[];
    history: ChangeToStore[];
    before: Vulnerability[];
    after: Vulnerability[];
  },
  c: Case,
  row: (v: Vulnerability) => VulnerabilityRow,
): void {
  const before = merge(c.rows);
  const after = merge([...c.now.values()]);
  if (!after) {
    if (before) {
      d.deletes.push(c.cveId);
      d.before.push(before);
    }
    return;
  }
  if (!before) {
    d.inserts.push(row(after));
    d.after.push(after);
    return;
  }
  const steps = stepsOf(c, before, after);
  // A list in another order is no change of what is known, but the row is what `rebuild` would make of it.
  if (steps.length === 0 && JSON.stringify(before) === JSON.stringify(after)) return;
  d.updates.push(row(after));
  d.before.push(before);
  d.after.push(after);
  // The sample only stands in for real records: that one came in its place is no change of the CVE.
  const standIn = c.rows.every((r) => fallbackSources.has(r.record.source));
  if (!standIn) d.history.push(...steps);
}

/** What changed from `before` to `after`, a step for each source that changed its word. */
function stepsOf(c: Case, before: Vulnerability, after: Vulnerability): ChangeToStore[] {
  const standing = new Map<SourceId, StoredRecord>(c.rows.map((r) => [r.record.source, r]));
  const steps: ChangeToStore[] = [];
  let was = before;
  let left = c.touched.size;
  for (const source of c.touched) {
    const word = c.now.get(source);
    if (word) standing.set(source, word);
    else standing.delete(source);
    left--;
    const next = left === 0 ? after : merge([...standing.values()]);
    if (!next) continue;
    const changes = differences(was, next);
    if (Object.keys(changes).length > 0) steps.push({ cveId: c.cveId, source, changes });
    was = next;
  }
  return steps;
}

function add(map: Map<SourceId, CveId[]>, source: SourceId, cveId: CveId): void {
  const list = map.get(source);
  if (list) list.push(cveId);
  else map.set(source, [cveId]);
}

function byId(a: Case, b: Case): number {
  return a.cveId < b.cveId ? -1 : 1;
}

/** Thrown when another process changed the same CVEs since the plan was made: make it anew. */
export class Outdated extends Error {}

/** How often work is done anew when other processes write the same CVEs at the same time. */
const tries = 10;

/** Does `work`, which makes a plan and carries it out, until nobody else came in between. */
export async function untilCurrent<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const deadlock = sqlState(error) === '40P01';
      if (!(error instanceof Outdated || deadlock)) throw error;
      if (attempt === tries) {
        throw new AppError(
          'locked',
          'Other processes keep writing the same CVEs: run it again when they are done.',
          {},
          error,
        );
      }
    }
  }
}

/**
 * Stores a plan in one transaction, together with what `also` writes. All or nothing.
 * To be called within `untilCurrent`: it throws when the plan's base is not what is stored any more.
 */
export async function carryOut(
  db: Database,
  p: Plan,
  run: { ids: ReadonlyMap<string, number>; at: string; terms: TermCounter; also: (tx: Db) => Promise<void> },
): Promise<void> {
  await transaction(
    db,
    async (tx) => {
      await assertCurrent(tx, p);
      if ((await insertVulnerabilities(tx, p.inserts, run.at)) < p.inserts.length) throw new Outdated();
      await updateVulnerabilities(tx, p.updates, run.at);
      await deleteVulnerabilities(tx, p.deletes);
      await upsertSourceRecords(tx, p.records, run.ids, run.at);
      for (const [source, ids] of p.withdrawn)
        await withdrawSourceRecords(tx, source, ids, run.ids.get(source) ?? null, run.at);
      for (const [source, ids] of p.removed) await deleteSourceRecords(tx, source, ids);
      await storeChanges(tx, p.history, run.ids, run.at);
      await run.terms.write(tx, p.before, p.after);
      await run.also(tx);
    },
    `${await beginCompressed(db)}; ${holdEpss}`,
  );
  run.terms.commit(p.before, p.after);
}

/** Whoever changes a CVE holds its merged row: under these locks, what the plan was made from must still be there. */
async function assertCurrent(tx: Db, p: Plan): Promise<void> {
  await assertSameEpss(tx, p);
  if (p.base.size === 0) return;
  const ids = [...p.base.keys()];
  await lockVulnerabilities(tx, ids);
  const current = await currentVersions(tx, ids);
  const expected = [...p.base.values()].flat().map((r) => version(r));
  if (current.size !== expected.length || expected.some((v) => !current.has(v))) throw new Outdated();
}

/** A day of EPSS may have come in between; small moves make no difference to a priority. */
async function assertSameEpss(tx: Db, p: Plan): Promise<void> {
  const ids = [...p.inserts, ...p.updates].map((row) => row.cve_id as CveId);
  const now = await epssOf(tx, ids);
  const factor = (epss: ReadonlyMap<CveId, number>, id: CveId) => epssFactor(epss.get(id) ?? null);
  if (ids.some((id) => factor(p.epss, id) !== factor(now, id))) throw new Outdated();
}

function version(r: StoredRow): string {
  return `${r.record.cveId} ${r.record.source} ${r.contentHash}${r.withdrawn ? ' withdrawn' : ''}`;
}
