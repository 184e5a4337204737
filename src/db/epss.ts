import { beyondWhatIsKept } from '../domain/as-of.ts';
import { curveUntil, type EpssPoint, type EpssStanding } from '../domain/epss.ts';
import type { CveId } from '../domain/record.ts';
import { day } from '../domain/time.ts';
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

/** A CVE's EPSS: the score that counts, or null when it has none any more, and its curve, oldest first. */
export interface EpssOfCve {
  readonly score: EpssPoint | null;
  readonly curve: readonly EpssPoint[];
}

/** Once a day for almost three years, if it moved every day. */
const maxCurve = 1_000;

/** In `source_state.details` of EPSS: the day before which points of curves were deleted because of their age. */
export const curveBegin = 'curve_begin';

async function curvesBegin(db: Db): Promise<string | null> {
  const { rows } = await db.query<{ begin: string | null }>(
    `SELECT details ->> '${curveBegin}' AS begin FROM source_state WHERE source = 'epss'`,
    [],
  );
  return rows[0]?.begin ?? null;
}

/**
 * A CVE's EPSS now, or, for an earlier `date`, as its curve has it for that day.
 * @throws AppError `not_found` for a date before what is kept of its curve
 */
export async function epssOfCve(db: Db, cveId: CveId, date: string | null): Promise<EpssOfCve> {
  const curve = await epssCurve(db, cveId, maxCurve);
  const score = await epssScore(db, cveId);
  const last = date === null ? null : (day(date) ?? date);
  if (last === null || (score && score.day <= last)) return { score, curve };
  const then = curveUntil(curve, last);
  const [first] = curve;
  if (first && then.length === 0) {
    const begin = await curvesBegin(db);
    // One that begins later was never cut: of the others the point that counted on that day stays.
    if (begin !== null && first.day < begin)
      throw beyondWhatIsKept(`The EPSS of ${cveId}`, last, first.day, 'OPENTHREAT_KEEP_EPSS_HISTORY');
  }
  return { score: then.at(-1) ?? null, curve: then };
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

/**
 * The CVEs after `after` whose current score is older than `day`, or, without a day, that have one; the first `limit` of them, in
 * order. By the key, because a page must not go over the ones that were taken away before it.
 */
export async function scoredBefore(
  db: Db,
  { day, after, limit }: { readonly day: string | null; readonly after: string; readonly limit: number },
): Promise<Map<CveId, number>> {
  const { rows } = await db.query<{ cve_id: CveId; epss: number }>(
    'SELECT cve_id, epss FROM epss_scores WHERE cve_id > $2 AND ($1::date IS NULL OR day < $1) ORDER BY cve_id LIMIT $3',
    [day, after, limit],
  );
  return new Map(rows.map((r) => [r.cve_id, r.epss]));
}
