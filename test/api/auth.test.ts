import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isWellFormed, newKey } from '../../src/api/auth/key.ts';
import type { App, Role } from '../../src/api/contract.ts';
import { listKeys, revokeKey, storeKey } from '../../src/db/api-keys.ts';
import { testApi, testDay } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

const open = { OPENTHREAT_HOST: '127.0.0.1' };
const outside = { OPENTHREAT_HOST: '0.0.0.0' };
const read = '/api/v1/vulnerabilities/CVE-1999-0001'; // 404: nobody speaks of it

test('a key is told from a mistyped one without asking anybody', () => {
  const { key } = newKey();
  expect(isWellFormed(key)).toBe(true);
  for (let i = 3; i < key.length; i++) {
    const other = key[i] === 'A' ? 'B' : 'A';
    expect(isWellFormed(key.slice(0, i) + other + key.slice(i + 1))).toBe(false);
  }
  expect([key.slice(0, -1), `${key}A`, '', 'ot_'].some(isWellFormed)).toBe(false);
});

describe.each(testDatabases())('who may, on $name', ({ open: openDatabase }) => {
  let database: TestDatabase;
  const apps: App[] = [];
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => database.drop());

  async function api(env: NodeJS.ProcessEnv): Promise<App> {
    const app = await testApi(database.database, env);
    app.post('/write', { config: { role: 'writer' } }, async () => ({ written: true }));
    app.post('/rule', { config: { role: 'admin' } }, async () => ({ ruled: true }));
    apps.push(app);
    return app;
  }

  async function keyFor(role: Role, expiresAt: string | null = null) {
    const { key, prefix, hash } = newKey();
    const { id } = await storeKey(database.database, { name: `a ${role}`, role, prefix, hash, expiresAt });
    return { id, key };
  }

  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  test('on loopback everyone on this machine reads, and nobody writes without a key', async () => {
    const app = await api(open);
    expect((await app.inject(read)).statusCode).toBe(404);
    expect((await app.inject('/metrics')).statusCode).toBe(200);
    expect((await app.inject('/docs/json')).statusCode).toBe(200);
    const refused = await app.inject({ method: 'POST', url: '/write' });
    expect(refused.headers['www-authenticate']).toBe('Bearer');
    expect(refused.json()).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  test.each([{ host: 'attacker.example' }, { host: '10.0.0.1:8001' }])(
    'a page or proxy that asks for $host is not this machine',
    async (headers) => {
      const app = await api(open);
      expect((await app.inject({ url: read, headers })).statusCode).toBe(401);
      const { key } = await keyFor('reader');
      expect((await app.inject({ url: read, headers: { ...headers, ...bearer(key) } })).statusCode).toBe(404);
    },
  );

  test('elsewhere everything but health needs a key', async () => {
    const app = await api(outside);
    for (const url of [read, '/metrics', '/docs', '/docs/json', '/api/v1/openapi.json'])
      expect((await app.inject(url)).statusCode, url).toBe(401);
    for (const url of ['/health', '/api/v1/health', '/health/ready', '/api/v1/health/ready'])
      expect((await app.inject(url)).statusCode, url).toBe(200);
  });

  test('elsewhere reading is open when it is said to be, and writing is not', async () => {
    const app = await api({ ...outside, OPENTHREAT_PUBLIC_READ: 'true' });
    expect((await app.inject({ url: read, headers: { host: 'threats.example' } })).statusCode).toBe(404);
    expect((await app.inject({ method: 'POST', url: '/write' })).statusCode).toBe(401);
  });

  test('each role may do what those before it may', async () => {
    const app = await api(outside);
    const statuses = async (role: Role) => {
      const headers = { 'x-api-key': (await keyFor(role)).key };
      const asked = [{ url: read }, { method: 'POST', url: '/write' }, { method: 'POST', url: '/rule' }] as const;
      return Promise.all(asked.map(async (one) => (await app.inject({ ...one, headers })).statusCode));
    };
    expect(await statuses('reader')).toEqual([404, 403, 403]);
    expect(await statuses('writer')).toEqual([404, 200, 403]);
    expect(await statuses('admin')).toEqual([404, 200, 200]);
  });

  test('a key that does not count says why, even where none is needed', async () => {
    const app = await api(open);
    const detail = async (headers: Record<string, string>) => {
      const answer = await app.inject({ url: read, headers });
      expect(answer.statusCode).toBe(401);
      return answer.json().detail as string;
    };
    const { key } = newKey();
    expect(await detail(bearer(key))).toContain('No such key');
    expect(await detail(bearer(key.slice(0, -2)))).toContain('cut off or mistyped');
    expect(await detail({ authorization: 'Basic YWRtaW46YWRtaW4=' })).toContain('must be "Bearer"');
    expect(await detail(bearer((await keyFor('admin', '2024-06-01T11:59:59Z')).key))).toContain(
      'expired at 2024-06-01',
    );
    const revoked = await keyFor('admin');
    await revokeKey(database.database, revoked.id, testDay);
    expect(await detail({ 'x-api-key': revoked.key })).toContain('was revoked');
  });

  test('a revocation is noticed without a restart', async () => {
    const app = await api(outside);
    const { id, key } = await keyFor('reader');
    const status = async () => (await app.inject({ url: read, headers: bearer(key) })).statusCode;
    expect(await status()).toBe(404);
    await revokeKey(database.database, id, testDay);
    await expect.poll(status, { interval: 50, timeout: 5000 }).toBe(401);
  });

  test('when a key was last used is on record, and the key is not', async () => {
    const app = await api(outside);
    const { id, key } = await keyFor('reader');
    for (let i = 0; i < 3; i++) await app.inject({ url: read, headers: bearer(key) });
    await app.close();
    const found = (await listKeys(database.database)).find((one) => one.id === id);
    expect(found?.lastUsedAt).toBe('2024-06-01T12:00:00.000Z');
    expect(JSON.stringify(found)).not.toContain(key.slice(10));
    const { rows } = await database.database.query('SELECT * FROM api_keys');
    expect(JSON.stringify(rows)).not.toContain(key.slice(10));
  });
});
