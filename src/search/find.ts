import type { Database } from '../db/database.ts';
import { findByEpss } from './find-by-epss.ts';
import { findByIndex } from './find-by-index.ts';
import { findByRelevance } from './find-by-relevance.ts';
import type { Prepared } from './prepare.ts';
import type { Remembered } from './remembered.ts';
import type { Found, Wanted } from './wanted.ts';

/** The wanted page of the matches, and how many there are. */
export async function find(db: Database, known: Remembered, prepared: Prepared, wanted: Wanted): Promise<Found> {
  const { sort } = wanted;
  if (sort === 'relevance') return findByRelevance(db, known, prepared, wanted);
  if (sort === 'epss') return findByEpss(db, known, prepared, wanted);
  return findByIndex(db, known, prepared, { ...wanted, sort });
}
