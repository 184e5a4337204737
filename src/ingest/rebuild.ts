import { isDeepStrictEqual } from 'node:util';
import { noteDataChange } from '../db/data-version.ts';
import { type Database, type Db, transaction } from '../db/database.ts';
import { epssOf } from '../db/epss.ts';
import { storedRecords } from '../db/records.ts';
import { type StoredVulnerability, vulnerabilitiesAfter, vulnerabilityColumns } from '../db/vulnerabilities.ts';
import { byKey } from '../db/write/by-key.ts';
import { holdEpss, scoredRows } from '../db/write/epss.ts';
import {
  deleteVulnerabilities,
  insertVulnerabilities,
  lockVulnerabilities,
  updateScores,
  updateVulnerabilities,
  type VulnerabilityRow,
  vulnerabilityRow,
} from '../db/write/vulnerabilities.ts';
import { keywords } from '../domain/keywords.ts';
import { merge } from '../domain/merge.ts';
import { priority } from '../domain/priority.ts';
import type { CveId } from '../domain/record.ts';
import type { Vulnerability } from '../domain/vulnerability.ts';
import { recountTerms } from './term-counter.ts';

const page = 1000;
const holding = `BEGIN; ${holdEpss}; ${byKey}`;

export interface Rebuilt {
  checked: number;
  inserted: number;
  updated: number;
  deleted: number;
}

/**
 * Derives every merged record anew from the stored ones and writes those that differ; after a normal life that is none.
 * Scores are derived for the day they stand for, so a rebuild moves none. Works page by page, each in a transaction.
 */
export async function rebuild(
  db: Database,
  now: () => Date,
  signal: AbortSignal,
  progress: (done: number) => void = () => {},
): Promise<Rebuilt> {
  const total: Rebuilt = { checked: 0, inserted: 0, updated: 0, deleted: 0 };
  for (let after = ''; !signal.aborted; ) {
    const ids = await cvesAfter(db, after);
    if (ids.length > 0) await transaction(db, (tx) => rebuildPage(tx, ids, now().toISOString(), total), holding);
    progress(total.checked);
    if (ids.length < page) break;
    after = ids.at(-1) ?? after;
  }
  if (!signal.aborted) await transaction(db, (tx) => recountTerms(tx));
  return total;
}

/** All CVEs that some record or some merged row is about. */
async function cvesAfter(db: Db, after: string): Promise<CveId[]> {
  const { rows } = await db.query<{ cve_id: CveId }>(
    `SELECT cve_id FROM (
       (SELECT DISTINCT cve_id FROM source_records WHERE cve_id > $1 ORDER BY cve_id LIMIT $2)
       UNION (SELECT cve_id FROM vulnerabilities WHERE cve_id > $1 ORDER BY cve_id LIMIT $2)
     ) AS known ORDER BY cve_id LIMIT $2`,
    [after, page],
  );
  return rows.map((r) => r.cve_id);
}

async function rebuildPage(tx: Db, ids: readonly CveId[], at: string, total: Rebuilt): Promise<void> {
  await lockVulnerabilities(tx, ids);
  const records = await storedRecords(tx, ids);
  const epss = await epssOf(tx, ids);
  const { rows } = await tx.query<StoredVulnerability & { keywords: string[] }>(
    `SELECT ${vulnerabilityColumns}, keywords FROM vulnerabilities WHERE cve_id = ANY($1::text[])`,
    [ids],
  );
  const rowOf = new Map(rows.map((r) => [r.cveId, r]));
  const inserts: VulnerabilityRow[] = [];
  const updates: VulnerabilityRow[] = [];
  const deletes: CveId[] = [];
  for (const id of ids) {
    const had = rowOf.get(id);
    const merged = merge(records.get(id) ?? []);
    if (!merged) {
      if (had) deletes.push(id);
      continue;
    }
    const day = had?.scoredOn ?? at.slice(0, 10);
    const score = priority(merged, epss.get(id) ?? null, day);
    if (had && had.priorityScore === score.score && isSame(had, merged)) continue;
    (had ? updates : inserts).push(vulnerabilityRow(merged, score, day));
  }
  total.checked += ids.length;
  total.inserted += await insertVulnerabilities(tx, inserts, at);
  total.updated += await updateVulnerabilities(tx, updates, at);
  await deleteVulnerabilities(tx, deletes);
  total.deleted += deletes.length;
  if (inserts.length + updates.length + deletes.length > 0) await noteDataChange(tx, 'vulnerabilities');
}

function isSame(had: StoredVulnerability & { keywords: string[] }, merged: Vulnerability): boolean {
  const { priorityScore, scoredOn, createdAt, updatedAt, keywords: stored, ...content } = had;
  return isDeepStrictEqual(content, plain(merged)) && isDeepStrictEqual(stored, keywords(merged));
}

/** As it would come back from the database: without members that are undefined. */
function plain(v: Vulnerability): unknown {
  return JSON.parse(JSON.stringify(v));
}

/**
 * Brings every score to `day` (YYYY-MM-DD) and writes those that changed. Returns how many that were. `progress` is told how
 * many were looked at.
 */
export async function rescore(
  db: Database,
  day: string,
  signal: AbortSignal,
  progress: (done: number) => void = () => {},
): Promise<number> {
  let changed = 0;
  let looked = 0;
  for (let after: string | null = ''; after !== null && !signal.aborted; ) {
    const from: string = after;
    const done = await transaction(db, (tx) => rescorePage(tx, from, day), holding);
    changed += done.changed;
    looked += done.looked;
    after = done.last;
    progress(looked);
  }
  return changed;
}

/** Brings the scores of the CVEs after `after` to `day`; `last` is null when there are no more. */
async function rescorePage(
  tx: Db,
  after: string,
  day: string,
): Promise<{ changed: number; looked: number; last: string | null }> {
  const rows = await vulnerabilitiesAfter(tx, after, page);
  const epss = await epssOf(
    tx,
    rows.map((r) => r.cveId),
  );
  const scores = rows.flatMap((r) => {
    const { score } = priority(r, epss.get(r.cveId) ?? null, day);
    return score === r.priorityScore ? [] : [{ cveId: r.cveId, score, was: r.priorityScore }];
  });
  const changed = await updateScores(tx, scores, day);
  if (changed > 0) await noteDataChange(tx, 'vulnerabilities');
  return { changed, looked: rows.length, last: rows.length < page ? null : (rows.at(-1)?.cveId ?? null) };
}

/**
 * Brings the scores of these CVEs, whose EPSS changed to the one given, to `day`. A score that the new EPSS does not change
 * keeps its own day. To be called in the transaction that changes the EPSS. Returns how many were written.
 */
export async function rescoreBy(tx: Db, epss: ReadonlyMap<CveId, number | null>, day: string): Promise<number> {
  const scores = (await scoredRows(tx, [...epss.keys()])).flatMap((r) => {
    const now = epss.get(r.cveId) ?? null;
    if (priority(r, now, r.scoredOn).score === r.priorityScore) return [];
    return [{ cveId: r.cveId, score: priority(r, now, day).score, was: r.priorityScore }];
  });
  return updateScores(tx, scores, day);
}
