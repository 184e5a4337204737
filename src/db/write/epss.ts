import type { EpssPoint, EpssScore } from '../../domain/epss.ts';
import type { Scored } from '../../domain/priority.ts';
import type { CveId } from '../../domain/record.ts';
import { noting } from '../data-version.ts';
import type { Db } from '../database.ts';
import { binaryArray, unnest } from './binary-arrays.ts';

/** Any number that nobody else locks. */
const lockKey = 0x65707373;

/**
 * Waits until no other transaction scores by EPSS or changes it, and keeps them out until this one ends: what is scored
 * and what it is scored by stay in step. To be said after BEGIN, before any row is locked.
 */
export const lockEpss = `SELECT pg_advisory_xact_lock(${lockKey})`;

/** Keeps EPSS as it is until the transaction ends; others may score by it at the same time. To be said after BEGIN. */
export const holdEpss = `SELECT pg_advisory_xact_lock_shared(${lockKey})`;

const rowset = `${unnest(['text', 'date', 'float8', 'float8'])} AS x(cve_id, day, epss, percentile)`;

function columnsOf(rows: readonly EpssScore[]): Buffer[] {
  return [
    binaryArray(
      'text',
      rows.map((r) => r.cveId),
    ),
    binaryArray(
      'date',
      rows.map((r) => r.day),
    ),
    binaryArray(
      'float8',
      rows.map((r) => r.epss),
    ),
    binaryArray(
      'float8',
      rows.map((r) => r.percentile),
    ),
  ];
}

/** Adds the scores of CVEs that have none. */
export async function insertScores(tx: Db, scores: readonly EpssScore[]): Promise<void> {
  if (scores.length === 0) return;
  await tx.query(
    `INSERT INTO epss_scores (cve_id, day, epss, percentile) SELECT cve_id, day, epss, percentile FROM ${rowset}`,
    columnsOf(scores),
  );
}

/** Puts scores in place of the ones there. */
export async function updateEpss(tx: Db, scores: readonly EpssScore[]): Promise<void> {
  if (scores.length === 0) return;
  await tx.query(
    `UPDATE epss_scores AS s SET day = x.day, epss = x.epss, percentile = x.percentile FROM ${rowset}
     WHERE s.cve_id = x.cve_id`,
    columnsOf(scores),
  );
}

/** Adds points to curves, in place of the same day's. */
export async function storePoints(tx: Db, points: readonly (EpssPoint & { cveId: CveId })[]): Promise<void> {
  if (points.length === 0) return;
  await tx.query(
    `INSERT INTO epss_history (cve_id, day, epss, percentile) SELECT cve_id, day, epss, percentile FROM ${rowset}
     ON CONFLICT (cve_id, day) DO UPDATE SET epss = excluded.epss, percentile = excluded.percentile`,
    columnsOf(points),
  );
}

/** Takes the current scores of `cveIds` away; their curves stay. */
export async function deleteScores(tx: Db, cveIds: readonly CveId[]): Promise<void> {
  await tx.query('DELETE FROM epss_scores AS s USING unnest($1::text[]) AS x(cve_id) WHERE s.cve_id = x.cve_id', [
    cveIds,
  ]);
}

/**
 * Takes points of curves away, of CVEs from `after` on, at most `limit`. In the order of the key: each page begins where the
 * one before ended, and does not go over what that took away.
 * @returns the CVE to go on from, or null when there are no more
 */
export async function deletePoints(db: Db, after: string, limit: number): Promise<CveId | null> {
  const { rows } = await db.query<{ points: number; last: CveId | null }>(
    `${noting('vulnerabilities')}, gone AS (DELETE FROM epss_history AS h
       USING (SELECT cve_id, day FROM epss_history WHERE cve_id >= $1 ORDER BY cve_id, day LIMIT $2) AS x
       WHERE h.cve_id = x.cve_id AND h.day = x.day RETURNING h.cve_id)
     SELECT count(*)::int AS points, max(cve_id) AS last FROM gone`,
    [after, limit],
  );
  const { points = 0, last = null } = rows[0] ?? {};
  return points < limit ? null : last;
}

/** What the priority of each of `cveIds` looks at, of those that are known, with the score and its day. */
export async function scoredRows(
  tx: Db,
  cveIds: readonly CveId[],
): Promise<(Scored & { cveId: CveId; priorityScore: number; scoredOn: string })[]> {
  if (cveIds.length === 0) return [];
  const { rows } = await tx.query<Scored & { cveId: CveId; priorityScore: number; scoredOn: string }>(
    `SELECT cve_id AS "cveId", state, severity, cvss_score AS "cvssScore", exploited_in_the_wild AS exploited,
            exploited_since AS "exploitedSince", ransomware, public_exploit AS "publicExploit", published_at AS "publishedAt",
            priority_score AS "priorityScore", scored_on AS "scoredOn"
     FROM unnest($1::text[]) AS x(id) JOIN vulnerabilities ON cve_id = x.id ORDER BY cve_id FOR UPDATE OF vulnerabilities`,
    [cveIds],
  );
  return rows;
}
