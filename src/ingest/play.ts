import type { StoredRow } from '../db/records.ts';
import type { CveId, SourceRecord } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';
import { supersede } from '../domain/supersede.ts';
import type { StoredRecord } from '../domain/vulnerability.ts';

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

/** A record as it is while changes are played through; `text`: its stored form, when it came with one. */
export type Current = StoredRecord & { withdrawn: boolean; contentHash: string; rawHash: string; text: string | null };

/** One CVE's records while its changes are played through. */
export interface Case {
  readonly cveId: CveId;
  readonly rows: readonly StoredRow[];
  readonly now: Map<SourceId, Current>;
  readonly touched: Set<SourceId>; // in the order of their first change
}

/** What becomes of the changes, played through one after the other on what is stored. */
export function playThrough(base: ReadonlyMap<CveId, readonly StoredRow[]>, changes: readonly Change[]) {
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
