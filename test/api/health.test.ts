import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { stateTable } from '../../src/db/migrate/revisions.ts';
import { openDatabase } from '../../src/db/open.ts';
import { testApi, testDay } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

describe.each(testDatabases())('health and metrics on $name', ({ open }) => {
  let database: TestDatabase;
  const apps: App[] = [];
  beforeAll(async () => {
    database = await open();
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => database.drop());

  async function api(
    ...args: Parameters<typeof testApi> extends [unknown, ...infer Rest] ? Rest : never
  ): Promise<App> {
    const app = await testApi(database.database, ...args);
    apps.push(app);
    return app;
  }

  test('a server that can work is alive and ready', async () => {
    const app = await api();
    expect((await app.inject('/health')).json()).toEqual({ status: 'ok', version: '0.0.0-test' });
    const ready = await app.inject('/api/v1/health/ready');
    expect([ready.statusCode, ready.json().status]).toEqual([200, 'ready']);
    expect(ready.headers['cache-control']).toBe('no-store');
  });

  test('a stale source is told and does not stop the server', async () => {
    await database.database.query(
      `INSERT INTO source_state (source, last_attempt_at, last_success_at) VALUES ('nvd', $1, '2024-01-01Z')
       ON CONFLICT (source) DO UPDATE SET last_attempt_at = $1, last_success_at = '2024-01-01Z'`,
      [testDay],
    );
    const app = await api();
    const ready = await app.inject('/health/ready');
    expect(ready.statusCode).toBe(200);
    expect(ready.json().checks.sources).toEqual({ ok: false, why: 'Somebody should look after nvd (stale).' });
    const metrics = (await app.inject('/metrics')).body;
    expect(metrics).toContain('openthreat_source_attention{source="nvd"} 1');
    expect(metrics).toMatch(/openthreat_source_age_seconds\{source="nvd"\} 13\d{6}/);
  });

  test('without the right schema it lives and is not ready', async () => {
    const { rows } = await database.database.query<{ name: string }>(
      `DELETE FROM ${stateTable} WHERE name = (SELECT max(name) FROM ${stateTable}) RETURNING name`,
    );
    const app = await api();
    const ready = await app.inject('/health/ready');
    expect(ready.json()).toMatchObject({ status: 503, code: 'database_outdated', checks: { database: { ok: true } } });
    expect(ready.json().detail).toContain('openthreat db upgrade');
    expect((await app.inject('/health')).statusCode).toBe(200);
    await database.database.query(`INSERT INTO ${stateTable} (name, executed_at) VALUES ($1, now())`, [rows[0]?.name]);
  });

  test('without a database it lives, says so, and still has its own numbers', async () => {
    const gone = await openDatabase(database.config);
    await gone.close();
    const app = await api({}, { db: gone });
    expect((await app.inject('/health')).statusCode).toBe(200);
    const ready = await app.inject('/health/ready');
    expect(ready.json()).toMatchObject({ status: 503, code: 'database_unreachable' });
    expect(ready.headers['content-type']).toContain('application/problem+json');
    expect((await app.inject('/metrics')).body).toContain('openthreat_database_up 0');
    expect((await app.inject('/api/v1/vulnerabilities/CVE-2021-44228')).statusCode).toBe(503);
  });

  test('metrics tell of requests by route and not by address, of caches, connections and rows', async () => {
    const app = await api();
    for (let i = 0; i < 2; i++) await app.inject('/api/v1/vulnerabilities/CVE-1999-0001');
    await app.inject('/no/such/thing');
    const answer = await app.inject('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain');
    const lines = answer.body.split('\n');
    for (const line of lines) expect(line).toMatch(/^(?:#.*|[a-z_]+(?:\{[^}]*\})? [-+.\w]+|)$/);
    const count = 'openthreat_http_request_duration_seconds_count';
    expect(lines).toContain(`${count}{route="/api/v1/vulnerabilities/:cve",method="GET",status="404"} 2`);
    expect(lines.filter((line) => line.includes('/no/such/thing'))).toEqual([]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'openthreat_database_up 1',
        'openthreat_search_cache_hits_total 0',
        'openthreat_answer_cache_total{result="miss"} 2',
        expect.stringMatching(/^openthreat_database_connections_used \d+$/),
        expect.stringMatching(/^openthreat_table_rows\{table="vulnerabilities"\} \d+$/),
        `openthreat_build_info{version="0.0.0-test",node="${process.version}"} 1`,
      ]),
    );
  });
});
