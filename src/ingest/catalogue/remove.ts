import { type Database, transaction } from '../../db/database.ts';
import { forgetCatalogue, lockCatalogue } from '../../db/write/catalogue-records.ts';
import { deleteItems } from '../../db/write/catalogue-rows.ts';
import { forgetSource } from '../../db/write/source-state.ts';
import { catalogueFormats } from '../../sources/registry.ts';
import { noteCatalogueChange } from './store.ts';

/** Whether a source is a reference catalogue, such as mitre_attack. */
export function isCatalogue(source: string): boolean {
  return catalogueFormats.some((format) => format.sources[0] === source);
}

/**
 * Takes a reference catalogue out: what it said, and the rows derived from it.
 * @returns how many of its records there were
 */
export async function removeCatalogue(db: Database, source: string): Promise<number> {
  return transaction(db, async (tx) => {
    await lockCatalogue(tx, source);
    await deleteItems(tx, source);
    await forgetSource(tx, source);
    const removed = await forgetCatalogue(tx, source);
    if (removed > 0) await noteCatalogueChange(tx);
    return removed;
  });
}
