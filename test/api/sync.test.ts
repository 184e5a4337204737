import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { thisOwner } from '../../src/db/owner.ts';
import { claimLease, releaseLease } from '../../src/db/write/source-lease.ts';
import { AppError } from '../../src/errors.ts';
import type { RequestedWork } from '../../src/jobs/requested/requested-work.ts';
import { testApi, testWork } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdRecord } from '../support/feeds.ts';
import { FakeFeed, nvdPage, syncContext } from '../support/syncing.ts';
import { KeyHolder } from '../support/writer.ts';

describe.each(testDatabases())('syncs over HTTP on $name', (server) => {
  let database: TestDatabase;
  let app: App;
  let work: RequestedWork;
  let writer: KeyHolder;
  const feed = new FakeFeed('nvd');
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-sync-api-'));

  beforeAll(async () => {
    database = await server.open();
    const db = database.database;
    work = testWork(db, { folder, syncing: syncContext(db, folder), connectors: [feed.connector] });
    app = await testApi(db, {}, { tasks: work });
    writer = await KeyHolder.of(app, db);
    feed.documents = [nvdPage([nvdRecord('CVE-2024-0001'), nvdRecord('CVE-2024-0002')])];
  });
  afterEach(() => {
    feed.before = () => {};
    feed.began.length = 0;
  });
  afterAll(async () => {
    await Promise.all([work.stop(), app.close()]);
    await database.drop();
    feed.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what is new is fetched; everything, when that is asked for', async () => {
    const first = await writer.ended(await writer.post('/sync/nvd'));
    expect(first).toMatchObject({ kind: 'sync', state: 'success', parameters: { source: 'nvd', full: false } });
    expect(first.runs).toMatchObject([{ source: 'nvd', status: 'success', records_inserted: 2 }]);
    const again = await writer.ended(await writer.post('/sync/nvd'));
    expect(again).toMatchObject({ state: 'success', runs: [{ records_fetched: 0 }] });
    const full = await writer.ended(await writer.post('/sync/nvd?full=true'));
    expect(full).toMatchObject({ state: 'success', runs: [{ records_unchanged: 2 }] });
    expect(feed.began).toEqual([{}, { read: 1 }, {}]);
  });

  test('a feed that fails is a task that failed, and says why', async () => {
    feed.before = () => {
      throw new AppError('source_unreachable', 'feed.example refused the connection.');
    };
    const task = await writer.ended(await writer.post('/sync/nvd?full=true'));
    expect(task).toMatchObject({ state: 'failed', error: 'feed.example refused the connection.' });
    expect(task.runs).toMatchObject([{ source: 'nvd', status: 'failed' }]);
  });

  test('what nobody could foresee stays in the log', async () => {
    const said: string[] = [];
    const connector = {
      ...feed.connector,
      needs: () => {
        throw new Error('secret');
      },
    };
    const other = testWork(database.database, { connectors: [connector], say: (text) => said.push(text) });
    const row = await other.sync('nvd', { full: false }, 'key 1');
    const ended = (await writer.get(`/tasks/${row.id}/events`)).body;
    expect(ended).toContain('Something unexpected happened.');
    expect(ended).not.toContain('secret');
    expect(said.join()).toContain('secret');
    await other.stop();
  });

  test('a source that there is not', async () => {
    const answer = await writer.post('/sync/nowhere');
    expect([answer.statusCode, answer.json().detail]).toEqual([404, 'There is no source "nowhere": use one of nvd.']);
  });

  test('while somebody else syncs it, it is not begun', async () => {
    const db = database.database;
    const owner = `${thisOwner()}:somebody`;
    await claimLease(db, 'nvd', { owner, milliseconds: 60_000, dead: null });
    const answer = await writer.post('/sync/nvd');
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'locked']);
    expect(answer.json().detail).toContain(`nvd is being synced by process ${process.pid} on ${hostname()}`);
    await releaseLease(db, 'nvd', owner);
  });

  test('one that waits is enough for all who ask', async () => {
    const go = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    feed.before = () => {
      begun.resolve();
      return go.promise;
    };
    const other = new FakeFeed('cisa_kev');
    const busy = testWork(database.database, { connectors: [feed.connector, other.connector] });
    await busy.sync('nvd', { full: true }, 'key 1');
    await begun.promise;
    const rescores = [await busy.rescore('key 1')];
    if (server.name === 'embedded') rescores.push(await busy.rescore('key 2'));
    expect(new Set(rescores.map((task) => task.id)).size).toBe(1);
    go.resolve();
    const last = rescores[0]?.id ?? '';
    expect((await writer.get(`/tasks/${last}/events`)).body).toContain('"state":"success"');
    await busy.stop();
    other.remove();
  });
});
