import type { Db } from '../database.ts';
import { compareCatalogues, type Difference, readCatalogue } from './catalogue.ts';
import { entityCatalogue, withScratchDatabase } from './scratch.ts';

/**
 * Compares the schema of a database with the entities. Both sides are read from PostgreSQL's own catalogue, the entities'
 * from a database in memory, so that wording cannot differ where meaning does not.
 * @returns nothing when they are the same
 */
export async function checkDrift(db: Db): Promise<Difference[]> {
  const expected = await withScratchDatabase(entityCatalogue);
  const differences = compareCatalogues(expected, await readCatalogue(db));
  const deferred = await deferredIndexes(db, differences);
  return differences.filter((difference) => !deferred.has(difference.what));
}

/** Indexes that a first load took away on purpose and will build again. */
async function deferredIndexes(db: Db, differences: readonly Difference[]): Promise<Set<string>> {
  if (differences.some(({ what }) => what.startsWith('column deferred_indexes.'))) return new Set();
  const { rows } = await db.query<{ name: string }>('SELECT name FROM deferred_indexes');
  return new Set(rows.map(({ name }) => `index ${name}`));
}
