import type { Db } from './database.ts';

/** A name or word of the records, and in how many it stands. */
export interface Term {
  readonly term: string;
  readonly documents: number;
}

const last = '\u{10ffff}';

/** The terms that begin so, the most frequent first: words, or with `vendor:` or `product:` before it names. */
export async function termsBeginning(db: Db, beginning: string, limit: number): Promise<Term[]> {
  const { rows } = await db.query<Term>(
    `SELECT term, documents FROM search_terms WHERE term >= $1 AND term < $1 || '${last}'
     ORDER BY documents DESC, term LIMIT $2`,
    [beginning, limit],
  );
  return rows;
}

/** The most frequent names of vendors and products, at most `limit` of each, with their kind before them. */
export async function frequentNames(db: Db, limit: number): Promise<Term[]> {
  const { rows } = await db.query<Term>(
    `(SELECT term, documents FROM search_terms WHERE term >= 'vendor:' AND term < 'vendor;' ORDER BY documents DESC LIMIT $1)
     UNION ALL
     (SELECT term, documents FROM search_terms WHERE term >= 'product:' AND term < 'product;' ORDER BY documents DESC LIMIT $1)`,
    [limit],
  );
  return rows;
}

/** An entry of a catalogue with the number of CVEs that it is said of. */
export interface NamedCount {
  readonly id: string;
  readonly name: string;
  readonly count: number;
}

const escaped = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&');

/** Weaknesses whose id begins so, or in whose name the text stands; those of most CVEs first. */
export async function weaknessesLike(db: Db, text: string, limit: number): Promise<NamedCount[]> {
  const id = /^\d+$/.test(text) ? `CWE-${text}` : text.toUpperCase();
  const { rows } = await db.query<NamedCount>(
    `SELECT weakness_id AS id, name, coalesce(t.documents, 0)::int AS count
     FROM weaknesses LEFT JOIN search_terms t ON t.term = 'cwe:' || weakness_id
     WHERE state = 'active' AND (weakness_id LIKE $1 OR name ILIKE $2)
     ORDER BY weakness_id = $3 DESC, count DESC, weakness_id LIMIT $4`,
    [`${escaped(id)}%`, `%${escaped(text)}%`, id, limit],
  );
  return rows;
}

/** Techniques whose id begins so, or in whose name the text stands; those of most CVEs first. */
export async function techniquesLike(db: Db, text: string, limit: number): Promise<NamedCount[]> {
  const { rows } = await db.query<NamedCount>(
    `SELECT k.technique_id AS id, name, (SELECT count(DISTINCT t.cve_id)::int FROM vulnerability_technique t WHERE t.technique_id = k.technique_id) AS count
     FROM techniques k WHERE state = 'active' AND (k.technique_id LIKE $1 OR name ILIKE $2)
     ORDER BY count DESC, k.technique_id LIMIT $3`,
    [`${escaped(text.toUpperCase())}%`, `%${escaped(text)}%`, limit],
  );
  return rows;
}

/** Tactics whose short name or name begins so. */
export async function tacticsLike(db: Db, text: string, limit: number): Promise<NamedCount[]> {
  const { rows } = await db.query<NamedCount>(
    `SELECT DISTINCT short_name AS id, name, 0 AS count FROM tactics
     WHERE short_name ILIKE $1 OR name ILIKE $1 ORDER BY short_name LIMIT $2`,
    [`${escaped(text)}%`, limit],
  );
  return rows;
}

/** A CVE that an id may be the beginning of. */
export interface CveBegun {
  readonly id: string;
  readonly title: string | null;
  readonly priority: number;
}

/** So many of the ids that begin so are looked at. */
const mostIds = 500;

/** The CVEs whose ids begin so, the most urgent of the first few hundred. */
export async function cvesBeginning(db: Db, beginning: string, limit: number): Promise<CveBegun[]> {
  const { rows } = await db.query<CveBegun>(
    `SELECT cve_id AS id, coalesce(title, left(description, 120)) AS title, priority_score AS priority FROM
       (SELECT * FROM vulnerabilities WHERE cve_id >= $1 AND cve_id < $1 || '${last}' ORDER BY cve_id LIMIT ${mostIds}) AS begun
     ORDER BY cve_id = $1 DESC, priority DESC, cve_id LIMIT $2`,
    [beginning, limit],
  );
  return rows;
}
