import { noteDataChange } from '../db/data-version.ts';
import type { Db } from '../db/database.ts';
import { clearDeferred, noteDeferred, termsIndex } from '../db/write/deferred.ts';
import { clearTerms, countTerms } from '../db/write/terms.ts';
import { terms, type Worded } from '../domain/terms.ts';

/**
 * Keeps the dictionary of search words in step with the records. Batch by batch, in their transactions; or, during a
 * first load, at its end, because most words come again in every batch: from what was gathered in memory, or anew.
 */
export class TermCounter {
  #gathering = false;
  #anew = false;
  readonly #gathered = new Map<string, number>();

  /**
   * Begins to gather in memory; the note left in the database makes whoever comes after a crash count anew. Where there
   * is a note already, another process gathers or died over it: then the words go on to be counted batch by batch.
   * `anew`: gather nothing, but read all texts again at the end, when a second core has nothing else to do.
   */
  async gather(tx: Db, at: string, anew: boolean): Promise<void> {
    this.#gathering = await noteDeferred(tx, termsIndex, '', at);
    this.#anew = anew;
  }

  /** Writes by how much each word's number of documents changes, unless that is gathered. */
  async write(tx: Db, before: readonly Worded[], after: readonly Worded[]): Promise<void> {
    if (this.#gathering) return;
    const counts = new Map<string, number>();
    addTo(counts, before, -1);
    addTo(counts, after, 1);
    await countTerms(tx, counts);
  }

  /** To be called when the transaction of `write` is through. */
  commit(before: readonly Worded[], after: readonly Worded[]): void {
    if (!this.#gathering || this.#anew) return;
    addTo(this.#gathered, before, -1);
    addTo(this.#gathered, after, 1);
  }

  /** Writes what was gathered. */
  async flush(tx: Db): Promise<void> {
    if (!this.#gathering) return;
    // Without the note, somebody has counted everything anew in the meantime, part of this load with it.
    if (!this.#anew && (await clearDeferred(tx, termsIndex))) {
      await countTerms(tx, this.#gathered);
      await noteDataChange(tx, 'vulnerabilities'); // spelling is corrected by the dictionary
    } else await recountTerms(tx);
    this.#gathering = false;
    this.#gathered.clear();
  }
}

/** A copy: a slice would keep the whole text alive that it was cut from. */
function detached(term: string): string {
  return Buffer.from(term).toString();
}

function addTo(counts: Map<string, number>, records: readonly Worded[], by: 1 | -1): void {
  for (const v of records) {
    for (const term of terms(v)) {
      const had = counts.get(term);
      if (had === undefined) counts.set(detached(term), by);
      else counts.set(term, had + by);
    }
  }
}

interface WordedRow extends Worded {
  readonly cveId: string;
}

const page = 5000;

/** Counts the words of all records anew. */
export async function recountTerms(tx: Db): Promise<void> {
  await tx.query('LOCK TABLE search_terms IN SHARE ROW EXCLUSIVE MODE'); // what others write meanwhile is counted after
  const counts = new Map<string, number>();
  for (let after = ''; ; ) {
    const { rows } = await tx.query<WordedRow>(
      `SELECT cve_id AS "cveId", title, description, vendors, products, cwe_ids AS weaknesses
       FROM vulnerabilities WHERE cve_id > $1 ORDER BY cve_id LIMIT $2`,
      [after, page],
    );
    addTo(counts, rows, 1);
    if (rows.length < page) break;
    after = rows.at(-1)?.cveId ?? after;
  }
  await clearTerms(tx);
  await countTerms(tx, counts);
  await clearDeferred(tx, termsIndex);
  await noteDataChange(tx, 'vulnerabilities');
}
