import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey } from '../../src/api/auth/key.ts';
import type { Api, App } from '../../src/api/contract.ts';
import { depthOf } from '../../src/api/plugins/input.ts';
import { storeKey } from '../../src/db/api-keys.ts';
import { openDatabase } from '../../src/db/open.ts';
import { openRedis } from '../../src/ops/redis.ts';
import { testApi } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

const outside = { OPENTHREAT_HOST: '0.0.0.0', OPENTHREAT_PUBLIC_READ: 'true' };
const read = '/api/v1/openapi.json';

// Limits are the same on every database; only PostgreSQL can cancel a statement.
describe.each(testDatabases().slice(-1))('limits on $name', ({ name, open }) => {
  let database: TestDatabase;
  const apps: App[] = [];
  beforeAll(async () => {
    database = await open();
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => database.drop());

  async function api(env: NodeJS.ProcessEnv, parts: Partial<Api> = {}, routes: (app: App) => void = () => {}) {
    const app = await testApi(database.database, env, parts);
    routes(app);
    apps.push(app);
    return app;
  }

  async function someKey(): Promise<string> {
    const { key, prefix, hash } = newKey();
    await storeKey(database.database, { name: 'somebody', role: 'reader', prefix, hash, expiresAt: null });
    return key;
  }

  const statuses = async (
    app: App,
    times: number,
    request: { remoteAddress?: string; headers?: Record<string, string> },
  ) => {
    const found: number[] = [];
    for (let i = 0; i < times; i++) found.push((await app.inject({ url: read, ...request })).statusCode);
    return found;
  };

  test('an address that sends too much is told when to go on; others are not', async () => {
    const app = await api({ ...outside, OPENTHREAT_RATE_LIMIT: '3' });
    expect(await statuses(app, 3, { remoteAddress: '10.0.0.1' })).toEqual([200, 200, 200]);
    const refused = await app.inject({ url: read, remoteAddress: '10.0.0.1' });
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const other = await app.inject({ url: read, remoteAddress: '10.0.0.2' });
    expect(other.headers).toMatchObject({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '2' });
    expect((await app.inject({ url: '/health', remoteAddress: '10.0.0.1' })).statusCode).toBe(200);
  });

  test('a key is counted wherever it comes from', async () => {
    const app = await api({ ...outside, OPENTHREAT_RATE_LIMIT: '2' });
    const headers = { 'x-api-key': await someKey() };
    const found: number[] = [];
    for (const remoteAddress of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
      found.push(...(await statuses(app, 1, { remoteAddress, headers })));
    expect(found).toEqual([200, 200, 429]);
  });

  test('keys cannot be guessed at any speed', async () => {
    const app = await api({ ...outside, OPENTHREAT_RATE_LIMIT: '2' });
    const found: number[] = [];
    for (let i = 0; i < 4; i++)
      found.push(...(await statuses(app, 1, { remoteAddress: '10.0.0.1', headers: { 'x-api-key': newKey().key } })));
    expect(found).toEqual([401, 401, 429, 429]);
  });

  test('programs of this machine are not counted while it listens to them only', async () => {
    const app = await api({ OPENTHREAT_RATE_LIMIT: '2' });
    expect(await statuses(app, 4, {})).toEqual([200, 200, 200, 200]);
  });

  test('behind a trusted proxy the client counts, not the proxy; nobody else may say who they are', async () => {
    const env = { ...outside, OPENTHREAT_RATE_LIMIT: '1', OPENTHREAT_TRUSTED_PROXIES: '10.1.0.0/16' };
    const app = await api(env);
    const by = (remoteAddress: string, client: string) =>
      statuses(app, 1, { remoteAddress, headers: { 'x-forwarded-for': client } });
    expect(await by('10.1.0.1', '192.0.2.1')).toEqual([200]);
    expect(await by('10.1.0.1', '192.0.2.2')).toEqual([200]);
    expect(await by('10.9.0.1', '192.0.2.3')).toEqual([200]);
    expect(await by('10.9.0.1', '192.0.2.4')).toEqual([429]);
    const wrong = testApi(database.database, { OPENTHREAT_TRUSTED_PROXIES: 'proxy.example' });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_setting' });
  });

  test('without its Redis each server counts for itself, and nobody waits', async () => {
    const dead = createTcpServer().listen(0, '127.0.0.1');
    await once(dead, 'listening');
    const address = dead.address();
    dead.close();
    const port = typeof address === 'object' ? address?.port : 0;
    const redis = openRedis(`redis://127.0.0.1:${port}`, () => {});
    const app = await api({ ...outside, OPENTHREAT_RATE_LIMIT: '2' }, { redis });
    expect(await statuses(app, 3, { remoteAddress: '10.0.0.1' })).toEqual([200, 200, 429]);
    const { checks } = (await app.inject('/health/ready')).json();
    expect(checks).toMatchObject({ database: { ok: true }, redis: { ok: false } });
    redis.disconnect();
  });

  test('more at a time than can be answered well is told to come back', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const app = await api({}, {}, (one) => one.get('/wait', async () => held.then(() => ({ waited: true }))));
    const waiting = Array.from({ length: 1000 }, () => app.inject('/wait'));
    await expect.poll(async () => (await app.inject('/health')).statusCode).toBe(200);
    await expect.poll(async () => (await app.inject(read)).statusCode).toBe(503);
    const refused = await app.inject(read);
    expect(refused.json()).toMatchObject({ code: 'overloaded' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    release();
    expect((await Promise.all(waiting)).every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect((await app.inject(read)).statusCode).toBe(200);
  });

  test('clients that go away leave their places to others, once their work is done', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const app = await api({}, {}, (one) => one.get('/wait', async () => held.then(() => ({ waited: true }))));
    const { port } = await listening(app);
    const inFlight = async () =>
      Number(/^openthreat_http_requests_in_flight (\d+)/m.exec((await app.inject('/metrics')).body)?.[1]);
    const leaving = new AbortController();
    const { signal } = leaving;
    const asked = Array.from({ length: 5 }, () => fetch(`http://127.0.0.1:${port}/wait`, { signal }).catch(() => null));
    await expect.poll(inFlight).toBe(5);
    leaving.abort();
    await Promise.all(asked);
    expect(await inFlight()).toBe(5);
    release();
    await expect.poll(inFlight).toBe(0);
  });

  test('what takes too long is given up', async () => {
    const app = await api({ OPENTHREAT_REQUEST_TIMEOUT: '100ms' }, {}, (one) =>
      one.get('/never', () => new Promise(() => {})),
    );
    expect((await app.inject('/never')).json()).toMatchObject({ status: 503, code: 'overloaded' });
  });

  test.runIf(name === 'postgresql')('a statement that takes too long is cancelled', async () => {
    const db = await openDatabase({ ...database.config, statementTimeoutMs: 100 });
    const app = await api({}, { db }, (one) => one.get('/slow', async () => db.query('SELECT pg_sleep(30)')));
    expect((await app.inject('/slow')).json()).toMatchObject({ status: 503, code: 'overloaded' });
    await app.close();
    await db.close();
  });

  test('bodies that are too deep, too large, broken or sly are refused', async () => {
    const app = await api({}, {}, (one) => one.post('/echo', async ({ body }) => ({ body })));
    const post = async (payload: string, type = 'application/json') => {
      const answer = await app.inject({ method: 'POST', url: '/echo', payload, headers: { 'content-type': type } });
      expect(answer.headers['content-type']).toContain(answer.statusCode === 200 ? 'json' : 'problem+json');
      return answer.statusCode;
    };
    expect(await post('{"a":[1,{"b":"[[[["}]}')).toBe(200);
    expect(await post('['.repeat(32) + ']'.repeat(32))).toBe(200);
    expect(await post('['.repeat(33) + ']'.repeat(33))).toBe(400);
    expect(await post('['.repeat(200_000))).toBe(400);
    expect(await post('{"__proto__":{"admin":true}}')).toBe(400);
    expect(await post('{"a":{"constructor":{"prototype":{}}}}')).toBe(400);
    expect(await post('{"a":')).toBe(400);
    expect(await post(JSON.stringify('x'.repeat(2 ** 20)))).toBe(413);
    expect(await post('<a/>', 'application/xml')).toBe(415);
  });

  test('answers are packed for those who can unpack them', async () => {
    const app = await api({});
    const plain = await app.inject(read);
    const ask = (encoding: string) => app.inject({ url: read, headers: { 'accept-encoding': encoding } });
    const br = await ask('gzip, deflate, br');
    expect([br.headers['content-encoding'], String(br.headers.vary)]).toEqual(['br', 'accept-encoding']);
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(plain.body);
    expect(gunzipSync((await ask('gzip;q=0.5, br;q=0')).rawPayload).toString()).toBe(plain.body);
    expect((await ask('identity')).body).toBe(plain.body);
  });

  test('browsers are told to run nothing from elsewhere, and other sites are let in by name only', async () => {
    const closed = await api({});
    const { headers } = await closed.inject('/docs');
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    const origin = 'https://app.example.org';
    expect((await closed.inject({ url: read, headers: { origin } })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
    const app = await api({ OPENTHREAT_CORS_ORIGINS: `${origin}, https://other.example` });
    const allowed = async (from: string) =>
      (await app.inject({ url: read, headers: { origin: from } })).headers['access-control-allow-origin'];
    expect([await allowed(origin), await allowed('https://evil.example')]).toEqual([origin, undefined]);
    const asked = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await app.inject({ method: 'OPTIONS', url: read, headers: asked });
    expect(preflight.headers['access-control-allow-headers']).toContain('authorization');
    await expect(testApi(database.database, { OPENTHREAT_CORS_ORIGINS: 'app.example.org' })).rejects.toMatchObject({
      code: 'invalid_setting',
    });
  });

  test('a plain request id is taken over, others are replaced', async () => {
    const app = await api({});
    const idFor = async (id: string) =>
      (await app.inject({ url: '/health', headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await idFor('trace-1.a:b_C')).toBe('trace-1.a:b_C');
    for (const id of ['a b', '"}{', 'x'.repeat(65), '']) expect(await idFor(id)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

async function listening(app: App): Promise<AddressInfo> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address() as AddressInfo;
}

test('how deep a JSON text is', () => {
  expect([depthOf('1'), depthOf('"[{"'), depthOf('{"a":[]}'), depthOf('[[],[[]]]'), depthOf('"\\"[["')]).toEqual([
    0, 0, 2, 3, 0,
  ]);
});
