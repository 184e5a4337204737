import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type Cluster, until } from '../support/clusters.ts';
import { RunningCommand } from '../support/command.ts';
import { contentOf } from '../support/content.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { Interruptible } from '../support/interruptible.ts';
import { expectSums, load } from '../support/loading.ts';
import { type Replication, replicated, settingsOf } from '../support/replication.ts';
import { postgresPrograms } from '../support/server-programs.ts';

const records = 2500;
const feedOf = (year: number, n: number) =>
  nvdFeed(
    Array.from({ length: n }, (_, i) =>
      nvdRecord(`CVE-${year}-${10000 + i}`, { vendor: `vendor${i % 7}`, score: i % 10 }),
    ),
  );

/** What was answered while servers went and came. */
interface Answers {
  readonly status: Map<number, number>;
  readonly withoutRetryAfter: number;
  /** The longest time without a good answer, in milliseconds. */
  readonly longestGap: number;
}

describe.skipIf(postgresPrograms() === null)('when the primary dies', () => {
  let servers: Replication;
  let folder: string;
  const open: Database[] = [];

  const opened = async (env: Record<string, string>) => {
    const database = await openDatabase(loadConfig(env));
    open.push(database);
    return database;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-failover-'));
    servers = await replicated(['s1', 's2']);
    // Whatever is acknowledged is on one standby at least.
    await servers.primary.sql(`ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (s1, s2)'`);
    await servers.primary.sql('SELECT pg_reload_conf()');
  });
  afterAll(async () => {
    await Promise.all(open.map(async (one) => one.close()));
    servers?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['before', 'after'] as const)(
    'a batch whose connection breaks %s its COMMIT arrives is stored once and counted once',
    async (how) => {
      const way = await Interruptible.to(servers.primary.port);
      const database = await openDatabase(
        loadConfig({ DATABASE_URL: `postgresql://postgres@127.0.0.1:${way.port}/postgres` }),
      );
      const file = put(folder, `${how}.json`, feedOf(how === 'before' ? 2001 : 2002, 300));
      way.next = how;
      const result = await load(database, [file]);
      expect(way.next).toBeNull(); // it did break
      expect(result.runs.map((run) => [run.status, run.counts.inserted, run.counts.fetched])).toEqual([
        ['success', 300, 300],
      ]);
      await expectSums(database, result);
      await database.close();
      await way.close();
    },
  );

  test('a load waits for a single server that is killed and started again', async () => {
    const { primary } = servers;
    const env = { DATABASE_URL: primary.url(), OPENTHREAT_DATA_DIR: folder };
    const ingest = new RunningCommand(env, ['ingest', put(folder, 'single.json', feedOf(2004, records))]);
    await until(
      async () => Number(await primary.sql(`SELECT count(*) FROM source_records WHERE cve_id LIKE 'CVE-2004-%'`)) > 0,
    );
    primary.kill();
    await setTimeout(1000);
    await primary.start();
    const { code, stdout } = await ingest.ended();
    expect([code, stdout]).toEqual([0, expect.stringContaining('success')]);
    expect(await primary.sql(`SELECT count(*) FROM source_records WHERE cve_id LIKE 'CVE-2004-%'`)).toBe(
      String(records),
    );
  });

  test('a load goes on at the standby that was promoted, nothing acknowledged is lost, readers are hardly disturbed', async () => {
    const { primary, standbys } = servers;
    const [heir, other] = standbys as [Cluster, Cluster];
    const env = settingsOf([primary, heir, other], [heir, other], {
      OPENTHREAT_REPLICA_MAX_LAG: '2s',
      OPENTHREAT_DATA_DIR: folder,
    });
    const acknowledged: number[] = [];
    const writer = await opened(env);
    await writer.query('CREATE TABLE acknowledged (n int PRIMARY KEY)');
    const server = new RunningCommand(env, ['serve', '--port', '0']);
    const url = await address(server);

    let stop = false;
    const readers = asked(`${url}/api/v1/search?q=vendor:vendor1&page_size=1`, () => stop);
    const writing = writes(writer, acknowledged, () => stop);
    await until(async () => acknowledged.length > 20);
    const ingest = new RunningCommand(env, ['ingest', put(folder, 'load.json', feedOf(2003, records))]);
    await until(
      async () => Number(await primary.sql(`SELECT count(*) FROM source_records WHERE cve_id LIKE 'CVE-2003-%'`)) > 0,
    );

    primary.kill();
    await setTimeout(300);
    const isHeirBehind = (await received(heir)) < (await received(other));
    const [next, last] = isHeirBehind ? [other, heir] : [heir, other];
    await last.follow(next, isHeirBehind ? 's1' : 's2');
    await next.promote();
    await next.sql(`ALTER SYSTEM SET synchronous_standby_names = ''`);
    await next.sql('SELECT pg_reload_conf()');

    const loaded = await ingest.ended();
    expect([loaded.code, loaded.stderr]).toEqual([0, expect.anything()]);
    const before = acknowledged.length;
    await until(async () => acknowledged.length > before + 20); // writes go on, too
    stop = true;
    const answers = await readers;
    await writing;

    const stored = new Set((await next.sql('SELECT n FROM acknowledged')).split('\n').map(Number));
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([]);
    expect([...answers.status.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(answers.withoutRetryAfter).toBe(0);
    expect(answers.longestGap).toBeLessThan(15_000); // seconds on a machine that does nothing else

    // The same as if nothing had happened.
    const { rows } = await writer.query<{ status: string; fetched: number; inserted: number; n: number }>(
      `SELECT status, records_fetched AS fetched, records_inserted AS inserted,
         (SELECT count(*)::int FROM source_records WHERE cve_id LIKE 'CVE-2003-%') AS n
       FROM ingestion_runs ORDER BY id DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ status: 'success', fetched: records, inserted: records, n: records }]);
    expect((await server.end('SIGTERM')).code).toBe(0);
    await last.caughtUp(next);
    const [there, here] = await Promise.all(
      [next, last].map(async (one) => contentOf(await opened({ DATABASE_URL: one.url() }))),
    );
    expect(there).toEqual(here);
  });
});

async function received(cluster: Cluster): Promise<bigint> {
  return BigInt(await cluster.sql(`SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint`));
}

/** The address that a server says it answers at. */
async function address(server: RunningCommand): Promise<string> {
  let said = '';
  server.child.stdout.on('data', (text: string) => {
    said += text;
  });
  const found = until(async () => /http:\/\/\S+:\d+/.test(said));
  const ended = server.ended().then(({ stderr }) => Promise.reject(new Error(stderr)));
  await Promise.race([found, ended]);
  ended.catch(() => {});
  return /http:\/\/\S+:\d+/.exec(said)?.[0] ?? '';
}

/** Asks again and again until it is enough. */
async function asked(url: string, isEnough: () => boolean): Promise<Answers> {
  const status = new Map<number, number>();
  let withoutRetryAfter = 0;
  let longestGap = 0;
  let good = performance.now();
  while (!isEnough()) {
    const answer = await fetch(url);
    await answer.text();
    status.set(answer.status, (status.get(answer.status) ?? 0) + 1);
    if (answer.status === 503 && !answer.headers.has('retry-after')) withoutRetryAfter++;
    if (answer.ok) {
      longestGap = Math.max(longestGap, performance.now() - good);
      good = performance.now();
    }
    await setTimeout(20);
  }
  return { status, withoutRetryAfter, longestGap };
}

/** Writes rows one by one; those that were acknowledged are noted. One whose fate is unknown is left. */
async function writes(database: Database, acknowledged: number[], isEnough: () => boolean): Promise<void> {
  for (let n = 0; !isEnough(); n++) {
    try {
      await database.query('INSERT INTO acknowledged VALUES ($1)', [n]);
      acknowledged.push(n);
    } catch {
      await setTimeout(100);
    }
  }
}
