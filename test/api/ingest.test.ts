import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { writeAll } from '../../src/jobs/requested/documents.ts';
import type { RequestedWork } from '../../src/jobs/requested/requested-work.ts';
import { testApi, testWork } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { deduplicatedRecord, ndjson, nvdFeed, nvdRecord } from '../support/feeds.ts';
import { until } from '../support/watching.ts';
import { KeyHolder } from '../support/writer.ts';

const limit = 20_000;
const id = 'CVE-2024-0001';
const octets = { 'content-type': 'application/octet-stream' };

describe.each(testDatabases())('documents over HTTP on $name', (server) => {
  let database: TestDatabase;
  let app: App;
  let work: RequestedWork;
  let writer: KeyHolder;
  const parent = mkdtempSync(join(tmpdir(), 'openthreat-incoming-'));
  const folder = join(parent, 'incoming');
  const left = () => (existsSync(folder) ? readdirSync(folder) : []);

  beforeAll(async () => {
    database = await server.open();
    work = testWork(database.database, { folder });
    app = await testApi(database.database, { OPENTHREAT_BODY_LIMIT: String(limit) }, { tasks: work });
    writer = await KeyHolder.of(app, database.database);
  });
  afterEach(() => expect(left()).toEqual([]));
  afterAll(async () => {
    await Promise.all([work.stop(), app.close()]);
    await database.drop();
    rmSync(parent, { recursive: true, force: true });
  });

  test('what a document says is stored, and the task tells what came of it', async () => {
    const feed = nvdFeed([nvdRecord(id, { score: 9.8 }), { cve: { id: 'no id' } }]);
    const asked = await writer.post('/ingest?label=by-hand', { headers: octets, payload: feed });
    expect(asked.json()).toMatchObject({ kind: 'ingest', parameters: { label: 'by-hand', bytes: feed.length } });
    const task = await writer.ended(asked);
    expect(task).toMatchObject({ state: 'success', error: null, progress: { records: 2 } });
    expect(task.requested_by).toMatch(/^key \d+$/);
    const counts = { records_fetched: 2, records_inserted: 1, records_failed: 1 };
    expect(task.runs).toMatchObject([{ source: 'nvd', status: 'success', ...counts }]);
    expect((await writer.get(`/tasks/${task.id}`)).json()).toEqual(task);
    expect((await writer.get(`/vulnerabilities/${id}`)).json()).toMatchObject({ cve_id: id, cvss_score: 9.8 });
    const rejected = (await writer.get(`/runs/${task.runs[0]?.id}/rejected`)).json();
    expect(rejected.items).toMatchObject([{ document: 'document', place: 'record 2' }]);
  });

  test.each([
    ['packed, without a content type', {}, gzipSync(nvdFeed([nvdRecord(id)]))],
    ['as JSON', { 'content-type': 'application/json' }, nvdFeed([nvdRecord(id)])],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, ndjson([deduplicatedRecord(id)])],
    ['in parts', octets, Readable.from([nvdFeed([nvdRecord(id)]).slice(0, 99), nvdFeed([nvdRecord(id)]).slice(99)])],
  ])('whatever the request says it is: %s', async (_, headers, payload) => {
    const task = await writer.ended(await writer.post('/ingest', { headers, payload }));
    expect(task).toMatchObject({ state: 'success', runs: [{ records_fetched: 1, records_failed: 0 }] });
  });

  test('indicators need a label that says whose they are', async () => {
    const list = 'bad-place.com\nworse-place.com\n';
    const nobody = await writer.ended(await writer.post('/ingest', { headers: octets, payload: list }));
    expect(nobody).toMatchObject({ state: 'failed', result: { failures: [{ document: 'document' }] } });
    expect(nobody.error).toContain('?label=');
    const ours = await writer.ended(await writer.post('/ingest?label=ours', { headers: octets, payload: list }));
    expect(ours).toMatchObject({ state: 'success', runs: [{ source: 'ours', records_inserted: 2 }] });
  });

  test('what no format knows fails, and says so', async () => {
    const task = await writer.ended(await writer.post('/ingest', { headers: octets, payload: '{"hello":"world"}' }));
    expect(task.state).toBe('failed');
    expect(task.error).toMatch(/^document is not in a format that OpenThreat knows/);
  });

  test.each([
    ['no document', '/ingest', undefined, 400, 'send it as the body'],
    ['an empty one', '/ingest', Readable.from([]), 400, 'send it as the body'],
    ['too large a one', '/ingest', Buffer.alloc(limit + 1), 413, `larger than ${limit} bytes`],
    ['one that grows too large', '/ingest', Readable.from([Buffer.alloc(limit), Buffer.alloc(1)]), 413, 'larger than'],
    ['a format that there is not', '/ingest?format=pdf', 'x', 400, 'format must be one of'],
    ['an odd label', '/ingest?label=a%20b', 'x', 400, 'label'],
    ['an unknown parameter', '/ingest?lable=x', 'x', 400, 'lable is not known here'],
  ])('%s is refused', async (_, path, payload, status, detail) => {
    const answer = await writer.post(path, { headers: octets, ...(payload !== undefined && { payload }) });
    expect([answer.statusCode, answer.json().detail]).toEqual([status, expect.stringContaining(detail)]);
  });

  test('only who may write may send one', async () => {
    const payload = nvdFeed([nvdRecord(id)]);
    expect((await app.inject({ method: 'POST', url: '/api/v1/ingest', payload })).statusCode).toBe(401);
    const reader = await KeyHolder.of(app, database.database, 'reader');
    expect((await reader.post('/ingest', { headers: octets, payload })).statusCode).toBe(403);
  });

  test('of a document that breaks off nothing stays, and no task comes of it', async () => {
    const tasks = async () => (await writer.get('/tasks?limit=100')).json().items.length as number;
    const before = await tasks();
    if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
    const headers = Object.entries(writer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      `POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n${headers.join('')}\r\nhalf`,
    );
    await until('the document to arrive', () => left().length > 0 || null);
    socket.destroy();
    await until('what came of it to go', () => left().length === 0 || null);
    expect(await tasks()).toBe(before);
  });
});

test.runIf(existsSync('/dev/full'))('without space for a document, that is what is said', async () => {
  const full = await open('/dev/full', 'w');
  await expect(writeAll(Readable.from([Buffer.from('x')]), full, 10)).rejects.toMatchObject({ code: 'database_full' });
  await full.close();
});
