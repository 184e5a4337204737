import { type Database, transaction } from '../db/database.ts';
import { epssOf } from '../db/epss.ts';
import type { CveId } from '../domain/record.ts';
import { byIndex } from './begin.ts';
import { isKept, pageFromMemory } from './memory/matches.ts';
import { memoryAt, memoryOf } from './memory/memory.ts';
import { few, hitsOf, matchingIds } from './page.ts';
import type { Prepared } from './prepare.ts';
import { keyOf, type Remembered } from './remembered.ts';
import { knownTotal } from './totals.ts';
import type { Found, Wanted } from './wanted.ts';

/**
 * A page in the order of EPSS, which has no index, so that its daily load stays quick (see adr/0010). A few matches are sorted
 * here; of many, the order of all is in memory.
 */
export async function findByEpss(db: Database, known: Remembered, prepared: Prepared, wanted: Wanted): Promise<Found> {
  const isAll = prepared.where.sql === 'true';
  const key = keyOf(prepared.where);
  const memory = memoryAt(db, known.version);
  const mayBeFew = !isAll && !(memory && isKept(memory, prepared)) && (known.totals.get(key)?.value ?? 0) <= few;
  const found = (mayBeFew ? await ofFew(db, prepared, wanted) : null) ?? (await ofMany(db, prepared, wanted));
  known.totals.set(key, found.total);
  const hits = await hitsOf(db, found.ids);
  return { hits, total: found.total, keyOf: (hit) => hit.epss };
}

interface Ids extends Pick<Found, 'total'> {
  readonly ids: readonly string[];
}

interface Place {
  readonly id: string;
  readonly epss: number | null;
}

async function ofFew(db: Database, { where }: Prepared, wanted: Wanted): Promise<Ids | null> {
  const { direction, after, offset, limit } = wanted;
  const { ids, scores } = await transaction(
    db,
    async (tx) => {
      const text = await matchingIds(tx, where, few + 1);
      const ids = text === '' ? [] : (text.split(',') as CveId[]);
      return { ids, scores: ids.length <= few ? await epssOf(tx, ids) : null };
    },
    byIndex,
  );
  if (scores === null) return null;
  const comesFirst = (a: Place, b: Place) => compare(a, b, direction === 'asc' ? -1 : 1);
  const places = ids.map((id): Place => ({ id, epss: scores.get(id) ?? null })).sort(comesFirst);
  const last = after && { id: after.cveId, epss: after.key === null ? null : Number(after.key) };
  const rest = last ? places.filter((place) => comesFirst(last, place) < 0) : places;
  return {
    ids: rest.slice(offset, offset + limit).map((place) => place.id),
    total: knownTotal(ids.length, wanted.countUpTo),
  };
}

/** Best first with `way` 1, the other way round with -1; what has no score is last both ways. */
function compare(a: Place, b: Place, way: 1 | -1): number {
  if ((a.epss === null) !== (b.epss === null)) return a.epss === null ? 1 : -1;
  const byScore = (b.epss ?? 0) - (a.epss ?? 0);
  return way * (byScore || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

async function ofMany(db: Database, prepared: Prepared, wanted: Wanted): Promise<Ids> {
  const { ids, matches } = await pageFromMemory(db, await memoryOf(db), prepared, { ...wanted, sort: 'epss' });
  return { ids, total: knownTotal(matches, wanted.countUpTo) };
}
