import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { DataVersions } from '../../src/db/data-version.ts';
import { type Database, transaction } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { ReadingDatabase } from '../../src/db/replicas/reading-database.ts';
import { resultCache } from '../../src/search/result-stores.ts';
import { testApi } from '../support/api.ts';
import { type Cluster, until } from '../support/clusters.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { load } from '../support/loading.ts';
import { configOf, type Replication, replicated } from '../support/replication.ts';
import { postgresPrograms } from '../support/server-programs.ts';

const where = 'SELECT inet_server_port() AS port';
const count = 'SELECT count(*)::int AS n FROM vulnerabilities';

describe.skipIf(postgresPrograms() === null)('reads from standbys', () => {
  let servers: Replication;
  let primary: Cluster;
  let folder: string;
  let writer: Database; // of this process
  let stranger: Database; // of another one
  let reading: ReadingDatabase;

  beforeAll(async () => {
    servers = await replicated(['s1', 's2']);
    primary = servers.primary;
    folder = mkdtempSync(join(tmpdir(), 'openthreat-replicas-'));
    stranger = await openDatabase(configOf([primary]));
  });
  afterAll(async () => {
    await stranger?.close();
    servers?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const config = configOf([primary], servers.standbys, { OPENTHREAT_REPLICA_MAX_LAG: '1s' });
    for (const standby of servers.standbys) await standby.caughtUp(primary);
    writer = await openDatabase(config);
    if (!config.postgres) throw new Error('no address');
    reading = await ReadingDatabase.open(config, config.postgres, { primary: writer, writers: [writer] });
  });
  afterEach(async () => {
    await reading.close();
    await writer.close();
  });

  const port = async () => (await reading.query<{ port: number }>(where)).rows[0]?.port;
  const inUse = () => reading.replicas.find((one) => one.inUse)?.server;
  const standbyInUse = () => servers.standbys.find((one) => `127.0.0.1:${one.port}` === inUse());
  const isFresh = (cluster: Cluster) =>
    reading.replicas.some((one) => one.server.endsWith(`:${cluster.port}`) && one.condition === 'fresh');
  const usesStandby = async () => until(async () => inUse() !== undefined);

  /** Stores a CVE through a database, as a sync does. */
  async function store(db: Database, id: string): Promise<void> {
    const file = put(folder, `${id}.json`, nvdFeed([nvdRecord(id, { vendor: 'acme', product: id.toLowerCase() })]));
    await load(db, [file]);
  }

  test('go to one of them, transactions as well, and not to the primary', async () => {
    const standby = standbyInUse();
    expect(standby).toBeDefined();
    expect(await port()).toBe(standby?.port);
    const inside = await transaction(reading, async (tx) => (await tx.query<{ port: number }>(where)).rows[0]?.port);
    expect(inside).toBe(standby?.port);
    await until(async () => reading.replicas.every((one) => one.condition === 'fresh'));
  });

  test('see at once what this process has written', async () => {
    for (let n = 0; n < 15; n++) {
      await store(writer, `CVE-2020-${1000 + n}`);
      const { rows } = await reading.query<{ n: number }>(`${count} WHERE cve_id = $1`, [`CVE-2020-${1000 + n}`]);
      expect(rows).toEqual([{ n: 1 }]);
    }
    await usesStandby(); // and go back to a standby when it has all of that
    expect((await reading.query<{ n: number }>(count)).rows[0]?.n).toBeGreaterThanOrEqual(15);
  });

  test('leave out a standby that falls behind, never go back in time, and return when it has caught up', async () => {
    const slow = standbyInUse() ?? expect.fail('no standby is in use');
    for (const standby of servers.standbys) await standby.pauseReplay();
    await store(stranger, 'CVE-2020-2000');
    const seen: number[] = [];
    await until(async () => {
      const { rows } = await reading.query<{ n: number }>(`${count} WHERE cve_id = 'CVE-2020-2000'`);
      seen.push(rows[0]?.n ?? -1);
      return rows[0]?.n === 1;
    });
    expect(await port()).toBe(primary.port);
    expect(reading.replicas.find((one) => one.server.endsWith(`:${slow.port}`))).toMatchObject({
      condition: 'behind',
      inUse: false,
    });
    for (let i = 0; i < 20; i++)
      seen.push((await reading.query<{ n: number }>(`${count} WHERE cve_id = 'CVE-2020-2000'`)).rows[0]?.n ?? -1);
    expect(seen).toEqual(seen.toSorted());
    for (const standby of servers.standbys) await standby.resumeReplay();
    await usesStandby();
    expect((await reading.query<{ n: number }>(`${count} WHERE cve_id = 'CVE-2020-2000'`)).rows).toEqual([{ n: 1 }]);
  });

  test('go on elsewhere without a fault when a standby dies in the middle of them, and it comes back by itself', async () => {
    const victim = standbyInUse() ?? expect.fail('no standby is in use');
    let stop = false;
    let answers = 0;
    const readers = Array.from({ length: 6 }, async (_, n) => {
      while (!stop) {
        if (n % 2 === 0) await reading.query('SELECT pg_sleep(0.01)');
        else await transaction(reading, async (tx) => tx.query('SELECT pg_sleep(0.01)'), 'BEGIN READ ONLY');
        answers++;
      }
    });
    await until(async () => answers > 20);
    victim.kill();
    const before = answers;
    await until(async () => answers > before + 100);
    stop = true;
    await Promise.all(readers); // none of them failed
    expect(await port()).not.toBe(victim.port);
    await victim.start();
    await until(async () => isFresh(victim));
  });

  test('give up a standby that hangs', async () => {
    const victim = standbyInUse() ?? expect.fail('no standby is in use');
    victim.freeze();
    try {
      expect(await port()).not.toBe(victim.port);
    } finally {
      victim.thaw();
    }
    await until(async () => isFresh(victim));
  });

  describe('of the API', () => {
    let app: App;
    beforeEach(async () => {
      const results = resultCache(writer, null, () => {}, reading);
      app = await testApi(writer, {}, { reading, versions: new DataVersions(reading), results });
    });
    afterEach(() => app.close());

    test('cached answers are never older than the data that their version names', async () => {
      const totals: number[] = [];
      for (let n = 0; n < 12; n++) {
        // Now this process writes, which sends reads to the primary, now another one, of which standbys tell a little later.
        await store(n % 3 === 0 ? writer : stranger, `CVE-2021-${1000 + n}`);
        const wanted = (await stranger.query<{ n: number }>(count)).rows[0]?.n ?? 0;
        await until(async () => {
          const { body } = await app.inject('/api/v1/search?q=vendor:acme&page_size=1');
          const { total } = JSON.parse(body) as { total: number };
          totals.push(total);
          return total === wanted;
        });
      }
      expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    });

    test('every address that is read works on a standby alone', async () => {
      await usesStandby();
      await app.ready();
      const { paths } = app.swagger() as {
        paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
      };
      const values: Record<string, string> = { cve: 'CVE-2020-1000', vendor: 'acme', q: 'vendor:acme', id: '1' };
      const asked: string[] = [];
      for (const path of Object.keys(paths).filter((one) => paths[one]?.get)) {
        const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '1');
        const { statusCode, body } = await app
          .inject(`${url}?q=acme`)
          .then(async (one) => (one.statusCode === 400 ? app.inject(url) : one));
        expect.soft([url, statusCode < 500, statusCode >= 500 ? body : '']).toEqual([url, true, '']);
        asked.push(url);
      }
      expect(asked.length).toBeGreaterThan(25);
    });
  });

  // The last one: it takes a standby away.
  test('do not go to a standby that was made a primary of its own', async () => {
    const [, victim] = servers.standbys;
    if (!victim) throw new Error('no standby');
    await victim.promote();
    await until(async () => reading.replicas[1]?.condition === 'no standby');
    await until(async () => (await port()) === servers.standbys[0]?.port);
    victim.destroy();
  });
});
