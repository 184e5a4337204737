import type { CveId } from '../domain/record.ts';
import type { Db } from './database.ts';
import { newestScoreDay } from './epss.ts';
import { type SummarisedVulnerability, summariesOf } from './vulnerabilities.ts';

/** A CVE whose chance of exploitation rose. */
export interface EpssRise {
  readonly vulnerability: SummarisedVulnerability;
  readonly before: number; // 0–1
  readonly since: string; // YYYY-MM-DD: the day that `before` is of
  readonly rise: number; // 0–1
}

/** A CVE with less cannot have risen by more: so those with much are looked at first, and mostly that is enough. */
const atLeast = [0.5, 0.2, 0.05, 0];

/** EPSS scores far more CVEs than may be known here. */
const candidates = 500;

/**
 * The CVEs whose EPSS rose most within `days` before the newest day that is loaded, at most `limit` of them. Of a CVE that was not
 * scored so long ago: since its first score.
 */
export async function epssRises(db: Db, days: number, limit: number): Promise<readonly EpssRise[]> {
  const newest = await newestScoreDay(db);
  if (newest === null) return [];
  for (const least of atLeast) {
    const known = await rises(db, { newest, days, least });
    const rise = known[limit - 1]?.rise;
    if (least === 0 || (rise !== undefined && rise >= least)) return known.slice(0, limit);
  }
  return [];
}

async function rises(
  db: Db,
  { newest, days, least }: { readonly newest: string; readonly days: number; readonly least: number },
): Promise<EpssRise[]> {
  const then = `$1::date - $2::int`;
  const { rows } = await db.query<{ cve_id: CveId; before: number; since: string; rise: number }>(
    `SELECT s.cve_id, b.epss AS before, b.day AS since, s.epss - b.epss AS rise
     FROM epss_scores s CROSS JOIN LATERAL (
       (SELECT epss, day FROM epss_history h WHERE h.cve_id = s.cve_id AND h.day <= ${then} ORDER BY h.day DESC LIMIT 1)
       UNION ALL (SELECT epss, day FROM epss_history h WHERE h.cve_id = s.cve_id AND h.day > ${then} ORDER BY h.day LIMIT 1)
       LIMIT 1
     ) AS b
     WHERE s.epss >= $3 AND s.epss > b.epss ORDER BY rise DESC, s.cve_id LIMIT ${candidates}`,
    [newest, days, least],
  );
  const known = await summariesOf(
    db,
    rows.map((row) => row.cve_id),
  );
  return rows.flatMap(({ cve_id, before, since, rise }) => {
    const vulnerability = known.get(cve_id);
    return vulnerability ? [{ vulnerability, before, since, rise: Math.round(rise * 1e5) / 1e5 }] : [];
  });
}
