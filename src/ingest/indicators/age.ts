import type { Database } from '../../db/database.ts';
import type { IndicatorKey } from '../../db/indicator-key.ts';
import { agedIndicators, indicatorsAfter } from '../../db/indicator-rows.ts';
import { untilCurrent } from '../carry-out.ts';
import { carryOut } from './carry-out.ts';
import { plan } from './plan.ts';

const page = 1000;

/**
 * Moves the status of indicators on whose time has come: from active to inactive to expired.
 * @returns how many changed
 */
export async function ageIndicators(db: Database, now: Date, signal?: AbortSignal): Promise<number> {
  const at = now.toISOString();
  let changed = 0;
  while (!signal?.aborted) {
    const ids = await agedIndicators(db, at, page);
    const moved = await deriveAnew(db, ids, at);
    changed += moved;
    // What does not move on although its time has come would be found again for ever.
    if (ids.length < page || moved === 0) break;
  }
  return changed;
}

/** Derives all indicators anew from the reports on them: after a normal life nothing changes. @returns how many did */
export async function rebuildIndicators(db: Database, now: Date, signal?: AbortSignal): Promise<number> {
  const at = now.toISOString();
  let changed = 0;
  for (let after = ''; !signal?.aborted; ) {
    const ids = await indicatorsAfter(db, after, page);
    changed += await deriveAnew(db, ids, at);
    if (ids.length < page) break;
    after = ids.at(-1)?.valueHash ?? after;
  }
  return changed;
}

async function deriveAnew(db: Database, ids: readonly IndicatorKey[], at: string): Promise<number> {
  if (ids.length === 0) return 0;
  return untilCurrent(async () => {
    const changes = ids.map((id) => ({ kind: 'age' as const, id }));
    const p = await plan(db, [], changes, at);
    const changed = p.updates.length + p.deletes.length;
    if (changed > 0) await carryOut(db, p, { id: 0, at, also: async () => {} });
    return changed;
  });
}
