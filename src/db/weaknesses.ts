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

/** A weakness in a list. */
export interface ListedWeakness
  extends Pick<StoredWeakness, 'weaknessId' | 'name' | 'description' | 'abstraction' | 'state'> {
  readonly cves: number;
}

/** In what order weaknesses are listed; by CVEs, those whose name holds the words come before those whose description does. */
export const weaknessOrders = {
  cves: 'named DESC, cves DESC, number',
  weakness_id: 'number',
  name: 'lower(name), number',
} as const;

/** Weaknesses, categories and views whose id is, or whose name or description holds, each of the words. */
export async function listedWeaknesses(
  db: Db,
  request: {
    readonly words: readonly string[];
    readonly sort: keyof typeof weaknessOrders;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ readonly total: number; readonly weaknesses: readonly ListedWeakness[] }> {
  const patterns = request.words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
  const ids = request.words.map((word) => `CWE-${word.replace(/^cwe-?/i, '')}`);
  const { rows } = await db.query<ListedWeakness & { total: number }>(
    `WITH found AS MATERIALIZED (
       SELECT w.weakness_id, w.name, w.description, w.abstraction, w.state, substr(w.weakness_id, 5)::int AS number,
              coalesce(t.documents, 0) AS cves, w.name ILIKE ALL ($1::text[]) OR w.weakness_id = ANY ($2::text[]) AS named
       FROM weaknesses w LEFT JOIN search_terms t ON t.term = 'cwe:' || w.weakness_id
       WHERE NOT EXISTS (
         SELECT FROM unnest($1::text[], $2::text[]) AS asked(pattern, id)
         WHERE w.weakness_id <> asked.id AND concat_ws(' ', w.name, w.description) NOT ILIKE asked.pattern))
     SELECT counted.total, shown.* FROM (SELECT count(*)::int AS total FROM found) AS counted LEFT JOIN LATERAL (
       SELECT weakness_id AS "weaknessId", name, description, abstraction, state, cves FROM found
       ORDER BY ${weaknessOrders[request.sort]} LIMIT $3 OFFSET $4) AS shown ON true`,
    [patterns, ids, request.limit, request.offset],
  );
  const weaknesses = rows.filter((row) => row.weaknessId !== null).map(({ total: _, ...row }) => row);
  return { total: rows[0]?.total ?? 0, weaknesses };
}

/** The weaknesses right below one, as the catalogue stores them; at most 500. */
export async function weaknessesBelow(db: Db, id: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `SELECT weakness_id AS id, name FROM weaknesses WHERE parent_ids @> jsonb_build_array($1::text)
     ORDER BY length(weakness_id), weakness_id LIMIT 500`,
    [id],
  );
  return rows;
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
