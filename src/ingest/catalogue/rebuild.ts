import { type Database, transaction } from '../../db/database.ts';
import { entryIds, lockCatalogue } from '../../db/write/catalogue-records.ts';
import { catalogueFormats } from '../../sources/registry.ts';
import { derive, noteCatalogueChange } from './store.ts';

const page = 1000;

/** Makes the rows of all catalogues anew from what their sources said. @returns how many entries there are */
export async function rebuildCatalogues(db: Database, now: () => Date, signal: AbortSignal): Promise<number> {
  let entries = 0;
  for (const source of catalogueFormats.map((format) => format.sources[0])) {
    for (let after = ''; !signal.aborted; ) {
      const ids = await entryIds(db, source, after, page);
      await transaction(db, async (tx) => {
        await lockCatalogue(tx, source);
        if ((await derive(tx, source, ids, now().toISOString())) > 0) await noteCatalogueChange(tx);
      });
      entries += ids.length;
      after = ids.at(-1) ?? after;
      if (ids.length < page) break;
    }
  }
  return entries;
}
