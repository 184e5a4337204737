import type { ActorKind } from '../domain/catalogue.ts';
import type { EntryState } from '../domain/catalogue-merge.ts';
import type { Reference } from '../domain/record.ts';
import type { Db } from './database.ts';
import { mostUrgentOf, type UrgentCve } from './urgent-of.ts';

/** A technique as it stands in the database. */
export interface StoredTechnique {
  readonly techniqueId: string;
  readonly name: string;
  readonly description: string | null;
  readonly tactics: readonly string[];
  readonly platforms: readonly string[];
  readonly dataSources: readonly string[];
  readonly detection: string | null;
  readonly mitigation: string | null;
  readonly references: readonly Reference[];
  readonly domains: readonly string[];
  readonly parentId: string | null;
  readonly state: EntryState;
  readonly revokedBy: string | null;
  readonly url: string | null;
  readonly modifiedAt: string | null;
  readonly source: string;
}

/** An entry by its id and name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface NamedActor extends Named {
  readonly kind: ActorKind;
  readonly state: EntryState;
}

export interface StoredActor extends NamedActor {
  readonly names: readonly string[];
  readonly description: string | null;
  readonly techniqueIds: readonly string[];
  readonly url: string | null;
}

/** A CVE that is mapped to a technique, and as what. */
export interface MappedCve extends UrgentCve {
  readonly mappingTypes: readonly string[];
}

/** A technique of ATT&CK, or null. */
export async function technique(db: Db, id: string): Promise<StoredTechnique | null> {
  const { rows } = await db.query<StoredTechnique>(
    `SELECT technique_id AS "techniqueId", name, description, tactics, platforms, data_sources AS "dataSources", detection,
            mitigation, "references", domains, parent_id AS "parentId", state, revoked_by AS "revokedBy", url,
            modified_at AS "modifiedAt", source FROM techniques WHERE technique_id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The sub-techniques of a technique that are in force; at most `limit`. */
export async function subTechniques(db: Db, id: string, limit: number): Promise<Named[]> {
  const { rows } = await db.query<Named>(
    `SELECT technique_id AS id, name FROM techniques WHERE parent_id = $1 AND state = 'active' ORDER BY 1 LIMIT $2`,
    [id, limit],
  );
  return rows;
}

/** The names of these techniques, by id; of those that are not known there is none. */
export async function techniqueNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<Named>(
    'SELECT technique_id AS id, name FROM techniques WHERE technique_id = ANY($1::text[])',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** A group or a piece of software, or null. */
export async function actor(db: Db, id: string): Promise<StoredActor | null> {
  const { rows } = await db.query<StoredActor>(
    `SELECT actor_id AS id, kind, name, names, description, technique_ids AS "techniqueIds", state, url
     FROM attack_actors WHERE actor_id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Who uses a technique: groups first, then software, by name; at most `limit` of each kind. */
export async function actorsUsing(
  db: Db,
  techniqueId: string,
  limit: number,
): Promise<{ readonly total: number; readonly actors: readonly NamedActor[] }> {
  const { rows } = await db.query<NamedActor & { total: number }>(
    `SELECT id, kind, name, state, total FROM (
       SELECT actor_id AS id, kind, name, state, count(*) OVER ()::int AS total,
              row_number() OVER (PARTITION BY kind ORDER BY lower(name), actor_id) AS place
       FROM attack_actors WHERE technique_ids @> jsonb_build_array($1::text) AND state <> 'withdrawn') x
     WHERE place <= $2 ORDER BY kind, place`,
    [techniqueId, limit],
  );
  return { total: rows[0]?.total ?? 0, actors: rows.map(({ total: _, ...row }) => row) };
}

/** The CVEs that somebody mapped to a technique, the most urgent first; at most `limit`, and how many there are. */
export async function mappedCves(
  db: Db,
  techniqueId: string,
  limit: number,
): Promise<{ readonly total: number; readonly cves: readonly MappedCve[] }> {
  return mostUrgentOf<MappedCve>(db, {
    from: `SELECT cve_id, jsonb_agg(DISTINCT mapping_type) AS types FROM vulnerability_technique
           WHERE technique_id = $1 GROUP BY cve_id`,
    also: 'x.types AS "mappingTypes"',
    params: [techniqueId],
    limit,
  });
}

/** How many CVEs have a weakness that leads to a technique by way of an attack pattern. */
export async function derivedCveCount(db: Db, techniqueId: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `WITH patterns AS (
       SELECT attack_pattern_id AS id, weakness_ids FROM attack_patterns
       WHERE technique_ids @> jsonb_build_array($1::text) AND state = 'active'),
     weak AS (
       SELECT jsonb_array_elements_text(weakness_ids) AS id FROM patterns
       UNION SELECT w.weakness_id FROM weaknesses w JOIN patterns p ON w.attack_pattern_ids @> jsonb_build_array(p.id))
     SELECT count(DISTINCT v.cve_id)::int AS n FROM weak JOIN vulnerabilities v ON v.cwe_ids @> jsonb_build_array(weak.id)`,
    [techniqueId],
  );
  return rows[0]?.n ?? 0;
}

/** The names of the tactics by their short names, in the order of the matrix. */
export async function tacticNames(db: Db, domains: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ shortName: string; name: string }>(
    `SELECT short_name AS "shortName", name FROM tactics WHERE domain = ANY($1::text[]) ORDER BY position DESC LIMIT 1000`,
    [domains],
  );
  return new Map(rows.map((row) => [row.shortName, row.name]));
}
