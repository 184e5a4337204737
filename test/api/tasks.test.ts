import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { type TaskProgress, tasksById } from '../../src/db/tasks.ts';
import { addTask, beginTask, endTask, noteTaskProgress } from '../../src/db/write/tasks.ts';
import type { RequestedWork } from '../../src/jobs/requested/requested-work.ts';
import { testApi, testWork } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord } from '../support/feeds.ts';
import { until } from '../support/watching.ts';
import { eventsIn, KeyHolder } from '../support/writer.ts';

const params = { source: null, full: null, label: null, format: null, bytes: null };
const progress: TaskProgress = {
  owner: 'elsewhere:1:2',
  step: 'waiting',
  records: 0,
  recordsPerSecond: null,
  bytesRead: null,
  bytesTotal: null,
  runs: [],
};

describe.each(testDatabases())('tasks over HTTP on $name', (server) => {
  let database: TestDatabase;
  let app: App;
  let work: RequestedWork;
  let writer: KeyHolder;

  beforeAll(async () => {
    database = await server.open();
    work = testWork(database.database);
    app = await testApi(database.database, {}, { tasks: work });
    writer = await KeyHolder.of(app, database.database);
  });
  afterAll(async () => {
    await Promise.all([work.stop(), app.close()]);
    await database.drop();
  });

  /** A task that another server does. */
  async function elsewhere(): Promise<string> {
    const id = randomUUID();
    await addTask(database.database, { id, kind: 'ingest', params, requestedBy: 'key 1', progress });
    return id;
  }

  test('the newest first, and only so many', async () => {
    const ids = [await elsewhere(), await elsewhere(), await elsewhere()];
    const { items } = (await writer.get('/tasks?limit=2')).json();
    expect(items.map((task: { id: string }) => task.id)).toEqual([ids[2], ids[1]]);
    expect((await writer.get('/tasks?limit=101')).statusCode).toBe(400);
  });

  test('priorities are brought to the day', async () => {
    await writer.ended(await writer.post('/ingest', { payload: nvdFeed([nvdRecord('CVE-2024-0001', { score: 9 })]) }));
    await database.database.query(`UPDATE vulnerabilities SET priority_score = 0.999`);
    const task = await writer.ended(await writer.post('/rescore'));
    expect(task).toMatchObject({ kind: 'rescore', state: 'success', result: { changed: 1 }, progress: { records: 1 } });
    expect(task.parameters).toEqual(params);
  });

  test('a task that another server does can be followed to its end', async () => {
    const db = database.database;
    const id = await elsewhere();
    const followed = writer.get(`/tasks/${id}/events`);
    await beginTask(db, id, { ...progress, step: 'reading' });
    await noteTaskProgress(db, new Map([[id, { ...progress, step: 'reading', records: 500 }]]));
    await endTask(db, id, { progress: { ...progress, records: 700 }, result: null, error: 'It broke off.' });
    const answer = await followed;
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^text\/event-stream/),
      'cache-control': 'no-store',
    });
    const events = eventsIn(answer.body);
    expect(events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
    const last = { event: 'end', data: { state: 'failed', error: 'It broke off.', progress: { records: 700 } } };
    expect(events.at(-1)).toMatchObject(last);
  });

  test('of a task that has ended the stream is its end', async () => {
    const task = await writer.ended(await writer.post('/rescore'));
    const events = eventsIn((await writer.get(`/tasks/${task.id}/events`)).body);
    expect(events).toMatchObject([{ event: 'end', data: task }]);
  });

  test('a task that there is not', async () => {
    for (const path of [`/tasks/${randomUUID()}`, `/tasks/${randomUUID()}/events`, '/tasks/%27%3B--'])
      expect((await writer.get(path)).statusCode, path).toBe(404);
  });

  test('only who may write sees them', async () => {
    const id = await elsewhere();
    const reader = await KeyHolder.of(app, database.database, 'reader');
    for (const path of ['/tasks', `/tasks/${id}`, `/tasks/${id}/events`]) {
      expect((await reader.get(path)).statusCode, path).toBe(403);
      expect((await app.inject(`/api/v1${path}`)).statusCode, path).toBe(401);
    }
  });

  test('whoever goes away makes room, and there is no room for any number', async () => {
    const id = await elsewhere();
    const many = Array.from({ length: 100 }, () => work.follow(id));
    await Promise.all(many.map((one) => one.next()));
    expect((await writer.get(`/tasks/${id}/events`)).statusCode).toBe(503);
    await many.pop()?.return(undefined);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const gone = new AbortController();
    const url = `http://127.0.0.1:${port}/api/v1/tasks/${id}/events`;
    const answer = await fetch(url, { headers: writer.headers, signal: gone.signal });
    expect(answer.status).toBe(200);
    gone.abort();
    await until('the place to be free', async () => {
      const next = work.follow(id);
      const free = await next.next().then(
        () => true,
        () => null,
      );
      await next.return(undefined);
      return free;
    });
    await Promise.all(many.map((one) => one.return(undefined)));
  });

  test('streams end with the server', async () => {
    const other = testWork(database.database);
    const id = await elsewhere();
    const following = other.follow(id);
    await following.next();
    const next = following.next();
    await other.stop();
    expect((await next).done).toBe(true);
    expect((await tasksById(database.database, [id])).get(id)?.state).toBe('waiting');
  });
});
