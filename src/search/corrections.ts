import type { Db } from '../db/database.ts';
import { bestCorrection, type Candidate } from '../domain/spelling.ts';

/** How a typed word is looked for. */
export interface Meaning {
  readonly typed: string;
  readonly as: string;
  readonly how: 'word' | 'beginning' | 'correction' | 'unknown';
}

/** Words in at most this many records may be slips of the authors, and give way when they lead to nothing. */
const rare = 5;

/**
 * What each typed word is taken for: itself where records hold it, the beginning of words where few or none do, otherwise
 * the nearest word. `doubtRare`: words that are there but rare, and lead to nothing, give way to common ones that are near.
 */
export async function meanings(db: Db, words: readonly string[], doubtRare: boolean): Promise<Meaning[]> {
  if (words.length === 0) return [];
  const { rows } = await db.query<Candidate>('SELECT term, documents FROM search_terms WHERE term = ANY($1::text[])', [
    words,
  ]);
  const documents = new Map(rows.map((r) => [r.term, r.documents]));
  return Promise.all(words.map((word) => meaning(db, word, documents.get(word) ?? 0, doubtRare)));
}

async function meaning(db: Db, word: string, documents: number, doubtRare: boolean): Promise<Meaning> {
  const doubted = doubtRare && documents <= rare;
  // "log4j" stands alone in one record, and "log4j2" is what all others say.
  if (documents > 0 && documents <= rare && !doubted && (await documentsBegun(db, word)) > documents)
    return { typed: word, as: word, how: 'beginning' };
  if (documents > 0 && !doubted) return { typed: word, as: word, how: 'word' };
  const stands = documents > 0 || (await isFound(db, word));
  if (stands && !doubted) return { typed: word, as: word, how: 'word' };
  const correction = bestCorrection(word, await similar(db, word));
  if (stands) {
    const better = correction !== null && correction.documents > documents;
    return better ? { typed: word, as: correction.term, how: 'correction' } : { typed: word, as: word, how: 'word' };
  }
  const begun = await documentsBegun(db, word);
  // "plugn" begins one odd name, but "plugin" stands in thousands of records.
  if (begun > 0 && (correction?.documents ?? 0) <= begun * 10) return { typed: word, as: word, how: 'beginning' };
  if (correction) return { typed: word, as: correction.term, how: 'correction' };
  return { typed: word, as: word, how: 'unknown' };
}

/** Whether the full text search finds the word: another form of a known one ("overflowing"), a number, or one that it leaves out ("the"). */
async function isFound(db: Db, word: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `SELECT numnode(plainto_tsquery('english', $1)) = 0
       OR EXISTS (SELECT 1 FROM vulnerabilities WHERE search @@ plainto_tsquery('english', $1)) AS found`,
    [word],
  );
  return rows[0]?.found ?? false;
}

/** In how many records the most common word stands that begins with `word`; 0 when there is none or it is too short to tell. */
async function documentsBegun(db: Db, word: string): Promise<number> {
  if (word.length < 3) return 0;
  const { rows } = await db.query<{ documents: number | null }>(
    // As a range, because only that uses the index also when the statement's plan is kept for other words.
    `SELECT max(documents) AS documents FROM search_terms WHERE term >= $1 AND term < $1 || '\u{10ffff}'`,
    [word],
  );
  return rows[0]?.documents ?? 0;
}

/**
 * Words of the dictionary that share enough groups of three letters with `word`, the most similar first. Words of
 * several records come from an index; only when none of them is like it, all others are gone through.
 */
async function similar(db: Db, word: string): Promise<Candidate[]> {
  for (const which of ['documents > 2', 'documents <= 2']) {
    const { rows } = await db.query<Candidate>(
      `SELECT term, documents FROM search_terms
       WHERE ${which} AND strpos(term, ':') = 0 AND term % $1 AND length(term) BETWEEN $2 AND $3
       ORDER BY similarity(term, $1) DESC, documents DESC LIMIT 100`,
      [word, word.length - 3, word.length + 3],
    );
    if (bestCorrection(word, rows)) return rows;
  }
  return [];
}

/** The vendors or products whose name fits a pattern, in which `*` stands for anything: those of most records, at most `limit`. */
export async function namesLike(db: Db, field: string, pattern: string, limit: number): Promise<string[]> {
  const beginning = pattern.slice(0, pattern.indexOf('*'));
  const like = pattern.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%');
  const { rows } = await db.query<{ term: string }>(
    `SELECT term FROM search_terms WHERE term >= $1 AND term < $1 || '\u{10ffff}' AND term LIKE $2
     ORDER BY documents DESC, term LIMIT $3`,
    [`${field}:${beginning}`, `${field}:${like}`, limit],
  );
  return rows.map((row) => row.term.slice(field.length + 1));
}

/** A vendor or product of a filter that no record has, with the name that was perhaps meant. */
export interface UnknownName {
  readonly field: 'vendor' | 'product';
  readonly typed: string;
  readonly perhaps: string | null;
}

/** Whether a vendor or product of that canonical name is known; if not, which one may be meant. */
export async function unknownName(db: Db, field: UnknownName['field'], name: string): Promise<UnknownName | null> {
  const known = async (candidate: string) => {
    const { rows } = await db.query('SELECT 1 FROM search_terms WHERE term = $1', [`${field}:${candidate}`]);
    return rows.length > 0;
  };
  if (await known(name)) return null;
  const words = await meanings(db, name.split('_').filter(Boolean), true);
  const perhaps = words.map((w) => w.as).join('_');
  return { field, typed: name, perhaps: perhaps !== name && (await known(perhaps)) ? perhaps : null };
}
