import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { openRedis } from '../../src/ops/redis.ts';
import { resultCache } from '../../src/search/result-stores.ts';
import { testApi } from '../support/api.ts';
import { type Cluster, until } from '../support/clusters.ts';
import { nvdFeed, nvdRecord } from '../support/feeds.ts';
import { replicated } from '../support/replication.ts';
import { postgresPrograms, systemProgram } from '../support/server-programs.ts';
import { eventsIn, KeyHolder } from '../support/writer.ts';
import { ApiServer, RedisServer } from './drill/processes.ts';

const outside = { OPENTHREAT_HOST: '0.0.0.0', OPENTHREAT_PUBLIC_READ: 'true', OPENTHREAT_RATE_LIMIT: '3' };
const addresses = ['/search?q=vendor:acme&page_size=1', '/stats', '/vendors?q=ac', '/sources'] as const;

describe.skipIf(postgresPrograms() === null)('several servers on one database', () => {
  let primary: Cluster;
  let folder: string;
  const databases: Database[] = [];
  const apps: App[] = [];
  const redises: Redis[] = [];

  beforeAll(async () => {
    ({ primary } = await replicated([]));
    folder = mkdtempSync(join(tmpdir(), 'openthreat-servers-'));
    for (let i = 0; i < 2; i++) databases.push(await openDatabase(loadConfig({ DATABASE_URL: primary.url() })));
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    for (const redis of redises.splice(0)) redis.disconnect();
  });
  afterAll(async () => {
    await Promise.all(databases.map((one) => one.close()));
    primary?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Two servers, each with connections of its own. */
  async function pair(redisUrl: string | null, env: NodeJS.ProcessEnv = {}): Promise<[App, App]> {
    const made = await Promise.all(
      databases.map(async (db) => {
        const redis = redisUrl === null ? null : openRedis(redisUrl, () => {});
        if (redis) redises.push(redis);
        const results = resultCache(db, redis, () => {});
        if (redis) await until(async () => (await redis.ping()) === 'PONG');
        return testApi(db, env, { redis, results });
      }),
    );
    apps.push(...made);
    return made as [App, App];
  }

  async function store(app: App, id: string) {
    const writer = await KeyHolder.of(app, primaryDatabase());
    const payload = nvdFeed([nvdRecord(id, { vendor: 'acme', product: id.toLowerCase() })]);
    return { writer, asked: await writer.post('/ingest?format=nvd', { payload, headers: json }) };
  }

  const json = { 'content-type': 'application/json' };
  const primaryDatabase = () => databases[0] ?? expect.fail('no database');
  const totalOf = async (app: App) =>
    (JSON.parse((await app.inject(`/api/v1${addresses[0]}`)).body) as { total: number }).total;

  async function sees(a: App, b: App, id: string): Promise<void> {
    const before = await totalOf(b);
    const tags = await Promise.all(
      addresses.map(async (path) => (await b.inject(`/api/v1${path}`)).headers.etag as string),
    );
    const known = async () =>
      Promise.all(
        addresses.map(async (path, i) => {
          const headers = { 'if-none-match': tags[i] ?? '' };
          return (await b.inject({ url: `/api/v1${path}`, headers })).statusCode;
        }),
      );
    expect(await known()).toEqual(addresses.map(() => 304));
    const { writer, asked } = await store(a, id);
    expect(await writer.ended(asked)).toMatchObject({ state: 'success' });
    await until(async () => (await totalOf(b)) === before + 1, 10);
    expect(await known()).toEqual(addresses.map(() => 200));
    expect((await b.inject(`/api/v1/vulnerabilities/${id}`)).statusCode).toBe(200);
    expect(await totalOf(a)).toBe(before + 1);
  }

  test('what one of them stored the other shows, with new ETags', async () => {
    const [a, b] = await pair(null);
    await sees(a, b, 'CVE-2020-1000');
    await sees(b, a, 'CVE-2020-1001');
  });

  test('the events of a task of one can be followed at the other', async () => {
    const [a, b] = await pair(null);
    const { writer, asked } = await store(a, 'CVE-2020-1002');
    const path = String(asked.headers.location);
    const { body } = await b.inject({ url: `${path}/events`, headers: writer.headers });
    expect(eventsIn(body).at(-1)).toMatchObject({ event: 'end', data: { state: 'success', kind: 'ingest' } });
  });

  describe.skipIf(systemProgram('redis-server') === null)('with a Redis between them', () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = (await RedisServer.start()) ?? expect.fail('no Redis');
    });
    afterAll(() => redis?.kill());

    test('what one of them stored the other shows as well', async () => {
      const [a, b] = await pair(redis.url);
      await sees(a, b, 'CVE-2020-1003');
    });

    test('a client is counted wherever it asks, and by each alone once Redis is gone', async () => {
      const [a, b] = await pair(redis.url, outside);
      const ask = async (app: App, remoteAddress: string) =>
        (await app.inject({ url: '/api/v1/openapi.json', remoteAddress })).statusCode;
      const statuses: number[] = [];
      for (const app of [a, b, a, b, a]) statuses.push(await ask(app, '10.0.0.1'));
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
      await redis.kill();
      expect([await ask(a, '10.0.0.1'), await ask(b, '10.0.0.1')]).toEqual([200, 200]);
    });
  });

  test('a server that is told to stop answers what it has in hand, takes nothing new, and ends well', async () => {
    const env = { DATABASE_URL: primary.url(), OPENTHREAT_DATA_DIR: folder, OPENTHREAT_LOG_LEVEL: 'warn' };
    const server = await ApiServer.start('stopping', env);
    const holder = new pg.Client({ connectionString: primary.url() });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE vulnerabilities IN ACCESS EXCLUSIVE MODE');
      const inHand = fetch(`${server.url}/api/v1/vulnerabilities/CVE-2020-1000`);
      await until(async () => (await primary.sql('SELECT count(*) FROM pg_locks WHERE NOT granted')) !== '0');
      const ended = server.end('SIGTERM');
      const isRefused = async () =>
        fetch(`${server.url}/health`).then(
          ({ status }) => status === 503,
          () => true,
        );
      await until(isRefused);
      await holder.query('COMMIT');
      expect((await inHand).status).toBe(200);
      expect(await (await inHand).json()).toMatchObject({ cve_id: 'CVE-2020-1000' });
      expect((await ended)?.code).toBe(0);
    } finally {
      await holder.end();
      await server.end('SIGKILL');
    }
  });
});
