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

/** Totals, and the `top` vendors by number of CVEs. From indexes, but for the sources' records: a tenth of a second. */
export async function stats(db: Db, top: number): Promise<Stats> {
  const severities = await bySeverity(db);
  const total = severities.reduce((sum, { count }) => sum + count, 0);
  const newest = await db.query<{ cveId: string; publishedAt: string }>(
    `SELECT cve_id AS "cveId", published_at AS "publishedAt" FROM vulnerabilities
     WHERE published_at IS NOT NULL ORDER BY published_at DESC NULLS LAST, cve_id LIMIT 1`,
  );
  return {
    total,
    ...(await marked(db)),
    newest: newest.rows[0] ?? null,
    bySeverity: severities,
    byState: await byState(db, total),
    bySource: await counts(
      db,
      `SELECT source AS name, count(*)::int AS count FROM source_records WHERE withdrawn_at IS NULL
       GROUP BY source ORDER BY 2 DESC, 1 LIMIT $1`,
      100,
    ),
    topVendors: await topNames(db, 'vendor', top),
    indicators: await indicatorTotals(db),
    epss: await epssTotals(db),
  };
}

async function marked(db: Db): Promise<Pick<Stats, 'exploited' | 'ransomware'>> {
  const { rows } = await db.query<Pick<Stats, 'exploited' | 'ransomware'>>(
    `SELECT (SELECT count(*)::int FROM vulnerabilities WHERE exploited_in_the_wild) AS exploited,
            (SELECT count(*)::int FROM vulnerabilities WHERE keywords ? 'ransomware:true') AS ransomware`,
  );
  return rows[0] ?? { exploited: 0, ransomware: 0 };
}

/** Most are published: the others are counted, by what searches find them by. */
async function byState(db: Db, total: number): Promise<Count[]> {
  const { rows } = await db.query<Count>(
    `SELECT name, (SELECT count(*)::int FROM vulnerabilities WHERE keywords ? ('state:' || name)) AS count
     FROM unnest(ARRAY['rejected', 'reserved', 'withdrawn']) AS name`,
  );
  const published = total - rows.reduce((sum, { count }) => sum + count, 0);
  return [{ name: 'published', count: published }, ...rows]
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
}

/** How many CVEs there are of each severity, the worst first; of one that none has there is no count. From an index. */
export async function bySeverity(db: Db): Promise<Count[]> {
  return counts(
    db,
    `SELECT severity AS name, count(*)::int AS count FROM vulnerabilities GROUP BY severity
     ORDER BY array_position(ARRAY['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE', 'UNKNOWN'], severity) LIMIT $1`,
    10,
  );
}

/** The vendors, products or weaknesses that most CVEs name, as the dictionary of search words counts them. */
export async function topNames(db: Db, kind: 'vendor' | 'product' | 'cwe', limit: number): Promise<Count[]> {
  const { rows } = await db.query<Count>(
    `SELECT substr(term, length($1) + 2) AS name, documents AS count FROM search_terms
     WHERE term >= $1 || ':' AND term < $1 || ';' AND documents > 0 ORDER BY documents DESC, term LIMIT $2`,
    [kind, limit],
  );
  return rows;
}

async function counts(db: Db, sql: string, limit: number): Promise<Count[]> {
  return (await db.query<Count>(sql, [limit])).rows;
}
