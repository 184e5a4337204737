import type { Db } from '../db/database.ts';
import { countUpTo, type Slices } from './page.ts';
import type { Prepared } from './prepare.ts';
import { keyOf, type Remembered, type Total } from './remembered.ts';

/** How many match, remembered for the next pages. `seen`: so many at the least. */
export async function totalOf(
  tx: Db,
  known: Remembered,
  where: Prepared['where'],
  most: number | null,
  seen: number,
  slices: Slices,
): Promise<Total> {
  const key = keyOf(where);
  const had = known.totals.get(key);
  if (had && (had.exact || (most !== null && had.value >= most))) return upTo(had.value, most, had.exact);
  if (most !== null && seen > most) return { value: most, exact: false };
  // The wider slice, where the first one makes it likely that it holds as many matches as are counted.
  const promising = most !== null && seen * 4 > most ? slices.slice(1) : [];
  const counted = await countUpTo(tx, where, most === null ? null : most + 1, promising);
  const total = upTo(counted, most, most === null || counted <= most);
  known.totals.set(key, total);
  return total;
}

function upTo(counted: number, most: number | null, exact: boolean): Total {
  return most !== null && counted > most ? { value: most, exact: false } : { value: counted, exact };
}

/** The total that is known when all matches are. */
export function knownTotal(counted: number, most: number | null): Total {
  return upTo(counted, most, true);
}
