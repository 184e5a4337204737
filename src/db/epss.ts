import type { EpssPoint, EpssStanding } from '../domain/epss.ts';
import type { CveId } from '../domain/record.ts';
import type { Db } from './database.ts';

/** The current EPSS of those of `cveIds` that have one, 0–1. */
export async function epssOf(db: Db, cveIds: readonly CveId[]): Promise<Map<CveId, number>> {
  if (cveIds.length === 0) return new Map();
  const { rows } = await db.query<{ cve_id: CveId; epss: number }>(
    'SELECT cve_id, epss FROM epss_scores WHERE cve_id = ANY($1::text[])',
    [cveIds],
  );
  return new Map(rows.map((r) => [r.cve_id, r.epss]));
}

/** The current EPSS of a CVE, or null. */
export async function epssScore(db: Db, cveId: CveId): Promise<EpssPoint | null> {
  return (await epssScores(db, [cveId])).get(cveId) ?? null;
}

/**
 * The current EPSS of those of `cveIds` that have one, with percentile and day. A join, because for thousands of ids the
 * planner may go through a whole index and compare each entry with all of a list.
 */
export async function epssScores(db: Db, cveIds: readonly CveId[]): Promise<Map<CveId, EpssPoint>> {
  const { rows } = await db.query<EpssPoint & { cve_id: CveId }>(
    'SELECT s.cve_id, epss, percentile, day FROM unnest($1::text[]) AS x(cve_id) JOIN epss_scores AS s ON s.cve_id = x.cve_id',
    [cveIds],
  );
  return new Map(rows.map(({ cve_id, ...point }) => [cve_id, point]));
}

/** The newest `limit` points of a CVE's curve, oldest first. */
export async function epssCurve(db: Db, cveId: CveId, limit: number): Promise<EpssPoint[]> {
  const { rows } = await db.query<EpssPoint>(
    'SELECT epss, percentile, day FROM epss_history WHERE cve_id = $1 ORDER BY day DESC LIMIT $2',
    [cveId, limit],
  );
  return rows.reverse();
}

/** How many CVEs have a score, and of which day the newest is; null when none has. Reads all of them: some hundredths of a second. */
export async function epssTotals(db: Db): Promise<{ readonly scores: number; readonly day: string } | null> {
  const { rows } = await db.query<{ scores: number; day: string | null }>(
    'SELECT count(*)::int AS scores, max(day) AS day FROM epss_scores',
  );
  const { scores = 0, day = null } = rows[0] ?? {};
  return day === null ? null : { scores, day };
}

/** The newest day of which a CVE has a current score, or null. Reads all of them. */
export async function newestScoreDay(db: Db): Promise<string | null> {
  return (await db.query<{ day: string | null }>('SELECT max(day) AS day FROM epss_scores')).rows[0]?.day ?? null;
}

/** The last point of the curve of each of `cveIds` on `day` or before, and whether there are later ones. */
export async function curvesAt(
  db: Db,
  cveIds: readonly CveId[],
  day: string,
): Promise<Map<CveId, Omit<EpssStanding, 'current'>>> {
  if (cveIds.length === 0) return new Map();
  const { rows } = await db.query<{
    cve_id: CveId;
    day: string | null;
    epss: number;
    percentile: number;
    later: boolean;
  }>(
    `SELECT x.cve_id, h.day, h.epss, h.percentile,
            EXISTS (SELECT FROM epss_history AS l WHERE l.cve_id = x.cve_id AND l.day > $2) AS later
     FROM unnest($1::text[]) AS x(cve_id) LEFT JOIN LATERAL (
       SELECT day, epss, percentile FROM epss_history WHERE cve_id = x.cve_id AND day <= $2 ORDER BY day DESC LIMIT 1
     ) AS h ON true`,
    [cveIds, day],
  );
  return new Map(
    rows.map(({ cve_id, day, epss, percentile, later }) => [
      cve_id,
      { before: day === null ? null : { day, epss, percentile }, later },
    ]),
  );
}

/** The CVEs that have a current score, in pages of at most `limit` after `after`. */
export async function scoredCves(db: Db, after: string, limit: number): Promise<CveId[]> {
  const { rows } = await db.query<{ cve_id: CveId }>(
    'SELECT cve_id FROM epss_scores WHERE cve_id > $1 ORDER BY cve_id LIMIT $2',
    [after, limit],
  );
  return rows.map((r) => r.cve_id);
}

/** Some CVEs whose current score is older than `day`, or, without a day, that have one; at most `limit`. */
export async function scoredBefore(db: Db, day: string | null, limit: number): Promise<Map<CveId, number>> {
  const { rows } = await db.query<{ cve_id: CveId; epss: number }>(
    'SELECT cve_id, epss FROM epss_scores WHERE $1::date IS NULL OR day < $1 LIMIT $2',
    [day, limit],
  );
  return new Map(rows.map((r) => [r.cve_id, r.epss]));
}
