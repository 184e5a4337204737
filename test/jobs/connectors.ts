import type { SyncResult } from '../../src/ingest/sync/contract.ts';
import type { Connector } from '../../src/sources/connector.ts';

/** A connector that is never asked: the tests give the outcome of its sync. */
export function connector(id: string, more: Partial<Connector> = {}): Connector {
  return {
    id,
    sources: [id],
    kind: 'vulnerability',
    coverage: 'delta',
    title: id,
    homepage: 'https://feeds.example/',
    licence: 'CC0-1.0',
    attribution: id,
    hosts: ['feeds.example'],
    every: '0 * * * *',
    staleAfterHours: 3,
    async *fetch() {},
    ...more,
  };
}

export function result(source: string, more: Partial<SyncResult> = {}): SyncResult {
  return { source, outcome: 'synced', reason: null, error: null, runs: [], seconds: 0, ...more };
}
