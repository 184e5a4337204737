import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncMemory } from '../../db/write/source-state.ts';
import { AppError, messageOf } from '../../errors.ts';
import type { Connector } from '../../sources/connector.ts';
import { ingest } from '../ingest.ts';
import type { SyncContext, SyncOptions, SyncResult } from './contract.ts';
import { documentsOf } from './documents.ts';

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
  const folder = join(context.downloads, connector.id, `dry-${randomUUID()}`);
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
