import type { Changes } from '../domain/changes.ts';
import type { CveId } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';
import type { Vulnerability } from '../domain/vulnerability.ts';
import type { Db } from './database.ts';

/** A merged record as it stands in the database, with its score and the times of its row. */
export interface StoredVulnerability extends Vulnerability {
  readonly priorityScore: number; // 0–1
  readonly scoredOn: string; // YYYY-MM-DD
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The columns under the names of the domain. */
export const vulnerabilityColumns = `cve_id AS "cveId", state, title, description, cvss_score AS "cvssScore", cvss_version AS "cvssVersion",
  cvss_vector AS "cvssVector", severity, published_at AS "publishedAt", modified_at AS "modifiedAt",
  exploited_in_the_wild AS exploited, exploited_since AS "exploitedSince", cisa_due_date AS "dueDate",
  required_action AS "requiredAction", ransomware, public_exploit AS "publicExploit", ssvc, cvss, cwe_ids AS weaknesses,
  affected_products AS affected, vendors, products, "references", sources, source_tags AS tags, aliases,
  priority_score AS "priorityScore", scored_on AS "scoredOn", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** The merged record of a CVE, or null when no source speaks of it. */
export async function vulnerability(db: Db, cveId: CveId): Promise<StoredVulnerability | null> {
  const { rows } = await db.query<StoredVulnerability>(
    `SELECT ${vulnerabilityColumns} FROM vulnerabilities WHERE cve_id = $1`,
    [cveId],
  );
  return rows[0] ?? null;
}

/** Merged records in pages of at most `limit`, by CVE id after `after`. */
export async function vulnerabilitiesAfter(db: Db, after: string, limit: number): Promise<StoredVulnerability[]> {
  const { rows } = await db.query<StoredVulnerability>(
    `SELECT ${vulnerabilityColumns} FROM vulnerabilities WHERE cve_id > $1 ORDER BY cve_id LIMIT $2`,
    [after, limit],
  );
  return rows;
}

/** A step in the history of a CVE. */
export interface HistoryStep {
  readonly changedAt: string;
  readonly source: SourceId;
  readonly runId: number | null;
  readonly changes: Changes;
}

/** What changed in a CVE, newest first, at most `limit` steps. */
export async function history(db: Db, cveId: CveId, limit: number): Promise<HistoryStep[]> {
  const { rows } = await db.query<HistoryStep>(
    `SELECT changed_at AS "changedAt", source, run_id AS "runId", changes FROM vulnerability_changes
     WHERE cve_id = $1 ORDER BY id DESC LIMIT $2`,
    [cveId, limit],
  );
  return rows;
}
