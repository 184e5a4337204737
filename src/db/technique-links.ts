import type { EntryState } from '../domain/catalogue-merge.ts';
import type { CveId } from '../domain/record.ts';
import type { Db } from './database.ts';

/** A technique that a CVE has to do with; name and state are null when ATT&CK is not loaded, or does not know it. */
interface LinkedTechnique {
  readonly techniqueId: string;
  readonly name: string | null;
  readonly tactics: readonly string[];
  readonly state: EntryState | null;
  readonly revokedBy: string | null;
}

/** Somebody who looked into the CVE says so. */
export interface MappedTechnique extends LinkedTechnique {
  readonly derived: false;
  readonly source: string;
  readonly mappingType: string;
  readonly comment: string | null;
  readonly references: readonly string[];
}

/** It follows from the catalogues: the CVE has a weakness, an attack pattern uses it, and is a way to do the technique. */
export interface DerivedTechnique extends LinkedTechnique {
  readonly derived: true;
  readonly via: readonly { readonly weaknessId: string; readonly attackPatternId: string }[];
}

/** A CVE's techniques: as somebody says, and as far as shown those that only follow, without the ones that were said. */
export interface RelatedTechniques {
  readonly mapped: readonly MappedTechnique[];
  readonly derived: readonly DerivedTechnique[];
  readonly derivedCount: number;
}

const columns = `t.name, coalesce(t.tactics, '[]') AS tactics, t.state, t.revoked_by AS "revokedBy"`;
const mostMapped = 200;

/** The techniques that a CVE was mapped to: how it is exploited first, then what that leads to. At most 200. */
export async function mappedTechniques(db: Db, cveId: CveId): Promise<MappedTechnique[]> {
  const { rows } = await db.query<Omit<MappedTechnique, 'derived'>>(
    `SELECT m.technique_id AS "techniqueId", ${columns}, m.source, m.mapping_type AS "mappingType", m.comment, m."references"
     FROM vulnerability_technique m LEFT JOIN techniques t ON t.technique_id = m.technique_id
     WHERE m.cve_id = $1
     ORDER BY array_position('{exploitation_technique,primary_impact,secondary_impact}'::text[], m.mapping_type), m.mapping_type,
              m.technique_id, m.source LIMIT ${mostMapped}`,
    [cveId],
  );
  return rows.map((row) => ({ ...row, derived: false }));
}

/** The techniques that these weaknesses lead to, those with most ways first; at most `limit`, and how many there are. */
export async function derivedTechniques(
  db: Db,
  weaknessIds: readonly string[],
  limit: number,
  except: readonly string[] = [],
): Promise<{ readonly total: number; readonly techniques: readonly DerivedTechnique[] }> {
  if (weaknessIds.length === 0) return { total: 0, techniques: [] };
  const { rows } = await db.query<Omit<DerivedTechnique, 'derived'> & { total: number }>(
    `WITH ways AS (
       SELECT w AS weakness, p.attack_pattern_id AS pattern FROM unnest($1::text[]) AS w
         JOIN attack_patterns p ON p.weakness_ids @> jsonb_build_array(w)
       UNION SELECT weakness_id, jsonb_array_elements_text(attack_pattern_ids) FROM weaknesses
         WHERE weakness_id = ANY($1::text[])),
     related AS (
       SELECT jsonb_array_elements_text(p.technique_ids) AS id, weakness, pattern
       FROM ways JOIN attack_patterns p ON p.attack_pattern_id = pattern AND p.state = 'active'),
     grouped AS (
       SELECT id, jsonb_agg(DISTINCT jsonb_build_object('weaknessId', weakness, 'attackPatternId', pattern)) AS via
       FROM related GROUP BY id)
     SELECT g.id AS "techniqueId", ${columns}, g.via, count(*) OVER ()::int AS total
     FROM grouped g LEFT JOIN techniques t ON t.technique_id = g.id
     WHERE g.id <> ALL($3::text[])
     ORDER BY jsonb_array_length(g.via) DESC, g.id LIMIT $2`,
    [weaknessIds.slice(0, 200), limit, except],
  );
  return { total: rows[0]?.total ?? 0, techniques: rows.map(({ total: _, ...row }) => ({ ...row, derived: true })) };
}

/** A CVE's techniques: those that it was mapped to, and at most `limit` of those that only follow from its weaknesses. */
export async function relatedTechniques(
  db: Db,
  cve: { readonly cveId: CveId; readonly weaknesses: readonly string[] },
  limit: number,
): Promise<RelatedTechniques> {
  const mapped = await mappedTechniques(db, cve.cveId);
  const said = mapped.map((m) => m.techniqueId);
  const { techniques, total } = await derivedTechniques(db, cve.weaknesses, limit, said);
  return { mapped, derived: techniques, derivedCount: total };
}
