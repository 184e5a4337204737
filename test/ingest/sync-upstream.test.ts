import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { sourceStates } from '../../src/db/sources.ts';
import { rescore } from '../../src/ingest/rebuild.ts';
import type { SyncOptions, SyncResult } from '../../src/ingest/sync/contract.ts';
import { syncAll } from '../../src/ingest/sync/sync-all.ts';
import { cisaKevFeed } from '../../src/sources/cisa-kev-feed.ts';
import { nvdFeed } from '../../src/sources/nvd-feed.ts';
import { contentOf, empty, merged, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { FakeNvd, kevRoute } from '../support/fake-upstream.ts';
import { type Fault, startHttpServer, type TestHttpServer } from '../support/http-server.ts';
import { syncContext } from '../support/syncing.ts';

const api = 'services.nvd.nist.gov';
const both = [cisaKevFeed, nvdFeed];

describe.each(testDatabases())('NVD and CISA over HTTP, on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  let downloads: string;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
    downloads = mkdtempSync(join(tmpdir(), 'openthreat-downloads-'));
  });
  afterAll(async () => {
    rmSync(downloads, { recursive: true, force: true });
    await test_.drop();
  });

  let nvd: FakeNvd;
  let web: TestHttpServer;
  beforeEach(async () => {
    await empty(db);
    nvd = new FakeNvd();
    for (let n = 0; n < 60; n++)
      nvd.put(`CVE-${2024 + (n % 2)}-${1000 + n}`, `2025-1${n % 3}-${10 + (n % 20)}T10:00:00.000`, { score: n % 11 });
    web = await startHttpServer({ ...nvd.routes(2026), ...kevRoute(['CVE-2024-1000', 'CVE-2025-1001'], '2025-12-20') });
  });
  afterEach(() => web.close());

  /** Time moves to `day`: some records change and some come with every month that passes, and CISA has a new catalogue. */
  function pass(day: string): void {
    for (const [path, route] of Object.entries(kevRoute(['CVE-2024-1000', 'CVE-2025-1001', 'CVE-2025-1003'], day)))
      web.set(path, route);
    const from = nvd.asOf;
    nvd.asOf = `${day}T00:00:00.000`;
    for (let at = Date.parse(`${from}Z`) + 86_400_000; at < Date.parse(`${nvd.asOf}Z`); at += 11 * 86_400_000) {
      const modified = new Date(at).toISOString().slice(0, -1);
      const n = Math.floor(at / 86_400_000);
      nvd.put(`CVE-2024-${1000 + 2 * (n % 30)}`, modified, {
        score: n % 11,
        description: `Said again on ${modified}.`,
      });
      nvd.put(`CVE-2026-${10_000 + n}`, modified, { vendor: `v${n % 7}` });
    }
  }

  const sync = async (options: SyncOptions = {}): Promise<SyncResult[]> => {
    const now = () => new Date(`${nvd.asOf}Z`);
    return syncAll(syncContext(db, downloads, { now }, web.url), both, options);
  };
  const outcomes = (results: readonly SyncResult[]) => results.map((r) => r.outcome);
  const state = async () => {
    const { rows } = await db.query<{ state: { modified?: string } }>(
      `SELECT state FROM source_state WHERE source = 'nvd'`,
    );
    return rows[0]?.state.modified ?? '';
  };

  /** What a fresh load of everything holds, beside what is there. */
  async function expectLikeFresh(): Promise<void> {
    const day = nvd.asOf.slice(0, 10);
    await rescore(db, day, new AbortController().signal); // scores fade with the day
    const [content, rows] = [await contentOf(db), await merged(db)];
    expect(Object.keys(rows)).toHaveLength(nvd.records().length);
    await empty(db);
    nvd.makeFeeds();
    expect(outcomes(await sync())).toEqual(['synced', 'synced']);
    expect(await contentOf(db)).toEqual(content);
  }

  test('a first sync, steps of a few days, and one of seven months end like a fresh load', async () => {
    nvd.makeFeeds();
    expect(outcomes(await sync())).toEqual(['synced', 'synced']);
    let before = await state();
    for (const day of ['2026-01-05', '2026-01-31', '2026-09-01', '2026-09-02']) {
      pass(day);
      expect(outcomes(await sync())).toEqual(['synced', 'synced']);
      expect((await state()) >= before).toBe(true);
      before = await state();
    }
    await expectLikeFresh();
  });

  test('nothing new writes nothing', async () => {
    nvd.makeFeeds();
    await sync();
    const written = await writesOf(db);
    expect(outcomes(await sync())).toEqual(['synced', 'synced']);
    expect(await writesOf(db)).toEqual(written);
  });

  test.each<[string, Omit<Fault, 'match'>]>([
    ['503', { kind: 'status', status: 503 }],
    ['403', { kind: 'status', status: 403 }],
    ['429 for a day', { kind: 'status', status: 429, retryAfter: 100_000 }],
    ['a line that drops', { kind: 'reset' }],
    ['a document cut off', { kind: 'truncate' }],
    ['a page in place of the document', { kind: 'html' }],
    ['JSON that breaks off', { kind: 'garbage' }],
    ['nothing', { kind: 'empty' }],
  ])('%s: nothing is lost, the state stays, and the next sync repairs it', async (_, fault) => {
    nvd.makeFeeds();
    web.fault({ ...fault, match: 'nvdcve-2.0-2025' });
    web.fault({ ...fault, match: 'known_exploited' });
    expect(outcomes(await sync())).toEqual(['failed', 'failed']);
    expect(await state()).toBe('');
    web.heal();
    expect(outcomes(await sync())).toEqual(['synced', 'synced']);
    const before = await state();
    const content = await contentOf(db);
    pass('2026-02-01');
    web.fault({ ...fault, match: api });
    web.fault({ ...fault, match: 'known_exploited' });
    expect(outcomes(await sync())).toEqual(['failed', 'failed']);
    expect(await state()).toBe(before);
    expect(await contentOf(db)).toEqual(content);
    expect((await sourceStates(db)).map((s) => [s.source, s.failures, s.lastError !== null])).toEqual([
      ['cisa_kev', 1, true],
      ['nvd', 1, true],
    ]);
    web.heal();
    expect(outcomes(await sync())).toEqual(['synced', 'synced']);
    expect(await state()).not.toBe(before);
    await expectLikeFresh();
  });

  test('out of reach for half a year of its time', async () => {
    nvd.makeFeeds();
    await sync();
    for (const day of ['2026-02-01', '2026-04-01', '2026-07-01']) {
      pass(day);
      web.fault({ kind: 'status', status: 503, match: '/' });
      expect(outcomes(await sync())).toEqual(['failed', 'failed']);
      web.heal();
    }
    const [kev] = await sourceStates(db);
    expect(kev).toMatchObject({ failures: 3, failingSince: '2026-02-01T00:00:00.000Z' });
    expect(outcomes(await sync())).toEqual(['synced', 'synced']);
    await expectLikeFresh();
  });

  test('a first sync that breaks off in the middle goes on where it was', async () => {
    nvd.makeFeeds();
    web.fault({ kind: 'reset', match: 'nvdcve-2.0-2025.json' });
    expect(outcomes(await sync())).toEqual(['synced', 'failed']);
    web.heal();
    const asked = web.requests.length;
    expect(outcomes(await sync())).toEqual(['synced', 'synced']);
    expect(web.requests.slice(asked).map((r) => r.path)).not.toContainEqual(expect.stringMatching(/2024\.json\.gz/));
    await expectLikeFresh();
  });
});
