import type { Run } from '../run-book.ts';
import type { SyncResult } from './contract.ts';

/** What a source has, compared with what is stored of it. Ids are examples: some of them, when there are many. */
export interface Comparison {
  readonly source: string;
  readonly complete: boolean; // read to its end
  readonly differs: boolean;
  readonly upstream: number;
  readonly same: number;
  readonly missing: number; // here
  readonly older: number; // here
  readonly gone: number; // upstream: its whole catalogue does not list them any more
  readonly unusable: number; // upstream: they would be rejected
  readonly missingIds: readonly string[];
  readonly olderIds: readonly string[];
  readonly goneIds: readonly string[];
}

/** What a dry run over everything that a source has says of one of the sources that it brings. */
export function comparisonOf(result: SyncResult, { source, counts, examples }: Run): Comparison {
  return {
    source,
    complete: result.outcome === 'synced',
    differs: counts.inserted + counts.updated + counts.withdrawn > 0,
    upstream: counts.fetched,
    same: counts.unchanged,
    missing: counts.inserted,
    older: counts.updated,
    gone: counts.withdrawn,
    unusable: counts.rejected,
    missingIds: examples.inserted,
    olderIds: examples.updated,
    goneIds: examples.withdrawn,
  };
}
