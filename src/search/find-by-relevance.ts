import { type Database, transaction } from '../db/database.ts';
import { beginOf } from './begin.ts';
import { findByIndex } from './find-by-index.ts';
import { type Hit, hitsOf } from './page.ts';
import type { Prepared } from './prepare.ts';
import { boundary, type Ranked, type RankedMatch, rank } from './relevance.ts';
import { keyOf, type Remembered } from './remembered.ts';
import { knownTotal, totalOf } from './totals.ts';
import type { Found, Wanted } from './wanted.ts';

/** A page in the order of relevance: first those that are ranked by how they fit, then all others by priority. */
export async function findByRelevance(
  db: Database,
  known: Remembered,
  prepared: Prepared,
  wanted: Wanted,
): Promise<Found> {
  const ranked = await rankedOf(db, known, prepared);
  const { limit, offset, after } = wanted;
  const inRanked = after === null || Number(after.key) >= firstRanked;
  const start = inRanked ? startIn(ranked, after) : ranked.matches.length;
  const best = inRanked ? ranked.matches.slice(start + offset, start + offset + limit) : [];
  const scores = new Map(best.map(({ cveId, score }) => [cveId, keyOfScore(score)]));
  const hits: Hit[] = await hitsOf(
    db,
    best.map(({ cveId }) => cveId),
  );
  if (ranked.complete) {
    const total = knownTotal(ranked.matches.length, wanted.countUpTo);
    return { hits, total, keyOf: (hit) => scores.get(hit.cveId) ?? firstRanked };
  }
  if (best.length === limit) {
    const { where } = prepared;
    const total = await transaction(
      db,
      (tx) => totalOf(tx, known, where, wanted.countUpTo, ranked.matches.length, []),
      beginOf(where),
    );
    return { hits, total, keyOf: (hit) => scores.get(hit.cveId) ?? firstRanked };
  }
  const others = await findByIndex(db, known, prepared, {
    ...wanted,
    sort: 'priority',
    limit: limit - best.length,
    offset: inRanked ? Math.max(0, offset - (ranked.matches.length - start)) : offset,
    after: inRanked ? afterRanked(ranked) : after,
  });
  return {
    hits: [...hits, ...others.hits],
    total: others.total,
    keyOf: (hit) => scores.get(hit.cveId) ?? hit.priorityScore,
  };
}

async function rankedOf(db: Database, known: Remembered, prepared: Prepared): Promise<Ranked> {
  const key = keyOf(prepared.where);
  const had = known.ranked.get(key);
  if (had) return had;
  const ranked = await rank(db, prepared);
  known.ranked.set(key, ranked);
  return ranked;
}

/** From here on keys are scores: above all priorities. */
const firstRanked = 2;

/** A score as a cursor has it. */
function keyOfScore(score: number): number {
  return firstRanked + score;
}

/** The first of the ranked matches after a place. */
function startIn({ matches }: Ranked, after: Wanted['after']): number {
  if (!after) return 0;
  const key = Number(after.key);
  // Keys are compared as they are: taking the one off again would not give the same number.
  const isAfter = ({ score, cveId }: RankedMatch) => {
    const own = keyOfScore(score);
    return own < key || (own === key && cveId > after.cveId);
  };
  const start = matches.findIndex(isAfter);
  return start < 0 ? matches.length : start;
}

function afterRanked(ranked: Ranked): Wanted['after'] {
  const last = boundary(ranked);
  return last && { sort: 'priority', direction: 'desc', ...last };
}
