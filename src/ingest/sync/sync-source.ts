import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  noteAttempt,
  noteChange,
  noteSynced,
  noteSyncFailure,
  rememberSync,
  type SyncMemory,
  syncMemory,
} from '../../db/write/source-state.ts';
import { AppError, messageOf } from '../../errors.ts';
import type { Fetcher } from '../../net/contract.ts';
import type { Connector, ConnectorState, FeedDocument } from '../../sources/connector.ts';
import { traced } from '../../tracing.ts';
import { type IngestResult, ingest } from '../ingest.ts';
import { hasChanged, type SyncContext, type SyncOptions, type SyncResult } from './contract.ts';
import { documentsOf } from './documents.ts';
import { foreseeSource, removeLeftOvers } from './foresee.ts';
import { HeldBack, heldFolder } from './held.ts';
import { Lease } from './lease.ts';
import { ShapeBook } from './shapes.ts';

/**
 * Fetches what is new of a source and stores it. The remembered state moves only with what is stored; a failure leaves it
 * there, is noted in the run and in the source's state, and told in the result.
 * @throws AppError `locked` when somebody else syncs the source; database errors
 */
export async function syncSource(
  context: SyncContext,
  connector: Connector,
  options: SyncOptions = {},
): Promise<SyncResult> {
  const missing = connector.needs?.(context.settings) ?? null;
  if (missing !== null) return skipped(connector, missing);
  if (options.dryRun) return foreseeSource(context, connector, options);
  const lease = await Lease.claim(context.db, connector.id, context.now);
  try {
    return await traced(
      () => ({ name: `sync ${connector.id}`, kind: 'internal' }),
      async (span) => {
        const result = await new Sync(context, connector, options, lease).run();
        span.set({ 'openthreat.outcome': result.outcome });
        return result;
      },
    );
  } finally {
    await lease.release();
  }
}

/** The result of a source that was not asked. */
export function skipped(connector: Connector, reason: string): SyncResult {
  return { source: connector.id, outcome: 'skipped', reason, error: null, runs: [], seconds: 0 };
}

/** One sync of one source, by whoever has its lease. */
class Sync {
  readonly #context: SyncContext;
  readonly #connector: Connector;
  readonly #options: SyncOptions;
  readonly #lease: Lease;
  readonly #folder: string;
  readonly #net: Fetcher;
  readonly #signal: AbortSignal;
  #error: unknown = null;
  /** The state at the end of a full sync, which takes the place of the remembered one only when all of it is stored. */
  #final: ConnectorState | null = null;
  #records = 0;
  #shapes = new ShapeBook({}, false);
  #memory: SyncMemory = { state: {}, details: {} };

  constructor(context: SyncContext, connector: Connector, options: SyncOptions, lease: Lease) {
    this.#context = context;
    this.#connector = connector;
    this.#options = options;
    this.#lease = lease;
    this.#folder = join(context.downloads, connector.id);
    this.#signal = AbortSignal.any([lease.lost, ...(context.signal ? [context.signal] : [])]);
    this.#net = context.fetcherFor(connector, { folder: this.#folder, signal: this.#signal });
  }

  async run(): Promise<SyncResult> {
    const { db, now } = this.#context;
    await noteAttempt(db, this.#connector.id, now().toISOString());
    this.#memory = await syncMemory(db, this.#connector.id);
    this.#shapes = new ShapeBook(this.#memory.details, this.#options.force === true);
    await this.#net.clean(); // what a sync that failed had left
    await removeLeftOvers(this.#folder, now());
    const result = await this.#ingest().catch(async (error: unknown) => {
      // The database may be what failed: then this fails as well.
      if (!this.#lease.lost.aborted) await this.#noteFailure(error).catch(() => {});
      throw error;
    });
    if (this.#lease.lost.aborted) throw this.#lease.lost.reason;
    return this.#ended(result);
  }

  async #ingest(): Promise<IngestResult> {
    const { db, now, progress, began, considerate = false } = this.#context;
    const { full = false, since = null, force = false } = this.#options;
    const documents = documentsOf({
      connector: this.#connector,
      context: this.#context,
      net: this.#net,
      folder: this.#folder,
      state: full ? {} : this.#memory.state,
      since,
      signal: this.#signal,
      shapes: this.#shapes,
      stored: (document, records) => this.#stored(document, records),
      failed: (error) => {
        this.#error = error;
      },
    });
    return ingest(db, {
      inputs: documents,
      label: null,
      format: null,
      dryRun: false,
      now,
      signal: this.#signal,
      sources: this.#connector.sources,
      config: { sync: { full, since: since?.toISOString() ?? null, force } },
      considerate,
      ...(began && { began }),
      ...(progress && { progress: (p) => progress(p, this.#connector) }),
    });
  }

  /**
   * A full sync begins at the beginning, and what is stored of it before its end is less than what was remembered. A sync
   * since a day skips what was before that day. Neither may move the state until it is further than before. Nor does a
   * sync that brought no record at all: an empty answer may be a broken one.
   */
  async #stored(document: FeedDocument, records: number): Promise<void> {
    const { full, since } = this.#options;
    this.#records += records;
    if (since || this.#records === 0) return this.#remember(null);
    if (!full) return this.#remember(document.state);
    this.#final = document.state ?? this.#final;
    return this.#remember(null);
  }

  async #remember(state: ConnectorState | null): Promise<void> {
    const { db } = this.#context;
    const further = state !== null && !this.#isBehind(state) ? state : null;
    const memory = { state: further, details: this.#shapes.details() };
    if (!(await rememberSync(db, this.#connector.id, this.#lease.owner, memory))) {
      throw new AppError('locked', `${this.#connector.id} was taken over by another process; sync it again.`);
    }
    if (further) this.#memory = { ...this.#memory, state: further };
  }

  /** Whether a state has read less far than the remembered one: then that one stays. */
  #isBehind(state: ConnectorState): boolean {
    const had = this.#connector.furthest?.(this.#memory.state) ?? null;
    const has = this.#connector.furthest?.(state) ?? null;
    return had !== null && (has === null || has < had);
  }

  async #ended(result: IngestResult): Promise<SyncResult> {
    const { db, now } = this.#context;
    const id = this.#connector.id;
    const at = now().toISOString();
    if (hasChanged(result.runs)) await noteChange(db, id, at);
    const of = { source: id, runs: result.runs, seconds: result.seconds, error: null };
    if (result.interrupted)
      return { ...of, outcome: 'interrupted', reason: 'Interrupted; the next sync goes on from here.' };
    const failure = result.failures[0];
    if (failure) {
      const error = this.#error ?? new AppError('source_malformed', `${failure.document} ${failure.reason}`);
      const held = error instanceof HeldBack;
      await this.#noteFailure(error);
      return { ...of, outcome: held ? 'held' : 'failed', reason: messageOf(error), error };
    }
    await this.#succeeded(at);
    return { ...of, outcome: 'synced', reason: null };
  }

  async #succeeded(at: string): Promise<void> {
    const { db } = this.#context;
    const id = this.#connector.id;
    if (this.#final) await this.#remember(this.#final);
    await this.#net.clean();
    if (this.#options.since) return; // it says nothing of what was before
    await noteSynced(db, id, at);
    await rm(heldFolder(this.#folder), { recursive: true, force: true });
  }

  async #noteFailure(error: unknown): Promise<void> {
    if (this.#options.since) return;
    const { db, now } = this.#context;
    const held = error instanceof HeldBack ? { why: error.why, document: error.document, file: error.file } : null;
    const reason = oneLine(messageOf(error));
    await noteSyncFailure(db, this.#connector.id, { at: now().toISOString(), reason, held });
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 1000);
}
