import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { thisOwner } from '../../src/db/owner.ts';
import { type TaskRow, tasksById } from '../../src/db/tasks.ts';
import { addTask, beginTask } from '../../src/db/write/tasks.ts';
import { Report } from '../../src/jobs/requested/report.ts';
import { RequestedWork } from '../../src/jobs/requested/requested-work.ts';
import { empty } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { FakeFeed, nvdPages, syncContext } from '../support/syncing.ts';

const params = { source: null, full: null, label: null, format: null, bytes: null };
const how = { label: null, format: null, limit: 1e6, announced: null };
const dead = `${hostname()}:999999999:1`;

describe.each(testDatabases())('requested work on $name', (server) => {
  let database: TestDatabase;
  let db: Database;
  let feed: FakeFeed;
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-requested-'));
  const incoming = join(folder, 'incoming');
  const works: RequestedWork[] = [];

  beforeAll(async () => {
    database = await server.open();
    db = database.database;
  });
  beforeEach(async () => {
    await empty(db);
    await db.query('DELETE FROM tasks');
    feed = new FakeFeed('nvd');
    feed.documents = nvdPages(3, 2);
  });
  afterEach(async () => {
    for (const work of works.splice(0)) await work.stop();
    feed.remove();
    rmSync(incoming, { recursive: true, force: true });
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  function begin(signal?: AbortSignal): RequestedWork {
    const syncing = syncContext(db, folder, signal && { signal });
    const work = new RequestedWork({
      syncing,
      connectors: [feed.connector],
      folder: incoming,
      say: () => {},
      lookMs: 10,
    });
    works.push(work);
    return work;
  }

  const task = async (id: string): Promise<TaskRow | undefined> => (await tasksById(db, [id])).get(id);

  async function ended(work: RequestedWork, { id }: TaskRow): Promise<TaskRow | null> {
    let last: TaskRow | null = null;
    for await (const row of work.follow(id)) last = row ?? last;
    return last;
  }

  /** Leaves a task behind, as another server would that gave its last sign of life so many seconds ago. */
  async function leave(owner: string, silentSeconds: number): Promise<string> {
    const id = randomUUID();
    await addTask(db, {
      id,
      kind: 'rescore',
      params,
      requestedBy: 'key 1',
      progress: { ...new Report().progress, owner },
    });
    await beginTask(db, id, { ...new Report().progress, owner });
    await db.query(`UPDATE tasks SET heartbeat_at = clock_timestamp() - $2 * interval '1 second' WHERE id = $1`, [
      id,
      silentSeconds,
    ]);
    return id;
  }

  test('stopping ends what is in hand after its batch and marks it; asked for again, it goes on', async () => {
    const program = new AbortController();
    const work = begin(program.signal);
    const documents = Promise.withResolvers<void>();
    feed.before = (index) => {
      if (index < 2) return;
      documents.resolve();
      program.abort(); // as a signal to end does
    };
    const syncing = await work.sync('nvd', { full: false }, 'key 1');
    await documents.promise;
    await work.stop();
    expect(await task(syncing.id)).toMatchObject({
      state: 'failed',
      error: 'Interrupted: the server was stopped. What was stored is kept: the next sync goes on from there.',
      runs: [{ inserted: 4, status: 'failed' }],
    });
    feed.before = () => {};
    const again = begin();
    const done = await ended(again, await again.sync('nvd', { full: false }, 'key 1'));
    expect(done).toMatchObject({ state: 'success', runs: [{ inserted: 2 }] });
  });

  test('what has not begun when the server stops has failed, and its document is gone', async () => {
    const work = begin();
    const go = Promise.withResolvers<void>();
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    feed.before = async () => {
      begun.shift()?.resolve();
      await go.promise;
    };
    const first = begun[0]?.promise;
    await work.sync('nvd', { full: false }, 'key 1');
    await first;
    const sent = async () =>
      work.ingest(Readable.from([Buffer.from(nvdFeed([nvdRecord('CVE-2024-9999')]))]), how, 'key 1');
    const waiting = [await sent()];
    if (db.kind === 'postgresql') {
      // Two at a time there.
      await ended(work, waiting[0] as TaskRow);
      waiting.length = 0;
    }
    const stopping = work.stop();
    go.resolve();
    await stopping;
    for (const { id } of waiting)
      expect(await task(id)).toMatchObject({ state: 'failed', error: expect.stringContaining('before it began') });
    expect(readdirSync(incoming)).toEqual([]);
    await expect(sent()).rejects.toMatchObject({ code: 'overloaded' });
  });

  test('what a killed server left has failed, and says so; what another does goes on', async () => {
    const killed = await leave(dead, 1);
    const silent = await leave('elsewhere:1:2', 61);
    const elsewhere = await leave('elsewhere:1:2', 30);
    const busy = await leave(thisOwner(), 3600); // its database may be building an index
    mkdirSync(incoming);
    for (const id of [killed, busy]) put(incoming, `${id}.document`, '{}');
    await begin().start();
    expect(readdirSync(incoming)).toEqual([`${busy}.document`]);
    for (const id of [killed, silent])
      expect(await task(id)).toMatchObject({ state: 'failed', error: expect.stringContaining('ask for it again') });
    for (const id of [elsewhere, busy]) expect((await task(id))?.state).toBe('running');
  });

  test('of two servers that want to do a task one does', async () => {
    const id = randomUUID();
    const { progress } = new Report();
    await addTask(db, { id, kind: 'rescore', params, requestedBy: 'key 1', progress });
    const begun = await Promise.all([beginTask(db, id, progress), beginTask(db, id, progress)]);
    expect(begun.toSorted()).toEqual([false, true]);
  });

  test('documents that nobody waits for are deleted', async () => {
    mkdirSync(incoming);
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    const waiting = await leave(thisOwner(), 0);
    for (const name of ['left', 'arriving', waiting]) put(incoming, `${name}.document`, '{}');
    for (const name of ['left', waiting]) utimesSync(join(incoming, `${name}.document`), hoursAgo, hoursAgo);
    await begin().start();
    expect(readdirSync(incoming).toSorted()).toEqual([`${waiting}.document`, 'arriving.document'].toSorted());
  });

  test('only so many may wait', async () => {
    const work = begin();
    const go = Promise.withResolvers<void>();
    feed.before = () => go.promise;
    await work.sync('nvd', { full: false }, 'key 1');
    const slow = Array.from({ length: 20 }, () => new Readable({ read() {} }));
    const arriving = slow.map((one) => work.ingest(one, how, 'key 1').catch(() => null));
    await expect(work.rescore('key 1')).rejects.toMatchObject({ code: 'overloaded' });
    for (const one of slow) one.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    await Promise.all(arriving);
    expect(existsSync(incoming) ? readdirSync(incoming) : []).toEqual([]);
    go.resolve();
  });
});
