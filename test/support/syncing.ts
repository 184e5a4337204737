import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/db/database.ts';
import type { SyncContext } from '../../src/ingest/sync/contract.ts';
import type { Connector, ConnectorState, FetchContext } from '../../src/sources/connector.ts';
import type { Format } from '../../src/sources/contract.ts';
import { formatById } from '../../src/sources/registry.ts';
import { nvdFeed, nvdRecord, put } from './feeds.ts';
import { testFetcher } from './fetching.ts';

/** One document of a feed that a test makes up. */
export interface FakeDocument {
  readonly url: string;
  readonly content: string | Buffer;
  readonly format: Format;
  /** Null: its state is not yet to be saved. Otherwise it says how many documents are read. */
  readonly state: 'remembered' | null;
}

/**
 * A feed of documents, one after the other: who remembers to have read n of them is given the rest. `before` is called
 * when the document of that number is about to be given, and may throw or wait.
 */
export class FakeFeed {
  readonly connector: Connector;
  readonly folder = mkdtempSync(join(tmpdir(), 'openthreat-feed-'));
  documents: FakeDocument[] = [];
  before: (index: number, context: FetchContext) => void | Promise<void> = () => {};
  /** The states that fetches began with. */
  readonly began: ConnectorState[] = [];

  constructor(id: string, sources: readonly [string, ...string[]] = [id], changes: Partial<Connector> = {}) {
    this.connector = {
      id,
      sources,
      kind: 'vulnerability',
      coverage: 'delta',
      title: id,
      homepage: 'https://feed.example/',
      licence: 'CC0-1.0',
      attribution: id,
      hosts: ['feed.example'],
      every: '0 * * * *',
      staleAfterHours: 24,
      furthest: ({ read }) => (typeof read === 'number' ? String(read).padStart(9, '0') : null),
      fetch: (context) => this.#fetch(context),
      ...changes,
    };
  }

  async *#fetch(context: FetchContext) {
    this.began.push(context.state);
    const read = typeof context.state.read === 'number' ? context.state.read : 0;
    for (let i = read; i < this.documents.length; i++) {
      await this.before(i, context);
      const document = this.documents[i];
      if (!document) return;
      const file = put(this.folder, `document-${i}.json`, document.content);
      const state = document.state === null ? null : { read: i + 1 };
      yield { file, url: document.url, format: document.format, state };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A page of NVD records. */
export function nvdPage(records: readonly object[], state: 'remembered' | null = 'remembered'): FakeDocument {
  return {
    url: 'https://feed.example/rest/cves?page',
    content: nvdFeed(records),
    format: formatById('nvd'),
    state,
  };
}

/** Pages of `perPage` records each, all different. */
export function nvdPages(pages: number, perPage: number): FakeDocument[] {
  return Array.from({ length: pages }, (_, page) =>
    nvdPage(
      Array.from({ length: perPage }, (_, n) => nvdRecord(`CVE-2024-${1000 + page * perPage + n}`, { score: n % 11 })),
    ),
  );
}

/** A sync context as the program makes it, for a test's database; `mirror` stands for all sites, and no wait takes long. */
export function syncContext(
  db: Database,
  downloads: string,
  changes: Partial<SyncContext> = {},
  mirror: string | null = null,
): SyncContext {
  return {
    db,
    downloads,
    fetcherFor: (_, { folder, signal }) => testFetcher(mirror, { folder, signal }).fetcher,
    settings: { nvdApiKey: null, abuseChAuthKey: null },
    now: () => new Date('2024-06-01T00:00:00.000Z'),
    ...changes,
  };
}
