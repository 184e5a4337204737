import { type Database, type Db, transaction } from '../db/database.ts';
import { recordsOfSource } from '../db/records.ts';
import { forgetRawHashes } from '../db/write/source-records.ts';
import { forgetSource } from '../db/write/source-state.ts';
import type { SourceId } from '../domain/source-id.ts';
import { vulnerabilityFormats } from '../sources/registry.ts';
import { carryOut, untilCurrent } from './carry-out.ts';
import { plan } from './plan.ts';
import type { Change } from './play.ts';
import { TermCounter } from './term-counter.ts';

const page = 1000;

/**
 * Takes a source out: its records, what only it said in the merged records, and the history it caused.
 * @returns how many of its records there were
 */
export async function removeSource(
  db: Database,
  source: SourceId,
  now: () => Date,
  signal: AbortSignal,
): Promise<number> {
  const terms = new TermCounter();
  const companions = companionsOf(source);
  let removed = 0;
  while (!signal.aborted) {
    const ids = await recordsOfSource(db, source, page);
    if (ids.length === 0) break;
    const changes = ids.map((cveId): Change => ({ kind: 'remove', cveId, source }));
    await untilCurrent(async () => {
      const at = now().toISOString();
      const p = await plan(db, changes, new Set(ids));
      const also = (tx: Db) => forgetRawHashes(tx, companions, ids);
      await carryOut(db, { ...p, history: [] }, { ids: new Map(), at, terms, also });
    });
    removed += ids.length;
  }
  if (!signal.aborted) await transaction(db, (tx) => forgetSource(tx, source));
  return removed;
}

/** The sources that speak in the same documents: to bring this one back, those have to be parsed again. */
function companionsOf(source: SourceId): SourceId[] {
  const joint = vulnerabilityFormats.filter((format) => format.joint && format.sources.includes(source));
  return joint.flatMap((format) => format.sources).filter((other) => other !== source);
}
