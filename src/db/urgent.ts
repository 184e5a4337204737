import type { Scored } from '../domain/priority.ts';
import type { CveId } from '../domain/record.ts';
import type { Db } from './database.ts';

export type Urgent = Scored & {
  readonly cveId: CveId;
  readonly title: string | null;
  readonly description: string | null;
  readonly priorityScore: number;
  readonly epss: number | null; // 0–1
};

/** The `limit` most urgent CVEs, with what makes them so. */
export async function mostUrgent(db: Db, limit: number): Promise<Urgent[]> {
  const { rows } = await db.query<Urgent>(
    `SELECT cve_id AS "cveId", title, description, state, severity, cvss_score AS "cvssScore", exploited_in_the_wild AS exploited,
            exploited_since AS "exploitedSince", ransomware, public_exploit AS "publicExploit", published_at AS "publishedAt",
            priority_score AS "priorityScore", (SELECT epss FROM epss_scores e WHERE e.cve_id = v.cve_id) AS epss
     FROM vulnerabilities v ORDER BY priority_score DESC, cve_id LIMIT $1`,
    [limit],
  );
  return rows;
}
