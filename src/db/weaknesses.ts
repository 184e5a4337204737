import type { AttackPattern, Weakness } from '../domain/catalogue.ts';
import type { EntryState } from '../domain/catalogue-merge.ts';
import type { Db } from './database.ts';
import { mostUrgentOf, type UrgentCve } from './urgent-of.ts';

/** What the catalogue says, with the state of its row: an entry may also be withdrawn. */
type Stored<Record> = Omit<Record, 'kind' | 'id' | 'state'> & { readonly state: EntryState };

export type StoredWeakness = Stored<Weakness> & { readonly weaknessId: string };
export type StoredAttackPattern = Stored<AttackPattern> & { readonly attackPatternId: string };

/** A weakness, category or view of CWE, or null. */
export async function weakness(db: Db, id: string): Promise<StoredWeakness | null> {
  const { rows } = await db.query<StoredWeakness>(
    `SELECT weakness_id AS "weaknessId", name, description, abstraction, state, likelihood, parent_ids AS "parentIds",
            attack_pattern_ids AS "attackPatternIds", consequences, mitigations, url FROM weaknesses WHERE weakness_id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** An attack pattern of CAPEC, or null. */
export async function attackPattern(db: Db, id: string): Promise<StoredAttackPattern | null> {
  const { rows } = await db.query<StoredAttackPattern>(
    `SELECT attack_pattern_id AS "attackPatternId", name, description, abstraction, likelihood, severity, state,
            weakness_ids AS "weaknessIds", technique_ids AS "techniqueIds", parent_ids AS "parentIds", details, url
     FROM attack_patterns WHERE attack_pattern_id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The names of these weaknesses, by id; of those that are not known there is none. */
export async function weaknessNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return names(db, 'SELECT weakness_id AS id, name FROM weaknesses WHERE weakness_id = ANY($1::text[])', ids);
}

/** The names of these attack patterns, by id. */
export async function attackPatternNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return names(
    db,
    'SELECT attack_pattern_id AS id, name FROM attack_patterns WHERE attack_pattern_id = ANY($1::text[])',
    ids,
  );
}

/** The attack patterns that use a weakness, as CAPEC or CWE says, by id and name; at most 200. */
export async function attackPatternsOf(db: Db, weaknessId: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `SELECT attack_pattern_id AS id, name FROM attack_patterns
     WHERE state = 'active' AND (weakness_ids @> jsonb_build_array($1::text) OR attack_pattern_id IN (
       SELECT jsonb_array_elements_text(attack_pattern_ids) FROM weaknesses WHERE weakness_id = $1))
     ORDER BY length(attack_pattern_id), attack_pattern_id LIMIT 200`,
    [weaknessId],
  );
  return rows;
}

/** The CVEs that have a weakness, the most urgent first; at most `limit`, and how many there are. */
export async function cvesWithWeakness(
  db: Db,
  weaknessId: string,
  limit: number,
): Promise<{ readonly total: number; readonly cves: readonly UrgentCve[] }> {
  return mostUrgentOf(db, {
    from: 'SELECT cve_id FROM vulnerabilities WHERE cwe_ids @> jsonb_build_array($1::text)',
    params: [weaknessId],
    limit,
  });
}

async function names(db: Db, sql: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; name: string }>(sql, [ids]);
  return new Map(rows.map((row) => [row.id, row.name]));
}
