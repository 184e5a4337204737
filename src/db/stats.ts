import type { Db } from './database.ts';
import { epssTotals } from './epss.ts';
import { type IndicatorTotals, indicatorTotals } from './indicator-totals.ts';

export interface Count {
  readonly name: string;
  readonly count: number;
}

/** The database in numbers. */
export interface Stats {
  readonly total: number;
  readonly exploited: number;
  readonly ransomware: number;
  readonly newest: { readonly cveId: string; readonly publishedAt: string } | null;
  readonly bySeverity: readonly Count[];
  readonly byState: readonly Count[];
  readonly bySource: readonly Count[]; // records stored, without withdrawn ones
  readonly topVendors: readonly Count[];
  readonly indicators: IndicatorTotals;
  readonly epss: { readonly scores: number; readonly day: string } | null; // `day`: of the newest
}

/** Totals, and the `top` vendors by number of CVEs. Reads the whole table: some tenths of a second. */
export async function stats(db: Db, top: number): Promise<Stats> {
  const [totals] = (
    await db.query<Pick<Stats, 'total' | 'exploited' | 'ransomware'>>(
      `SELECT count(*)::int AS total, count(*) FILTER (WHERE exploited_in_the_wild)::int AS exploited,
              count(*) FILTER (WHERE ransomware)::int AS ransomware FROM vulnerabilities`,
    )
  ).rows;
  const newest = await db.query<{ cveId: string; publishedAt: string }>(
    `SELECT cve_id AS "cveId", published_at AS "publishedAt" FROM vulnerabilities
     WHERE published_at IS NOT NULL ORDER BY published_at DESC NULLS LAST, cve_id LIMIT 1`,
  );
  return {
    ...(totals ?? { total: 0, exploited: 0, ransomware: 0 }),
    newest: newest.rows[0] ?? null,
    bySeverity: await counts(
      db,
      `SELECT severity AS name, count(*)::int AS count FROM vulnerabilities GROUP BY severity
       ORDER BY array_position(ARRAY['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE', 'UNKNOWN'], severity) LIMIT $1`,
      10,
    ),
    byState: await counts(
      db,
      'SELECT state AS name, count(*)::int AS count FROM vulnerabilities GROUP BY state ORDER BY 2 DESC, 1 LIMIT $1',
      10,
    ),
    bySource: await counts(
      db,
      `SELECT source AS name, count(*)::int AS count FROM source_records WHERE withdrawn_at IS NULL
       GROUP BY source ORDER BY 2 DESC, 1 LIMIT $1`,
      100,
    ),
    topVendors: await counts(
      db,
      `SELECT vendor AS name, count(*)::int AS count FROM vulnerabilities, jsonb_array_elements_text(vendors) AS vendor
       GROUP BY vendor ORDER BY 2 DESC, 1 LIMIT $1`,
      top,
    ),
    indicators: await indicatorTotals(db),
    epss: await epssTotals(db),
  };
}

async function counts(db: Db, sql: string, limit: number): Promise<Count[]> {
  return (await db.query<Count>(sql, [limit])).rows;
}
