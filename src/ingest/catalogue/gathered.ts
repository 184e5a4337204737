import type { CatalogueEntry } from '../../domain/catalogue.ts';
import type { Tally } from '../run-book.ts';
import type { Outcome } from './store.ts';

/** More than in any catalogue: what is beyond is counted and not kept. */
const mostEntries = 500_000;

/** The entries of one document, until it is known to be whole. */
export class Gathered {
  readonly entries: CatalogueEntry[] = [];
  readonly notes: string[] = [];
  #more = 0;

  add(entries: readonly CatalogueEntry[], notes: readonly string[]): void {
    if (this.entries.length >= mostEntries) this.#more++;
    else this.entries.push(...entries);
    if (this.notes.length < 1000) this.notes.push(...notes);
  }

  /** Why it is no catalogue, or null. */
  get wrong(): string | null {
    return this.#more === 0
      ? null
      : `holds more than ${mostEntries} entries, as no catalogue does: nothing was taken from it`;
  }

  /** Counts each raw record: one that makes a record of the catalogue by what became of it, all others as unchanged. */
  count(tally: Tally, source: string, outcomes: ReadonlyMap<string, Outcome>): void {
    const counted = new Set<string>();
    for (const { id } of this.entries) {
      tally.fetched(source, counted.has(id) ? 'unchanged' : (outcomes.get(id) ?? 'unchanged'), id);
      counted.add(id);
    }
    for (let n = 0; n < this.#more; n++) tally.fetched(source, 'unchanged');
    for (const note of this.notes) tally.notes.push({ source, note });
  }
}
