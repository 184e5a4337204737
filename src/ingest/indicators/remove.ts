import { type Database, transaction } from '../../db/database.ts';
import { indicatorsOfSource } from '../../db/reports.ts';
import { forgetSource } from '../../db/write/source-state.ts';
import { untilCurrent } from '../carry-out.ts';
import { carryOut } from './carry-out.ts';
import { type Change, plan } from './plan.ts';

const page = 1000;

/**
 * Takes a source of indicators out: its reports, what only it said, and the indicators that only it reported.
 * @returns how many reports there were
 */
export async function removeIndicators(
  db: Database,
  source: string,
  now: () => Date,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0;
  // Not from the start each time: the index still has what was just removed.
  for (let after = ''; !signal?.aborted; ) {
    const ids = await indicatorsOfSource(db, source, after, page, true);
    if (ids.length === 0) {
      if (after === '') break;
      after = ''; // what came in meanwhile
      continue;
    }
    after = ids.at(-1)?.valueHash ?? after;
    const changes = ids.map((id): Change => ({ kind: 'remove', id, source }));
    await untilCurrent(async () => {
      const at = now().toISOString();
      await carryOut(db, await plan(db, [], changes, at), { id: 0, at, also: async () => {} });
    });
    removed += ids.length;
  }
  if (!signal?.aborted) await transaction(db, (tx) => forgetSource(tx, source));
  return removed;
}
