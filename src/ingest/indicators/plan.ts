import type { Db } from '../../db/database.ts';
import { type IndicatorKey, keyOf } from '../../db/indicator-key.ts';
import { indicatorRows } from '../../db/indicator-rows.ts';
import { type StoredReport, storedReports } from '../../db/reports.ts';
import type { IndicatorRow, ReportRow } from '../../db/write/indicators.ts';
import { canonical } from '../../domain/changes.ts';
import { combineReports } from '../../domain/indicator-combine.ts';
import type { StandingReport } from '../../domain/indicator-merge.ts';
import { confirmedSince } from './confirm.ts';
import { derive } from './derive.ts';
import { reportRow, type Said, said } from './said.ts';

/** What is to happen to a source's word on an indicator. */
export type Change =
  | {
      readonly kind: 'put';
      readonly said: Said;
      /** What is stored came from the same input: the two are one report. */
      readonly combine: boolean;
    }
  | { readonly kind: 'withdraw' | 'remove'; readonly id: IndicatorKey; readonly source: string }
  | { readonly kind: 'age'; readonly id: IndicatorKey };

/** What became of a change; null: it asked for nothing. */
export type Outcome = 'inserted' | 'updated' | 'unchanged' | 'withdrawn' | 'removed' | null;

/** Everything that a set of changes writes, worked out before the transaction begins. */
export interface Plan {
  readonly outcomes: readonly Outcome[]; // one for each change, in their order
  readonly ids: readonly IndicatorKey[]; // whose reports it was made from
  readonly base: readonly StoredReport[];
  readonly inserts: readonly IndicatorRow[];
  readonly updates: readonly IndicatorRow[];
  readonly deletes: readonly IndicatorKey[];
  readonly newReports: readonly ReportRow[];
  readonly changedReports: readonly ReportRow[];
  readonly confirmed: ReadonlyMap<string, readonly IndicatorKey[]>; // these by source
  readonly withdrawn: ReadonlyMap<string, readonly IndicatorKey[]>;
  readonly removed: ReadonlyMap<string, readonly IndicatorKey[]>;
}

/** A report that stands, or stood, with what tells whether its content changes. */
interface Standing extends StandingReport {
  readonly contentHash: string;
}

interface Draft {
  readonly inserts: IndicatorRow[];
  readonly updates: IndicatorRow[];
  readonly deletes: IndicatorKey[];
  readonly newReports: ReportRow[];
  readonly changedReports: ReportRow[];
  readonly confirmed: Map<string, IndicatorKey[]>;
  readonly withdrawn: Map<string, IndicatorKey[]>;
  readonly removed: Map<string, IndicatorKey[]>;
}

/**
 * Works out what is to be written. `fresh` are reports on indicators that nobody has reported; of `changes` there is at
 * most one for each indicator. Reads, writes nothing. `now` is ISO 8601 UTC.
 */
export async function plan(db: Db, fresh: readonly Said[], changes: readonly Change[], now: string): Promise<Plan> {
  const ids = changes.map(idOf).sort(byHash);
  const stored = await storedReports(db, ids);
  const rows = await indicatorRows(db, ids);
  const draft: Draft = {
    inserts: [],
    updates: [],
    deletes: [],
    newReports: [],
    changedReports: [],
    confirmed: new Map(),
    withdrawn: new Map(),
    removed: new Map(),
  };
  for (const one of [...fresh].sort(byHash)) insertFresh(draft, one, now);
  const outcomes = changes.map((change) => {
    const key = keyOf(idOf(change));
    return play(draft, change, stored.get(key) ?? [], rows.get(key) ?? null, now);
  });
  return { ...draft, inserts: draft.inserts.sort(byHash), outcomes, ids, base: [...stored.values()].flat() };
}

/** Whether a plan writes nothing. */
export function isEmpty(p: Plan): boolean {
  const { outcomes: _, ids: _ids, base: _base, ...writes } = p;
  return Object.values(writes).every((list) => ('size' in list ? list.size : list.length) === 0);
}

function idOf(change: Change): IndicatorKey {
  return change.kind === 'put' ? change.said : change.id;
}

function byHash(a: IndicatorKey, b: IndicatorKey): number {
  return a.valueHash < b.valueHash ? -1 : 1;
}

function insertFresh(draft: Draft, one: Said, now: string): void {
  draft.newReports.push(reportRow(one));
  const row = derive(one.valueHash, [standingOf(one, now)], now);
  if (row) draft.inserts.push(row);
}

function standingOf({ source, report, contentHash }: Said, now: string): Standing {
  return { source, report, contentHash, withdrawnAt: null, reportedAt: now };
}

function play(
  draft: Draft,
  change: Change,
  stored: readonly StoredReport[],
  row: IndicatorRow | null,
  now: string,
): Outcome {
  const value = change.kind === 'put' ? change.said.report.value : row?.value;
  if (value === undefined) return null; // nobody speaks of it
  const standing = new Map<string, Standing>(
    stored.map((s) => [s.source, { ...s, report: { type: s.type, value, ...s.content } }]),
  );
  const outcome = apply(draft, change, standing, now);
  deriveRow(draft, idOf(change), [...standing.values()], row, now);
  return outcome;
}

function apply(draft: Draft, change: Change, standing: Map<string, Standing>, now: string): Outcome {
  if (change.kind === 'put') return put(draft, change, standing, now);
  if (change.kind === 'age') return null;
  const had = standing.get(change.source);
  if (!had) return null;
  if (change.kind === 'remove') {
    add(draft.removed, change.source, change.id);
    standing.delete(change.source);
    return 'removed';
  }
  if (had.withdrawnAt !== null) return null;
  add(draft.withdrawn, change.source, change.id);
  standing.set(change.source, { ...had, withdrawnAt: now });
  return 'withdrawn';
}

function put(draft: Draft, change: Change & { kind: 'put' }, standing: Map<string, Standing>, now: string): Outcome {
  const { source } = change.said;
  const had = standing.get(source);
  const both = had && change.combine && had.withdrawnAt === null;
  const next = both ? said(source, combineReports(had.report, change.said.report)) : change.said;
  standing.set(source, standingOf(next, now));
  if (!had) {
    draft.newReports.push(reportRow(next));
    return 'inserted';
  }
  if (had.withdrawnAt === null && had.contentHash === next.contentHash) {
    if (had.reportedAt > confirmedSince(next.report, now)) standing.set(source, had);
    else add(draft.confirmed, source, change.said);
    return 'unchanged';
  }
  draft.changedReports.push(reportRow(next));
  return had.withdrawnAt === null ? 'updated' : 'inserted';
}

function deriveRow(
  draft: Draft,
  { valueHash, type }: IndicatorKey,
  standing: readonly Standing[],
  row: IndicatorRow | null,
  now: string,
): void {
  const next = derive(valueHash, standing, now);
  if (!next) {
    if (row) draft.deletes.push({ valueHash, type });
  } else if (!row) draft.inserts.push(next);
  else if (!isSame(row, next)) draft.updates.push(next);
}

function isSame(a: IndicatorRow, b: IndicatorRow): boolean {
  return (Object.keys(b) as (keyof IndicatorRow)[]).every((field) => {
    const [x, y] = [a[field], b[field]];
    return x === y || (typeof x === 'object' && x !== null && canonical(x) === canonical(y as object));
  });
}

function add(map: Map<string, IndicatorKey[]>, source: string, { valueHash, type }: IndicatorKey): void {
  const list = map.get(source);
  if (list) list.push({ valueHash, type });
  else map.set(source, [{ valueHash, type }]);
}
