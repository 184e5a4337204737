import type { Db } from '../db/database.ts';
import { type StoredRow, storedRecords } from '../db/records.ts';
import type { ChangeToStore } from '../db/write/changes.ts';
import type { RecordToStore } from '../db/write/source-records.ts';
import { differences } from '../domain/changes.ts';
import { merge } from '../domain/merge.ts';
import { fallbackSources } from '../domain/precedence.ts';
import { type CveId, emptyRecord, type SourceRecord } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';
import { serialise } from '../domain/stored-form.ts';
import type { StoredRecord, Vulnerability } from '../domain/vulnerability.ts';
import { type Case, type Change, type Current, cveOf, type Outcome, playThrough } from './play.ts';

/** Everything that a set of changes writes, worked out before the transaction begins. */
export interface Plan {
  readonly outcomes: readonly Outcome[]; // one for each change, in their order
  readonly base: ReadonlyMap<CveId, readonly StoredRow[]>; // what the plan was made from
  readonly records: readonly RecordToStore[];
  readonly withdrawn: ReadonlyMap<SourceId, readonly CveId[]>;
  readonly removed: ReadonlyMap<SourceId, readonly CveId[]>;
  readonly inserts: readonly Vulnerability[];
  readonly updates: readonly Vulnerability[];
  readonly deletes: readonly CveId[];
  readonly history: readonly ChangeToStore[];
  readonly before: readonly Vulnerability[]; // for the dictionary of search words
  readonly after: readonly Vulnerability[];
}

/** Works out what `changes` do to the database as it is now. Reads, writes nothing. */
export async function plan(db: Db, changes: readonly Change[], known: ReadonlySet<CveId>): Promise<Plan> {
  const base = await storedRecords(db, [...known]);
  const { cases, outcomes } = playThrough(base, changes);
  return { outcomes, base, ...derive([...cases.values()].sort(byId)) };
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

type Derived = Omit<Plan, 'outcomes' | 'base'>;

function derive(cases: readonly Case[]): Derived {
  const d = {
    records: [] as RecordToStore[],
    withdrawn: new Map<SourceId, CveId[]>(),
    removed: new Map<SourceId, CveId[]>(),
    inserts: [] as Vulnerability[],
    updates: [] as Vulnerability[],
    deletes: [] as CveId[],
    history: [] as ChangeToStore[],
    before: [] as Vulnerability[],
    after: [] as Vulnerability[],
  };
  for (const c of cases) {
    if (c.touched.size === 0) continue;
    for (const source of c.touched) storeTouched(d, c, source);
    deriveMerged(d, c);
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
    inserts: Vulnerability[];
    updates: Vulnerability[];
    deletes: CveId[];
    history: ChangeToStore[];
    before: Vulnerability[];
    after: Vulnerability[];
  },
  c: Case,
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
    d.inserts.push(after);
    d.after.push(after);
    return;
  }
  const steps = stepsOf(c, before, after);
  // A list in another order is no change of what is known, but the row is what `rebuild` would make of it.
  if (steps.length === 0 && JSON.stringify(before) === JSON.stringify(after)) return;
  d.updates.push(after);
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
