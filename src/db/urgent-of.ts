import type { CveId } from '../domain/record.ts';
import type { Db } from './database.ts';

/** A CVE in a list: what it is, and how urgent. All but the id is null where no source speaks of it. */
export interface UrgentCve {
  readonly cveId: CveId;
  readonly title: string | null;
  readonly severity: string | null;
  readonly cvssScore: number | null;
  readonly exploited: boolean | null;
  readonly priorityScore: number | null;
}

/**
 * The most urgent of the CVEs that `from` selects as `cve_id`, and how many there are in all. `from` takes `params` from
 * $1 on, `also` are further columns of the result, of `from` as x.
 */
export async function mostUrgentOf<Row extends UrgentCve>(
  db: Db,
  query: { readonly from: string; readonly also?: string; readonly params: readonly unknown[]; readonly limit: number },
): Promise<{ readonly total: number; readonly cves: readonly Row[] }> {
  const { rows } = await db.query<Row & { total: number }>(
    `SELECT x.cve_id AS "cveId", v.title, v.severity, v.cvss_score AS "cvssScore", v.exploited_in_the_wild AS exploited,
            v.priority_score AS "priorityScore", ${query.also ? `${query.also}, ` : ''}count(*) OVER ()::int AS total
     FROM (${query.from}) x LEFT JOIN vulnerabilities v ON v.cve_id = x.cve_id
     ORDER BY v.priority_score DESC NULLS LAST, x.cve_id LIMIT $${query.params.length + 1}`,
    [...query.params, query.limit],
  );
  return { total: rows[0]?.total ?? 0, cves: rows.map(({ total: _, ...row }) => row as unknown as Row) };
}
