import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { type Database, transaction } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { Cluster, until } from '../support/clusters.ts';
import { json, openthreat, RunningCommand } from '../support/command.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { Bouncer, bouncerProgram } from '../support/pgbouncer.ts';
import { postgresPrograms } from '../support/server-programs.ts';

const canRun = postgresPrograms() !== null && bouncerProgram() !== null;

describe.skipIf(!canRun)('behind PgBouncer in transaction mode', () => {
  let cluster: Cluster;
  let bouncer: Bouncer;
  let folder: string;
  let env: Record<string, string>;
  let db: Database;

  beforeAll(async () => {
    cluster = await Cluster.primary();
    for (const name of ['openthreat', 'restored']) await cluster.sql(`CREATE DATABASE ${name}`);
    bouncer = await Bouncer.before(cluster);
    folder = mkdtempSync(join(tmpdir(), 'openthreat-bouncer-'));
    env = { DATABASE_URL: bouncer.url('openthreat'), OPENTHREAT_DATA_DIR: folder };
    // The program says that this is wanted, and how it is done.
    const { stderr } = await openthreat(env, ['setup']);
    expect(stderr).toContain('ALTER ROLE');
    await cluster.sql(`ALTER ROLE postgres SET statement_timeout = '5min'`);
    db = await openDatabase(loadConfig(env));
  });
  afterAll(async () => {
    await db?.close();
    bouncer?.stop();
    cluster?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  test('setup made the schema, and migrates nothing twice when several do it at once', async () => {
    const all = await Promise.all([1, 2, 3].map(async () => openthreat(env, ['db', 'upgrade'])));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect((await json(env, ['db', 'health'])).pendingMigrations).toBe(0);
  });

  test('every client has its settings, whichever connection its statements get', async () => {
    // Somebody else leaves another time zone in a connection that is shared.
    const other = await openDatabase(loadConfig(env));
    await other.query(`SET TimeZone = 'Asia/Tokyo'`);
    const zones = await Promise.all(
      Array.from(
        { length: 20 },
        async () =>
          (await db.query<{ zone: string }>(`SELECT current_setting('TimeZone') AS zone, pg_sleep(0.01)`)).rows[0]
            ?.zone,
      ),
    );
    expect(new Set(zones)).toEqual(new Set(['UTC']));
    const inside = await transaction(
      db,
      async (tx) =>
        (
          await tx.query<{ jit: string; timeout: string }>(
            `SELECT current_setting('jit') AS jit, current_setting('statement_timeout') AS timeout`,
          )
        ).rows,
    );
    expect(inside).toEqual([{ jit: 'off', timeout: '5min' }]);
    await other.close();
  });

  test('loads, also several at once, searches and backups give what they should', async () => {
    const files = [2015, 2016].map((year) =>
      put(
        folder,
        `${year}.json`,
        nvdFeed(
          Array.from({ length: 1500 }, (_, i) =>
            nvdRecord(`CVE-${year}-${1000 + i}`, { vendor: 'acme', score: i % 10 }),
          ),
        ),
      ),
    );
    const loads = await Promise.all(files.map(async (file) => openthreat(env, ['ingest', file])));
    expect(loads.map(({ code }) => code)).toEqual([0, 0]);
    const found = await json<{ total: number | { value: number } }>(env, ['search', 'vendor:acme']);
    expect(JSON.stringify(found.total)).toContain('3000');
    const backup = join(folder, 'one.backup');
    expect((await openthreat(env, ['backup', backup])).code).toBe(0);
    const restored = await openthreat({ ...env, DATABASE_URL: bouncer.url('restored') }, ['restore', backup]);
    expect([restored.code, restored.stderr]).toEqual([0, expect.anything()]);
    expect(await cluster.sql('SELECT count(*) FROM vulnerabilities', 'restored')).toBe('3000');
  });

  test('a server answers many at once, and a worker takes up its jobs', async () => {
    const server = new RunningCommand(env, ['serve', '--port', '0']);
    let said = '';
    server.child.stdout.on('data', (text: string) => {
      said += text;
    });
    // Where no source has a schedule it only keeps house.
    const worker = new RunningCommand({ ...env, OPENTHREAT_MIRROR: 'http://127.0.0.1:9' }, ['worker']);
    let told = '';
    worker.child.stderr.on('data', (text: string) => {
      told += text;
    });
    await until(async () => /http:\/\/\S+:\d+/.test(said));
    const url = /http:\/\/\S+:\d+/.exec(said)?.[0];
    const status = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, i) => (await fetch(`${url}/api/v1/vulnerabilities?page_size=1&page=${1 + (i % 7)}`)).status,
      ),
    );
    expect(new Set(status)).toEqual(new Set([200]));
    await until(async () => told.includes('Working'));
    // Its jobs are in the database, and some of them it has tried: nobody answers at the mirror.
    await until(
      async () =>
        Number(
          await cluster.sql(`SELECT count(*) FROM audit_log WHERE via = 'worker' AND state = 'failed'`, 'openthreat'),
        ) > 0,
    );
    expect([(await server.end('SIGTERM')).code, (await worker.end('SIGTERM')).code]).toEqual([0, 0]);
    expect(told).not.toMatch(/prepared statement|not supported|SQLSTATE/i);
  });
});
