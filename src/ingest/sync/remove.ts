import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../db/database.ts';
import { forgetSource, forgetState } from '../../db/write/source-state.ts';
import { isSourceId } from '../../domain/source-id.ts';
import type { Connector } from '../../sources/connector.ts';
import { scoreFormats } from '../../sources/registry.ts';
import { isCatalogue, removeCatalogue } from '../catalogue/remove.ts';
import { removeIndicators } from '../indicators/remove.ts';
import { removeSource } from '../remove-source.ts';
import { removeScores } from '../scores.ts';
import { Lease } from './lease.ts';

interface Removal {
  readonly db: Database;
  readonly downloads: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/**
 * Takes a source out without a trace: what it said and what was derived of it, its state, its downloads. What `connector`
 * brings it forgets how far it had read, so that it would bring the source back whole.
 * @returns how many of its records there were
 * @throws AppError `locked` while it is being synced
 */
export async function removeEverything(removal: Removal, source: string, connector: Connector | null): Promise<number> {
  const { db, downloads, now, signal } = removal;
  const lease = await Lease.claim(db, connector?.id ?? source, now);
  try {
    // First of all: a removal that is interrupted leaves gaps, and the next sync must not believe itself past them.
    if (connector) await forgetState(db, connector.id);
    const removed = await removerOf(source)(db, source, now, signal);
    if (signal.aborted) return removed;
    await forgetSource(db, source);
    if (connector?.id === source) await rm(join(downloads, source), { recursive: true, force: true });
    return removed;
  } finally {
    await lease.release();
  }
}

type Remover = (db: Database, source: string, now: () => Date, signal: AbortSignal) => Promise<number>;

function removerOf(source: string): Remover {
  if (isSourceId(source)) return (db, _, now, signal) => removeSource(db, source, now, signal);
  if (scoreFormats.some((format) => format.sources[0] === source))
    return (db, _, now, signal) => removeScores(db, now, signal);
  if (isCatalogue(source)) return removeCatalogue;
  return removeIndicators;
}
