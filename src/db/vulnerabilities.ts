import type { horizonSource } from '../domain/as-of.ts';
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

/** A merged record with its current chance of exploitation beside it. */
export type RatedVulnerability = StoredVulnerability & { readonly epss: number | null }; // 0–1

const epssBeside = '(SELECT epss FROM epss_scores e WHERE e.cve_id = vulnerabilities.cve_id) AS epss';

/** The merged record of a CVE with its EPSS, or null when no source speaks of it. */
export async function ratedVulnerability(db: Db, cveId: CveId): Promise<RatedVulnerability | null> {
  const { rows } = await db.query<RatedVulnerability>(
    `SELECT ${vulnerabilityColumns}, ${epssBeside} FROM vulnerabilities WHERE cve_id = $1`,
    [cveId],
  );
  return rows[0] ?? null;
}

/**
 * Many ids by the key. Of a plain list the planner sees how long it is, and for hundreds takes the trigram index, which
 * answers equality as well, in seconds.
 */
const amongIds = 'cve_id = ANY(ARRAY(SELECT unnest($1::text[])))';

/** The merged records, with their EPSS, of those of `cveIds` that some source speaks of; the caller bounds the list. */
export async function ratedVulnerabilities(db: Db, cveIds: readonly CveId[]): Promise<Map<CveId, RatedVulnerability>> {
  const { rows } = await db.query<RatedVulnerability>(
    `SELECT ${vulnerabilityColumns}, ${epssBeside} FROM vulnerabilities WHERE ${amongIds}`,
    [cveIds],
  );
  return new Map(rows.map((row) => [row.cveId, row]));
}

const summaryColumns = `cve_id AS "cveId", title, description, severity, cvss_score AS "cvssScore", exploited_in_the_wild AS exploited,
  priority_score AS "priorityScore", published_at AS "publishedAt", modified_at AS "modifiedAt", ${epssBeside}`;

/** A CVE as lists show it. */
export type SummarisedVulnerability = Pick<
  RatedVulnerability,
  | 'cveId'
  | 'title'
  | 'description'
  | 'severity'
  | 'cvssScore'
  | 'exploited'
  | 'priorityScore'
  | 'epss'
  | 'publishedAt'
  | 'modifiedAt'
>;

/** Those of `cveIds` that are known, as lists show them. */
export async function summariesOf(db: Db, cveIds: readonly CveId[]): Promise<Map<CveId, SummarisedVulnerability>> {
  const { rows } = await db.query<SummarisedVulnerability>(
    `SELECT ${summaryColumns} FROM vulnerabilities WHERE ${amongIds}`,
    [cveIds],
  );
  return new Map(rows.map((row) => [row.cveId, row]));
}

export type ExploitedVulnerability = SummarisedVulnerability &
  Pick<StoredVulnerability, 'exploitedSince' | 'dueDate' | 'requiredAction' | 'ransomware'>;

/** The CVEs that are exploited, the newest in the catalogues first, and how many there are. */
export async function exploitedVulnerabilities(
  db: Db,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly total: number; readonly list: readonly ExploitedVulnerability[] }> {
  const { rows } = await db.query<ExploitedVulnerability>(
    `SELECT ${summaryColumns}, exploited_since AS "exploitedSince", cisa_due_date AS "dueDate",
            required_action AS "requiredAction", ransomware
     FROM vulnerabilities WHERE exploited_in_the_wild
     ORDER BY exploited_since DESC NULLS LAST, priority_score DESC, cve_id LIMIT $1 OFFSET $2`,
    [limit, offset],
  );
  const counted = await db.query<{ total: number }>(
    'SELECT count(*)::int AS total FROM vulnerabilities WHERE exploited_in_the_wild',
  );
  return { total: counted.rows[0]?.total ?? 0, list: rows };
}

/** A step in the history of a CVE. One whose source is `retention` has no changes: what was before it is not kept. */
export interface HistoryStep {
  readonly changedAt: string;
  readonly source: SourceId | typeof horizonSource;
  readonly runId: number | null;
  readonly changes: Changes;
}

const stepColumns = 'changed_at AS "changedAt", source, run_id AS "runId", changes';

/** What changed in a CVE, newest first, at most `limit` steps. */
export async function history(db: Db, cveId: CveId, limit: number): Promise<HistoryStep[]> {
  const { rows } = await db.query<HistoryStep>(
    `SELECT ${stepColumns} FROM vulnerability_changes WHERE cve_id = $1 ORDER BY id DESC LIMIT $2`,
    [cveId, limit],
  );
  return rows;
}

/** A page of what changed in a CVE, newest first, and how many steps there are. */
export async function historyPage(
  db: Db,
  cveId: CveId,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly total: number; readonly steps: readonly HistoryStep[] }> {
  const { rows } = await db.query<HistoryStep>(
    `SELECT ${stepColumns} FROM vulnerability_changes WHERE cve_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3`,
    [cveId, limit, offset],
  );
  const counted = await db.query<{ total: number }>(
    'SELECT count(*)::int AS total FROM vulnerability_changes WHERE cve_id = $1',
    [cveId],
  );
  return { total: counted.rows[0]?.total ?? 0, steps: rows };
}
