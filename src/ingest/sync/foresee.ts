import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncMemory } from '../../db/write/source-state.ts';
import { AppError, messageOf } from '../../errors.ts';
import type { Connector } from '../../sources/connector.ts';
import { ingest } from '../ingest.ts';
import type { SyncContext, SyncOptions, SyncResult } from './contract.ts';
import { documentsOf } from './documents.ts';

const dryPrefix = 'dry-';
const leftOverMs = 2 * 86_400_000;

/** Removes what dry runs downloaded into `folder` that were killed, days ago. */
export async function removeLeftOvers(folder: string, now: Date): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(dryPrefix));
  for (const name of names) {
    const { mtimeMs } = await stat(join(folder, name));
    if (now.getTime() - mtimeMs > leftOverMs) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Fetches and compares, but writes nothing: neither records, nor the source's state, nor its lease. So it needs none, and
 * downloads into a folder of its own, because a sync of the source may be at work beside it.
 */
export async function foreseeSource(
  context: SyncContext,
  connector: Connector,
  options: SyncOptions,
): Promise<SyncResult> {
  const { db, now, progress } = context;
  const signal = context.signal ?? new AbortController().signal;
  const folder = join(context.downloads, connector.id, `${dryPrefix}${randomUUID()}`);
  let thrown: unknown = null;
  try {
    const inputs = documentsOf({
      connector,
      context,
      net: context.fetcherFor(connector, { folder, signal }),
      folder,
      state: options.full ? {} : (await syncMemory(db, connector.id)).state,
      since: options.since ?? null,
      signal,
      shapes: null,
      stored: async () => {},
      failed: (error) => {
        thrown = error;
      },
    });
    const result = await ingest(db, {
      inputs,
      label: null,
      format: null,
      dryRun: true,
      now,
      signal,
      sources: connector.sources,
      ...(progress && { progress: (p) => progress(p, connector) }),
    });
    const of = { source: connector.id, runs: result.runs, seconds: result.seconds };
    if (result.interrupted) return { ...of, outcome: 'interrupted', reason: 'Interrupted.', error: null };
    const failure = result.failures[0];
    if (!failure) return { ...of, outcome: 'synced', reason: null, error: null };
    const error = thrown ?? new AppError('source_malformed', `${failure.document} ${failure.reason}`);
    return { ...of, outcome: 'failed', reason: messageOf(error), error };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
