import type { MappedTo } from '../domain/export/contract.ts';
import type { CveId } from '../domain/record.ts';
import type { Db } from './database.ts';

/** At most so many techniques of one CVE; nobody maps one to more. */
const mostTechniques = 200;

/** The techniques that these CVEs were mapped to, each once for a CVE. */
export async function mappedTechniquesOf(db: Db, ids: readonly CveId[]): Promise<Map<CveId, MappedTo[]>> {
  const { rows } = await db.query<{ cveId: CveId; techniques: MappedTo[] }>(
    `SELECT m.cve_id AS "cveId", jsonb_agg(jsonb_build_object('techniqueId', m.technique_id, 'name', t.name,
              'modifiedAt', to_char(t.modified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'comment', m.comment)
              ORDER BY m.technique_id) AS techniques
     FROM (SELECT DISTINCT ON (cve_id, technique_id) cve_id, technique_id, comment FROM vulnerability_technique
           WHERE cve_id = ANY($1::text[]) ORDER BY cve_id, technique_id, source, mapping_type) m
       LEFT JOIN techniques t ON t.technique_id = m.technique_id
     GROUP BY m.cve_id`,
    [ids],
  );
  return new Map(rows.map(({ cveId, techniques }) => [cveId, techniques.slice(0, mostTechniques)]));
}

/** The ids of the CVEs that a condition holds for, those that were exploited latest first. */
export async function latestExploited(
  db: Db,
  where: { readonly sql: string; readonly params: readonly unknown[] },
  limit: number,
): Promise<CveId[]> {
  const { rows } = await db.query<{ id: CveId }>(
    `SELECT cve_id AS id FROM vulnerabilities WHERE exploited_in_the_wild AND ${where.sql}
     ORDER BY exploited_since DESC NULLS LAST, cve_id DESC LIMIT $${where.params.length + 1}`,
    [...where.params, limit],
  );
  return rows.map(({ id }) => id);
}

/** When vulnerabilities changed last, ISO 8601 UTC; null when never. */
export async function lastChange(db: Db): Promise<string | null> {
  const { rows } = await db.query<{ at: string | null }>(
    "SELECT max(at) AS at FROM data_changes WHERE family = 'vulnerabilities'",
  );
  return rows[0]?.at ?? null;
}
