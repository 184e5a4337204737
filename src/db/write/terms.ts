import type { Db } from '../database.ts';

/** Adds to (or takes from) the number of documents that hold each word; words that none holds any more go. */
export async function countTerms(tx: Db, counts: ReadonlyMap<string, number>): Promise<void> {
  const changed = [...counts].filter(([, n]) => n !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  for (let start = 0; start < changed.length; start += 20_000) {
    const part = changed.slice(start, start + 20_000);
    await tx.query(
      `INSERT INTO search_terms AS t (term, documents)
       SELECT term, documents FROM unnest($1::text[], $2::int[]) AS x(term, documents)
       ON CONFLICT (term) DO UPDATE SET documents = t.documents + excluded.documents`,
      [part.map(([term]) => term), part.map(([, n]) => n)],
    );
  }
  if (changed.some(([, n]) => n < 0)) {
    await tx.query('DELETE FROM search_terms WHERE term = ANY($1::text[]) AND documents <= 0', [
      changed.filter(([, n]) => n < 0).map(([term]) => term),
    ]);
  }
}

/** Empties the dictionary, to be counted anew: at once by who may, row by row by who may only delete rows. */
export async function clearTerms(tx: Db): Promise<void> {
  const { rows } = await tx.query<{ may: boolean }>(
    `SELECT has_table_privilege('search_terms', 'TRUNCATE') AS may`,
    [],
  );
  await tx.query(rows[0]?.may ? 'TRUNCATE search_terms' : 'DELETE FROM search_terms', []);
}
