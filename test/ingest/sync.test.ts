import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { runs } from '../../src/db/runs.ts';
import { recordsBySource, sourceStates } from '../../src/db/sources.ts';
import { AppError } from '../../src/errors.ts';
import type { SyncContext, SyncOptions } from '../../src/ingest/sync/contract.ts';
import { Lease } from '../../src/ingest/sync/lease.ts';
import { removeEverything } from '../../src/ingest/sync/remove.ts';
import { syncAll, unreachableHosts } from '../../src/ingest/sync/sync-all.ts';
import { syncSource } from '../../src/ingest/sync/sync-source.ts';
import { comparisonOf } from '../../src/ingest/sync/verify.ts';
import { formatById } from '../../src/sources/registry.ts';
import { contentOf, empty, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { cve5Record, kevCatalogue, kevEntry, ndjson, nvdRecord, put } from '../support/feeds.ts';
import { load } from '../support/loading.ts';
import { FakeFeed, nvdPage, nvdPages, syncContext } from '../support/syncing.ts';
import { until } from '../support/watching.ts';

const perPage = 30;
const refused = () =>
  new AppError('source_unreachable', 'feed.example refused the connection.', { host: 'feed.example' });

describe.each(testDatabases())('a sync on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  let downloads: string;
  let whole: Record<string, string>;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
    downloads = mkdtempSync(join(tmpdir(), 'openthreat-downloads-'));
    const fresh = new FakeFeed('nvd');
    fresh.documents = nvdPages(4, perPage);
    await syncSource(syncContext(db, downloads), fresh.connector);
    fresh.remove();
    whole = await contentOf(db);
  });
  afterAll(async () => {
    rmSync(downloads, { recursive: true, force: true });
    await test_.drop();
  });

  let feed: FakeFeed;
  beforeEach(async () => {
    await empty(db);
    feed = new FakeFeed('nvd');
    feed.documents = nvdPages(4, perPage);
  });
  afterEach(() => feed.remove());

  const sync = (options: SyncOptions = {}, changes: Partial<SyncContext> = {}) =>
    syncSource(syncContext(db, downloads, changes), feed.connector, options);
  const stateRow = async () => (await sourceStates(db)).find((row) => row.source === feed.connector.id);
  const remembered = async () => {
    const { rows } = await db.query<{ state: object }>('SELECT state FROM source_state WHERE source = $1', [
      feed.connector.id,
    ]);
    return rows[0]?.state;
  };

  test('what is new is stored and remembered; the next one asks for what came since', async () => {
    const first = await sync();
    expect(first).toMatchObject({ source: 'nvd', outcome: 'synced', reason: null });
    expect(first.runs.map((r) => [r.status, r.counts.inserted])).toEqual([['success', 4 * perPage]]);
    expect(await remembered()).toEqual({ read: 4 });
    expect(await stateRow()).toMatchObject({
      lastAttemptAt: '2024-06-01T00:00:00.000Z',
      lastSuccessAt: '2024-06-01T00:00:00.000Z',
      lastChangeAt: '2024-06-01T00:00:00.000Z',
      failures: 0,
      isLeased: false,
    });
    const later = { now: () => new Date('2024-06-02T00:00:00.000Z') };
    const written = await writesOf(db);
    const second = await sync({}, later);
    expect(second.runs.map((r) => [r.status, r.counts.fetched])).toEqual([['success', 0]]);
    expect(await writesOf(db)).toEqual(written);
    expect(await stateRow()).toMatchObject({
      lastSuccessAt: '2024-06-02T00:00:00.000Z',
      lastChangeAt: '2024-06-01T00:00:00.000Z',
    });
    expect(feed.began).toEqual([{}, { read: 4 }]);
  });

  test.each([0, 1, 3])(
    'fetching breaks off before document %i: what came is kept, and the next one goes on',
    async (at) => {
      feed.before = (index) => {
        if (index === at) throw refused();
      };
      const broken = await sync();
      expect(broken).toMatchObject({ outcome: 'failed', reason: 'feed.example refused the connection.' });
      expect(broken.runs.map((r) => [r.status, r.counts.inserted])).toEqual([['failed', at * perPage]]);
      expect(await runs(db, 1, 'nvd')).toMatchObject([
        { status: 'failed', error: 'feed.example refused the connection.', inserted: at * perPage },
      ]);
      expect(await remembered()).toEqual(at === 0 ? {} : { read: at });
      expect(await stateRow()).toMatchObject({
        lastError: 'feed.example refused the connection.',
        failingSince: '2024-06-01T00:00:00.000Z',
        failures: 1,
        lastSuccessAt: null,
        isLeased: false,
      });
      await sync({}, { now: () => new Date('2024-06-02T00:00:00.000Z') });
      expect(await stateRow()).toMatchObject({ failures: 2, failingSince: '2024-06-01T00:00:00.000Z' });
      feed.before = () => {};
      expect(await sync()).toMatchObject({ outcome: 'synced' });
      expect(await stateRow()).toMatchObject({ failures: 0, failingSince: null, lastError: null });
      expect(await remembered()).toEqual({ read: 4 });
      expect(await contentOf(db)).toEqual(whole);
    },
  );

  test.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['no JSON at all', () => 'Service temporarily unavailable; please come back later.'],
    ['of another kind', () => JSON.stringify(Array.from({ length: 20 }, (_, n) => ({ name: n })))],
  ])('a document that is %s: nothing after it is read, and the next one repairs it', async (_, spoilt) => {
    const good = feed.documents;
    feed.documents = good.map((d, i) => (i === 1 ? { ...d, content: spoilt(String(d.content)) } : d));
    const broken = await sync();
    expect(broken).toMatchObject({
      outcome: expect.stringMatching(/failed|held/),
      error: { code: 'source_malformed' },
    });
    expect(broken.runs.map((r) => r.status)).toEqual(['failed']);
    expect(await remembered()).toEqual({ read: 1 });
    feed.documents = good;
    expect(await sync()).toMatchObject({ outcome: 'synced' });
    expect(await contentOf(db)).toEqual(whole);
  });

  test('pages in the middle of a window are stored, but not remembered before its end', async () => {
    feed.documents = feed.documents.map((d, i) => (i === 1 || i === 2 ? { ...d, state: null } : d));
    feed.before = (index) => {
      if (index === 3) throw refused();
    };
    await sync();
    expect(await remembered()).toEqual({ read: 1 });
    feed.before = () => {};
    const again = await sync();
    expect(again.runs[0]?.counts).toMatchObject({ fetched: 3 * perPage, inserted: perPage, unchanged: 2 * perPage });
    expect(await remembered()).toEqual({ read: 4 });
    expect(await contentOf(db)).toEqual(whole);
  });

  test('Ctrl-C ends it after the batch in hand: no failure of the source, and the next one goes on', async () => {
    const controller = new AbortController();
    feed.before = (index) => {
      if (index === 2) controller.abort();
    };
    expect(await sync({}, { signal: controller.signal })).toMatchObject({ outcome: 'interrupted', error: null });
    expect(await remembered()).toEqual({ read: 2 });
    expect(await stateRow()).toMatchObject({ failures: 0, lastError: null, lastSuccessAt: null, isLeased: false });
    feed.before = () => {};
    await sync();
    expect(await contentOf(db)).toEqual(whole);
  });

  test('the database goes away: nothing is remembered that is not stored', async () => {
    const own = await openDatabase(test_.config);
    feed.before = async (index) => {
      if (index === 2) await own.close();
    };
    await expect(sync({}, { db: own })).rejects.toThrow();
    feed.before = () => {};
    expect(await remembered()).toEqual({ read: 2 });
    await db.query(`UPDATE source_state SET lease_until = '-infinity'`); // this process lives, so its lease does
    expect(await sync()).toMatchObject({ outcome: 'synced' });
    expect(await contentOf(db)).toEqual(whole);
  });

  test('a fault of our own is told as it is, and fails the source only', async () => {
    feed.before = () => {
      throw new TypeError('x is not a function');
    };
    const other = new FakeFeed('cve_list');
    const said: string[] = [];
    const context = syncContext(db, downloads, { say: (text) => said.push(text) });
    const results = await syncAll(context, [feed.connector, other.connector]);
    expect(results.map((r) => [r.source, r.outcome])).toEqual([
      ['nvd', 'failed'],
      ['cve_list', 'synced'],
    ]);
    expect(said).toEqual(['nvd: x is not a function']);
    other.remove();
  });

  test('what a connector remarks is kept with the run', async () => {
    feed.before = (index, { note }) => {
      if (index === 0) note('the year 2016 is not there');
    };
    await sync();
    expect((await runs(db, 1, 'nvd'))[0]?.details).toEqual({ notes: { 'the year 2016 is not there': 1 } });
  });

  test('a source whose setting is missing is not asked', async () => {
    const needy = new FakeFeed('nvd', ['nvd'], { needs: () => 'NVD_API_KEY must be set.' });
    const result = await syncSource(syncContext(db, downloads), needy.connector);
    expect(result).toMatchObject({ outcome: 'skipped', reason: 'NVD_API_KEY must be set.', runs: [] });
    expect(needy.began).toEqual([]);
    expect(await stateRow()).toBeUndefined();
    needy.remove();
  });

  test('when nothing can be reached, the hosts are named', async () => {
    feed.before = () => {
      throw refused();
    };
    const results = await syncAll(syncContext(db, downloads), [feed.connector]);
    expect(unreachableHosts(results, [feed.connector])).toEqual(['feed.example']);
    feed.before = () => {};
    const fine = new FakeFeed('cve_list');
    expect(unreachableHosts([...results, await syncSource(syncContext(db, downloads), fine.connector)], [])).toEqual(
      [],
    );
    fine.remove();
  });

  describe('by two at once', () => {
    test('the second is told who is at it, and until when; then it may', async () => {
      let go = () => {};
      const waiting = new Promise<void>((resolve) => {
        go = resolve;
      });
      let begun = () => {};
      const began = new Promise<void>((resolve) => {
        begun = resolve;
      });
      feed.before = async (index) => {
        if (index !== 1) return;
        begun();
        await waiting;
      };
      const first = sync();
      await began;
      const second = await sync().catch((error: unknown) => error);
      expect(second).toMatchObject({
        code: 'locked',
        message: expect.stringMatching(
          new RegExp(`^nvd is being synced by process ${process.pid} on ${hostname()}, at least until \\d\\d:\\d\\d`),
        ),
      });
      const [skipped] = await syncAll(syncContext(db, downloads), [feed.connector]);
      expect(skipped).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(/is being synced/) });
      go();
      expect(await first).toMatchObject({ outcome: 'synced' });
      expect(await sync()).toMatchObject({ outcome: 'synced' });
      expect(await contentOf(db)).toEqual(whole);
    });

    test('a lease is kept up while it is needed, and whoever lost it is told', async () => {
      const lease = await Lease.claim(db, 'nvd', () => new Date(), 5);
      await db.query(`UPDATE source_state SET lease_until = now() - interval '1 second'`);
      await until('a sign of life', async () => (await stateRow())?.isLeased || null);
      expect(lease.lost.aborted).toBe(false);
      await db.query(`UPDATE source_state SET lease_owner = 'elsewhere:1:1:x'`);
      await until('word of the loss', () => lease.lost.aborted || null);
      await lease.release();
      expect(await stateRow()).toMatchObject({ isLeased: true }); // it is the other's
    });

    const leased = async (owner: string, until: string) => {
      await db.query(
        `INSERT INTO source_state (source, lease_owner, lease_until) VALUES ('nvd', $1, now() + $2::interval)`,
        [owner, until],
      );
    };

    test('a process of this machine that died holds nothing up', async () => {
      await leased(`${hostname()}:4194304:1:x`, '1 hour');
      expect(await sync()).toMatchObject({ outcome: 'synced' });
    });

    test('one of another machine does, until its lease runs out', async () => {
      await leased('elsewhere:1:1:x', '1 hour');
      await expect(sync()).rejects.toMatchObject({ code: 'locked', context: { owner: 'process 1 on elsewhere' } });
      await db.query(`UPDATE source_state SET lease_until = now() - interval '1 second'`);
      expect(await sync()).toMatchObject({ outcome: 'synced' });
    });

    test('who was taken for dead moves no state any more', async () => {
      feed.before = async (index) => {
        if (index === 2) await db.query(`UPDATE source_state SET lease_owner = 'elsewhere:1:1:x' WHERE source = 'nvd'`);
      };
      await expect(sync()).rejects.toMatchObject({ code: 'locked' });
      expect(await remembered()).toEqual({ read: 2 });
      expect(await stateRow()).toMatchObject({ isLeased: true });
    });
  });

  describe('of everything', () => {
    test('--full reads all again, writes nothing when nothing differs, and keeps the state until its end', async () => {
      await sync();
      const written = await writesOf(db);
      feed.before = (index) => {
        if (index === 3) throw refused();
      };
      expect(await sync({ full: true })).toMatchObject({ outcome: 'failed' });
      expect(await remembered()).toEqual({ read: 4 });
      feed.before = () => {};
      const full = await sync({ full: true });
      expect(full.runs[0]?.counts).toMatchObject({ fetched: 4 * perPage, unchanged: 4 * perPage });
      expect(await writesOf(db)).toEqual(written);
    });

    test('a mirror that lags behind does not take the state back', async () => {
      await sync();
      feed.documents = feed.documents.slice(0, 2);
      expect(await sync({ full: true })).toMatchObject({ outcome: 'synced' });
      expect(await remembered()).toEqual({ read: 4 });
    });

    test('--since leaves the state and the freshness alone', async () => {
      feed.before = (index, { since }) => {
        if (index === 0) expect(since?.toISOString()).toBe('2024-05-01T00:00:00.000Z');
      };
      await sync({ since: new Date('2024-05-01') });
      expect(await contentOf(db)).toEqual(whole);
      expect(await remembered()).toEqual({});
      expect(await stateRow()).toMatchObject({ lastSuccessAt: null, lastChangeAt: '2024-06-01T00:00:00.000Z' });
    });

    test('a dry run tells what it would do, and writes nothing at all', async () => {
      const all = async () => [
        await writesOf(db),
        (await db.query('SELECT * FROM source_state')).rows,
        (await db.query('SELECT count(*) FROM ingestion_runs')).rows,
        readdirSync(downloads),
      ];
      const before = await all();
      const dry = await sync({ dryRun: true });
      expect(dry).toMatchObject({ outcome: 'synced' });
      expect(dry.runs[0]?.counts).toMatchObject({ fetched: 4 * perPage, inserted: 4 * perPage });
      expect(await all()).toEqual(before);
    });

    test('verify names what is missing and older here; a full sync repairs it', async () => {
      await sync();
      await db.query(`DELETE FROM source_records WHERE cve_id = 'CVE-2024-1001'`);
      await db.query(`DELETE FROM vulnerabilities WHERE cve_id = 'CVE-2024-1001'`);
      const [first, ...rest] = feed.documents;
      const newer = nvdRecord('CVE-2024-1000', { score: 9, modified: '2024-05-01T00:00:00.000' });
      feed.documents = [nvdPage([newer]), ...(first ? [first] : []), ...rest];
      const compare = async () => {
        const result = await sync({ full: true, dryRun: true });
        return result.runs.map((run) => comparisonOf(result, run));
      };
      expect(await compare()).toMatchObject([
        { source: 'nvd', complete: true, differs: true, missing: 1, older: 1, same: 4 * perPage - 1 },
      ]);
      expect((await compare())[0]).toMatchObject({ missingIds: ['CVE-2024-1001'], olderIds: ['CVE-2024-1000'] });
      expect(await sync({ full: true })).toMatchObject({ outcome: 'synced' });
      expect(await compare()).toMatchObject([{ differs: false, missing: 0, older: 0, same: 4 * perPage + 1 }]);
    });
  });

  describe('of a catalogue that looks strange', () => {
    const catalogue = (entries: number, day: string) => ({
      url: 'https://feed.example/kev.json',
      format: formatById('kev'),
      state: 'remembered' as const,
      content: kevCatalogue(
        Array.from({ length: entries }, (_, n) => kevEntry(`CVE-2024-${1000 + n}`)),
        `2024-03-${day}`,
      ),
    });
    const exploited = async () =>
      (await db.query<{ n: number }>('SELECT count(*)::int AS n FROM vulnerabilities WHERE exploited_in_the_wild'))
        .rows[0]?.n;

    beforeEach(async () => {
      feed.remove();
      feed = new FakeFeed('cisa_kev', ['cisa_kev'], { coverage: 'full', kind: 'catalogue' });
      feed.documents = [catalogue(40, '05')];
      expect(await sync()).toMatchObject({ outcome: 'synced' });
    });

    test('the old one is kept and the new one put aside, until somebody lets it through', async () => {
      feed.documents.push(catalogue(12, '06'));
      const held = await sync();
      expect(held.outcome).toBe('held');
      expect(held.reason).toMatch(/^kept the old catalogue: 40 entries became 12 in .*--force stores it\.$/);
      expect(await exploited()).toBe(40);
      expect(await remembered()).toEqual({ read: 1 });
      const row = await stateRow();
      expect(row).toMatchObject({
        held: { why: 'kept the old catalogue: 40 entries became 12', since: '2024-06-01T00:00:00.000Z' },
        failures: 1,
      });
      expect(existsSync(row?.held?.file ?? '')).toBe(true);

      // It is looked at again each time, and what was first held back remains the date.
      expect(await sync({}, { now: () => new Date('2024-06-02') })).toMatchObject({ outcome: 'held' });
      expect((await stateRow())?.held?.since).toBe('2024-06-01T00:00:00.000Z');

      expect(await sync({ force: true })).toMatchObject({ outcome: 'synced' });
      expect(await exploited()).toBe(12);
      expect(await stateRow()).toMatchObject({ held: null, failures: 0 });
      expect(existsSync(row?.held?.file ?? '')).toBe(false);
      feed.documents.push(catalogue(12, '07'));
      expect(await sync()).toMatchObject({ outcome: 'synced' });
    });

    test('one that is right again clears it', async () => {
      feed.documents.push(catalogue(12, '06'));
      await sync();
      feed.documents[1] = catalogue(41, '07');
      expect(await sync()).toMatchObject({ outcome: 'synced' });
      expect(await exploited()).toBe(41);
      expect(await stateRow()).toMatchObject({ held: null });
    });

    test('a tenth less is no cause', async () => {
      feed.documents.push(catalogue(36, '06'));
      expect(await sync()).toMatchObject({ outcome: 'synced' });
      expect(await exploited()).toBe(36);
    });

    test('an empty one is held back, and fails when nothing was there before', async () => {
      feed.documents.push(catalogue(0, '06'));
      expect(await sync()).toMatchObject({ outcome: 'held' });
      await empty(db);
      feed.documents = [catalogue(0, '06')];
      expect(await sync()).toMatchObject({ outcome: 'failed', error: { code: 'source_malformed' } });
      expect(await remembered()).toEqual({});
    });

    test('vendors that vanished from its entries are held back', async () => {
      const bare = Array.from({ length: 60 }, (_, n) =>
        kevEntry(`CVE-2024-${1000 + n}`, n < 30 ? { vendorProject: '', product: '' } : {}),
      );
      feed.documents.push({ ...catalogue(60, '06') });
      expect(await sync()).toMatchObject({ outcome: 'synced' });
      feed.documents.push({ ...catalogue(60, '07'), content: kevCatalogue(bare, '2024-03-07') });
      const held = await sync();
      expect(held.reason).toMatch(/50 % of its records name no vendor or product, and it was 0 % before/);
    });
  });

  test('taken out, a source leaves nothing behind, and what brings it begins anew; not while it is being synced', async () => {
    feed.remove();
    feed = new FakeFeed('cve_list', ['cve_list', 'cisa_adp']);
    const records = ['CVE-2024-1', 'CVE-2024-2'].map((id) => cve5Record(`${id}000`, { cisa: 'poc' }));
    const url = 'https://feed.example/cves';
    feed.documents = [{ url, format: formatById('cve5'), state: 'remembered', content: ndjson(records) }];
    const removal = { db, downloads, now: () => new Date(), signal: new AbortController().signal };
    const remove = () => removeEverything(removal, 'cisa_adp', feed.connector);
    feed.before = async () => {
      await expect(remove()).rejects.toMatchObject({ code: 'locked' });
    };
    await sync();
    expect((await recordsBySource(db)).get('cisa_adp')).toBe(2);
    expect(await remove()).toBe(2);
    expect(await recordsBySource(db)).toEqual(new Map([['cve_list', 2]]));
    expect(await remembered()).toEqual({});
    feed.before = () => {};
    await sync();
    expect((await recordsBySource(db)).get('cisa_adp')).toBe(2);
    const written = await writesOf(db);
    await sync({ full: true });
    expect(await writesOf(db)).toEqual(written);
  });

  test('an empty answer is no failure, and moves nothing', async () => {
    await sync();
    feed.documents.push(nvdPage([]));
    expect(await sync()).toMatchObject({ outcome: 'synced' });
    expect(await remembered()).toEqual({ read: 4 });
    feed.documents.push(nvdPage([nvdRecord('CVE-2024-9999')]));
    expect(await sync()).toMatchObject({ outcome: 'synced' });
    expect(await remembered()).toEqual({ read: 6 });
  });

  test('a file that is loaded by hand does not make a source that is synced look fresh', async () => {
    feed.before = () => {
      throw refused();
    };
    await sync();
    await db.query(`UPDATE source_state SET last_success_at = '2024-01-01' WHERE source = 'nvd'`);
    feed.before = () => {};
    const other = new FakeFeed('nvd');
    other.documents = nvdPages(1, perPage);
    await load(db, [put(other.folder, 'file.json', String(other.documents[0]?.content))]);
    expect(await stateRow()).toMatchObject({ lastSuccessAt: '2024-01-01T00:00:00.000Z' });
    other.remove();
  });
});
