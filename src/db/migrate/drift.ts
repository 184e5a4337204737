import type { Db } from '../database.ts';
import { type Catalogue, compareCatalogues, type Difference, readCatalogue } from './catalogue.ts';
import { entityCatalogue, withScratchDatabase } from './scratch.ts';

/** The schema as it should be, by the entities. Building it takes seconds: keep it to compare several databases. */
export async function expectedCatalogue(): Promise<Catalogue> {
  return withScratchDatabase(entityCatalogue);
}

/**
 * Compares the schema of a database with the entities. Both sides are read from PostgreSQL's own catalogue, the entities'
 * from a database in memory, so that wording cannot differ where meaning does not.
 * @returns nothing when they are the same
 */
export async function checkDrift(db: Db, expected?: Catalogue): Promise<Difference[]> {
  const differences = compareCatalogues(expected ?? (await expectedCatalogue()), await readCatalogue(db));
  const deferred = await deferredIndexes(db, differences);
  return differences.filter((difference) => !deferred.has(difference.what));
}

/** Indexes that a first load took away on purpose and will build again. */
async function deferredIndexes(db: Db, differences: readonly Difference[]): Promise<Set<string>> {
  if (differences.some(({ what }) => what.startsWith('column deferred_indexes.'))) return new Set();
  const { rows } = await db.query<{ name: string }>('SELECT name FROM deferred_indexes');
  return new Set(rows.map(({ name }) => `index ${name}`));
}
