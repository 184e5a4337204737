import type { Db } from '../db/database.ts';
import { bestCorrection, type Candidate } from '../domain/spelling.ts';

/** How a typed word is looked for. */
export interface Meaning {
  readonly typed: string;
  readonly as: string;
  readonly how: 'word' | 'beginning' | 'correction' | 'unknown';
}

/** Words in at most this many records may be slips of the authors, and give way when they find nothing. */
const rare = 5;

/**
 * What each typed word is taken for: itself where records hold it, otherwise the beginning of words, otherwise the
 * nearest word. `doubtRare`: common words are preferred to rare ones that are there but lead to nothing.
 */
export async function meanings(db: Db, words: readonly string[], doubtRare: boolean): Promise<Meaning[]> {
  if (words.length === 0) return [];
  const { rows } = await db.query<{ word: string; documents: number | null; stems: boolean; begins: boolean }>(
    `SELECT w.word, t.documents,
            numnode(plainto_tsquery('english', w.word)) = 0
              OR EXISTS (SELECT 1 FROM vulnerabilities v WHERE v.search @@ plainto_tsquery('english', w.word)) AS stems,
            length(w.word) >= 3 AND EXISTS (SELECT 1 FROM search_terms s WHERE s.term LIKE replace(replace(w.word, '_', '\\_'), '%', '\\%') || '%') AS begins
     FROM unnest($1::text[]) AS w(word) LEFT JOIN search_terms t ON t.term = w.word`,
    [words],
  );
  return Promise.all(
    rows.map(async ({ word, documents, stems, begins }): Promise<Meaning> => {
      const doubted = doubtRare && (documents ?? 0) <= rare;
      if (stems && !doubted) return { typed: word, as: word, how: 'word' };
      if (!stems && begins) return { typed: word, as: word, how: 'beginning' };
      const correction = bestCorrection(word, await similar(db, word));
      if (correction && correction.documents > (documents ?? 0))
        return { typed: word, as: correction.term, how: 'correction' };
      return { typed: word, as: word, how: stems ? 'word' : 'unknown' };
    }),
  );
}

/** Words of the dictionary that share enough groups of three letters with `word`, the most similar first. */
async function similar(db: Db, word: string): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `SELECT term, documents FROM search_terms
     WHERE term % $1 AND length(term) BETWEEN $2 AND $3 ORDER BY similarity(term, $1) DESC, documents DESC LIMIT 100`,
    [word, word.length - 3, word.length + 3],
  );
  return rows;
}
