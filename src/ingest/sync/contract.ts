import type { Database } from '../../db/database.ts';
import type { Fetcher } from '../../net/contract.ts';
import type { Connector, ConnectorSettings } from '../../sources/connector.ts';
import type { Progress } from '../progress.ts';
import type { Run } from '../run-book.ts';

/** What a sync works with; the composition root makes it. */
export interface SyncContext {
  readonly db: Database;
  /** A fetcher that puts what it downloads into `folder` and stops with `signal`. */
  readonly fetcherFor: (
    connector: Connector,
    where: { readonly folder: string; readonly signal: AbortSignal },
  ) => Fetcher;
  /** `<data folder>/downloads`: a folder in it for each connector. */
  readonly downloads: string;
  readonly settings: ConnectorSettings;
  readonly now: () => Date;
  /** Aborted: stop after the batch in hand. */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: Progress, connector: Connector) => void;
  /** As of an ingest: others read meanwhile. */
  readonly considerate?: boolean;
  /** Told of each run as it begins. */
  readonly began?: (run: number) => void;
  /** A line for people, while it happens. */
  readonly say?: (text: string) => void;
}

export interface SyncOptions {
  /** Read everything again, as if nothing were remembered. */
  readonly full?: boolean;
  /** Read again what changed since then. What is remembered stays, so that no gap can come of it. */
  readonly since?: Date | null;
  /** Fetch and compare, but write nothing. */
  readonly dryRun?: boolean;
  /** Store also what looks strange, and would be held back. */
  readonly force?: boolean;
}

/**
 * How a sync ended. `held`: a document looked strange, what is stored stays. `skipped`: it was not asked, for `reason`.
 * A database that fails is no outcome but an error.
 */
export interface SyncResult {
  readonly source: string; // the connector's id
  readonly outcome: 'synced' | 'failed' | 'held' | 'skipped' | 'interrupted';
  readonly reason: string | null; // one sentence, of whatever did not end well
  readonly error: unknown; // what was thrown, or null
  readonly runs: readonly Run[];
  readonly seconds: number;
}

/** Whether a run changed anything that is stored. */
export function hasChanged(runs: readonly Run[]): boolean {
  return runs.some(({ counts: c }) => c.inserted + c.updated + c.withdrawn > 0);
}
