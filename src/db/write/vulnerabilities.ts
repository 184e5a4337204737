import { keywords } from '../../domain/keywords.ts';
import type { Priority } from '../../domain/priority.ts';
import type { CveId } from '../../domain/record.ts';
import type { Vulnerability } from '../../domain/vulnerability.ts';
import type { Db } from '../database.ts';
import { binaryArray, type ColumnType, unnest } from './binary-arrays.ts';

/** The columns that are derived from the sources' records, with their types. */
const columns = {
  cve_id: 'text',
  state: 'text',
  title: 'text',
  description: 'text',
  cvss_score: 'float8',
  cvss_version: 'text',
  cvss_vector: 'text',
  severity: 'text',
  published_at: 'timestamptz',
  modified_at: 'timestamptz',
  exploited_in_the_wild: 'bool',
  exploited_since: 'date',
  cisa_due_date: 'date',
  required_action: 'text',
  ransomware: 'bool',
  public_exploit: 'bool',
  ssvc: 'jsonb',
  cvss: 'jsonb',
  cwe_ids: 'jsonb',
  affected_products: 'jsonb',
  vendors: 'jsonb',
  products: 'jsonb',
  references: 'jsonb',
  sources: 'jsonb',
  source_tags: 'jsonb',
  aliases: 'jsonb',
  keywords: 'jsonb',
  priority_score: 'float8',
  scored_on: 'date',
} as const satisfies Record<string, ColumnType>;

export type VulnerabilityRow = Readonly<Record<keyof typeof columns, unknown>>;

const names = Object.keys(columns) as (keyof typeof columns)[];
const quoted = names.map((n) => `"${n}"`).join(', ');
const rowset = `${unnest(Object.values(columns))} AS x(${quoted})`;

/** The rows, column by column, as parameters of `rowset`. */
function columnsOf(rows: readonly VulnerabilityRow[]): Buffer[] {
  return names.map((name) => {
    const type = columns[name];
    const values = rows.map((row) => row[name]);
    return binaryArray(type, type === 'jsonb' ? values.map(jsonOf) : values);
  });
}

/** Most lists of most records are empty, and stringifying these would be a tenth of the work. */
function jsonOf(value: unknown): string | null {
  if (value === null) return null;
  return Array.isArray(value) && value.length === 0 ? '[]' : JSON.stringify(value);
}

/** The parameter after those of `rowset`. */
const next = `$${names.length + 1}`;

/** The row of a merged record, scored on `day` (YYYY-MM-DD). */
export function vulnerabilityRow(v: Vulnerability, score: Priority, day: string): VulnerabilityRow {
  return {
    cve_id: v.cveId,
    state: v.state,
    title: v.title,
    description: v.description,
    cvss_score: v.cvssScore,
    cvss_version: v.cvssVersion,
    cvss_vector: v.cvssVector,
    severity: v.severity,
    published_at: v.publishedAt,
    modified_at: v.modifiedAt,
    exploited_in_the_wild: v.exploited,
    exploited_since: v.exploitedSince,
    cisa_due_date: v.dueDate,
    required_action: v.requiredAction,
    ransomware: v.ransomware,
    public_exploit: v.publicExploit,
    ssvc: v.ssvc,
    cvss: v.cvss,
    cwe_ids: v.weaknesses,
    affected_products: v.affected,
    vendors: v.vendors,
    products: v.products,
    references: v.references,
    sources: v.sources,
    source_tags: v.tags,
    aliases: v.aliases,
    keywords: keywords(v),
    priority_score: score.score,
    scored_on: day,
  };
}

/** Inserts rows of CVEs that are not there yet, ordered by id, so that two writers cannot deadlock. Returns how many went in: fewer than given when somebody else was faster. */
export async function insertVulnerabilities(tx: Db, rows: readonly VulnerabilityRow[], at: string): Promise<number> {
  if (rows.length === 0) return 0;
  const result = await tx.query(
    `INSERT INTO vulnerabilities (${quoted}, created_at, updated_at)
     SELECT ${quoted}, ${next}::timestamptz, ${next}::timestamptz FROM ${rowset}
     ON CONFLICT (cve_id) DO NOTHING`,
    [...columnsOf(rows), at],
  );
  return result.rowCount ?? 0;
}

/** Puts derived rows in place of the ones there. */
export async function updateVulnerabilities(tx: Db, rows: readonly VulnerabilityRow[], at: string): Promise<number> {
  if (rows.length === 0) return 0;
  const assignments = names
    .filter((n) => n !== 'cve_id')
    .map((n) => `"${n}" = x."${n}"`)
    .join(', ');
  const result = await tx.query(
    `UPDATE vulnerabilities AS v SET ${assignments}, updated_at = ${next} FROM ${rowset} WHERE v.cve_id = x.cve_id`,
    [...columnsOf(rows), at],
  );
  return result.rowCount ?? 0;
}

/** Takes out the rows of CVEs that no source speaks of any more. */
export async function deleteVulnerabilities(tx: Db, cveIds: readonly CveId[]): Promise<void> {
  if (cveIds.length === 0) return;
  await tx.query('DELETE FROM vulnerabilities WHERE cve_id = ANY($1::text[])', [cveIds]);
}

/** Locks the rows of `cveIds` until the transaction ends and returns which of them exist. Ordered, so that two writers cannot deadlock. */
export async function lockVulnerabilities(tx: Db, cveIds: readonly CveId[]): Promise<Set<CveId>> {
  if (cveIds.length === 0) return new Set();
  const { rows } = await tx.query<{ cve_id: CveId }>(
    'SELECT cve_id FROM vulnerabilities WHERE cve_id = ANY($1::text[]) ORDER BY cve_id FOR UPDATE',
    [cveIds],
  );
  return new Set(rows.map((r) => r.cve_id));
}

/** Writes new scores, where the score is still what it was when the new one was worked out. Returns how many were written. */
export async function updateScores(
  db: Db,
  scores: readonly { cveId: CveId; score: number; was: number }[],
  day: string,
): Promise<number> {
  if (scores.length === 0) return 0;
  const result = await db.query(
    `UPDATE vulnerabilities AS v SET priority_score = x.score, scored_on = $4
     FROM unnest($1::text[], $2::float8[], $3::float8[]) AS x(cve_id, score, was)
     WHERE v.cve_id = x.cve_id AND v.priority_score = x.was`,
    [scores.map((s) => s.cveId), scores.map((s) => s.score), scores.map((s) => s.was), day],
  );
  return result.rowCount ?? 0;
}
