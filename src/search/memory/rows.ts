import { dataVersions } from '../../db/data-version.ts';
import type { Db } from '../../db/database.ts';

/** What facets count of a CVE. */
export interface FacetRow {
  readonly cve_id: string;
  readonly severity: string;
  readonly year: number | null;
  readonly kev: boolean;
  readonly exploited: boolean;
  readonly vendor: readonly string[];
  readonly product: readonly string[];
  readonly cwe: readonly string[];
  readonly source: readonly string[];
}

const columns = `cve_id, severity, extract(year FROM published_at AT TIME ZONE 'UTC')::int AS year, exploited_since IS NOT NULL AS kev,
  exploited_in_the_wild AS exploited, vendors AS vendor, products AS product, cwe_ids AS cwe, sources AS source`;

const pageSize = 10_000;

/** All CVEs, ordered by id, a page at a time: short statements, because on the embedded database everybody else waits. */
export async function* allRows(db: Db): AsyncGenerator<readonly FacetRow[], void> {
  for (let after = ''; ; ) {
    const { rows } = await db.query<FacetRow>(
      `SELECT ${columns} FROM vulnerabilities WHERE cve_id > $1 ORDER BY cve_id LIMIT ${pageSize}`,
      [after],
    );
    yield rows;
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.cve_id ?? after;
  }
}

/** The CVEs that were written since a moment, at most `limit`. */
export async function rowsSince(db: Db, since: string, limit: number): Promise<readonly FacetRow[]> {
  const { rows } = await db.query<FacetRow>(
    `SELECT ${columns} FROM vulnerabilities WHERE updated_at >= $1::timestamptz LIMIT $2`,
    [since, limit],
  );
  return rows;
}

/** When a row was last written, and how many there are. */
export async function extent(db: Db): Promise<{ readonly last: string | null; readonly rows: number }> {
  const { rows } = await db.query<{ last: string | null; rows: number }>(
    'SELECT (SELECT max(updated_at) FROM vulnerabilities) AS last, (SELECT count(*)::int FROM vulnerabilities) AS rows',
  );
  return rows[0] ?? { last: null, rows: 0 };
}

/** The ATT&CK tactics of the techniques that each CVE is used with. */
export async function tacticsOf(db: Db): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await db.query<{ cve_id: string; tactics: string[] }>(
    `SELECT t.cve_id, array_agg(DISTINCT tactic) AS tactics
     FROM vulnerability_technique t JOIN techniques k ON k.technique_id = t.technique_id,
          jsonb_array_elements_text(k.tactics) AS tactic
     GROUP BY t.cve_id`,
  );
  return new Map(rows.map((row) => [row.cve_id, row.tactics]));
}

/** The version of everything that a search for CVEs looks at. */
export async function searchedVersion(db: Db): Promise<string> {
  const versions = await dataVersions(db);
  return `${versions.get('vulnerabilities') ?? 0}-${versions.get('catalogues') ?? 0}`;
}
