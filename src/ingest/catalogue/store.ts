import { hash } from 'node:crypto';
import { noteDataChange } from '../../db/data-version.ts';
import type { Db } from '../../db/database.ts';
import {
  notePart,
  partRecords,
  type RecordToStore,
  type StoredPart,
  storedPart,
  storeRecords,
  type Written,
  withdrawRecords,
} from '../../db/write/catalogue-records.ts';
import { writeItems } from '../../db/write/catalogue-rows.ts';
import type { CataloguePart, CatalogueRecord } from '../../domain/catalogue.ts';
import { mergedEntry } from '../../domain/catalogue-merge.ts';

export type Outcome = 'inserted' | 'updated' | 'unchanged';

/** What is to be done so that a part is stored. */
export interface PartPlan {
  readonly part: CataloguePart;
  /** It is older than the one read before: nothing is taken from it. */
  readonly outdated: boolean;
  readonly outcomes: ReadonlyMap<string, Outcome>; // by id
  readonly changed: readonly RecordToStore[];
  readonly vanished: readonly string[];
}

/** 128 bits of SHA-256, as for other records. */
const digits = 32;

/**
 * Compares a part with what is stored. A whole part withdraws what is not in it, unless it has gaps; an excerpt lacks what
 * its entries are related to, so it only adds to a part that was read whole.
 */
export async function planPart(db: Db, source: string, part: CataloguePart, gaps: boolean): Promise<PartPlan> {
  const stored = await storedPart(db, source, part.part);
  const outcomes = new Map<string, Outcome>();
  const changed: RecordToStore[] = [];
  if (isOlder(part, stored)) return { part, outdated: true, outcomes, changed, vanished: [] };
  const addsOnly = !part.whole && stored.wholeRead;
  for (const record of part.records) {
    const text = JSON.stringify(record);
    const contentHash = hash('sha256', text, 'hex').slice(0, digits);
    const known = stored.entries.get(record.id);
    const present = known?.withdrawn === false;
    const same = present && (known.contentHash === contentHash || addsOnly);
    outcomes.set(record.id, same ? 'unchanged' : present ? 'updated' : 'inserted');
    if (!same) changed.push({ id: record.id, kind: record.kind, contentHash, text });
  }
  const vanished = [...stored.entries].flatMap(([id, e]) => (e.withdrawn || outcomes.has(id) ? [] : id));
  return { part, outdated: false, outcomes, changed, vanished: part.whole && !gaps ? vanished : [] };
}

function isOlder({ releasedAt }: CataloguePart, stored: StoredPart): boolean {
  return releasedAt !== null && stored.releasedAt !== null && releasedAt < stored.releasedAt;
}

/** Carries out a plan that was made in the same transaction, the catalogue being locked. @returns whether it wrote anything */
export async function storePart(tx: Db, plan: PartPlan, to: Written): Promise<boolean> {
  await storeRecords(tx, plan.changed, to);
  await withdrawRecords(tx, plan.vanished, to);
  const ids = [...plan.changed.map((r) => r.id), ...plan.vanished];
  await derive(tx, to.source, ids, to.at);
  const isNewer = plan.part.whole && (await notePart(tx, plan.part, to));
  return ids.length > 0 || isNewer;
}

/** Notes that a catalogue changed: CVEs and indicators are shown, and found, with what it says of them. */
export async function noteCatalogueChange(tx: Db): Promise<void> {
  for (const family of ['catalogues', 'vulnerabilities', 'indicators'] as const) await noteDataChange(tx, family);
}

/** Makes the rows of these entries what the parts say. @returns how many rows it wrote */
export async function derive(tx: Db, source: string, ids: readonly string[], at: string): Promise<number> {
  const said = await partRecords(tx, source, ids);
  const items = [...said.values()].flatMap((parts) => mergedEntry(parts) ?? []);
  return writeItems(tx, items, at);
}

/** Each id once. Of records that share one, which counts does not depend on their order. */
export function byId(records: readonly CatalogueRecord[]): readonly CatalogueRecord[] {
  const best = new Map<string, CatalogueRecord>();
  for (const record of records) {
    const other = best.get(record.id);
    if (!other || JSON.stringify(record) > JSON.stringify(other)) best.set(record.id, record);
  }
  return [...best.values()];
}
