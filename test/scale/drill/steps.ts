import { setTimeout } from 'node:timers/promises';
import { until } from '../../support/clusters.ts';
import { json, RunningCommand } from '../../support/command.ts';
import { feedYears, maxLagMs, type Stage } from './stage.ts';

/** Something that goes wrong. Returns what is to be said about it, or null; `leftOut` says why it cannot be played. */
export interface Step {
  readonly name: string;
  readonly play: (stage: Stage) => Promise<string | null>;
  readonly leftOut?: (stage: Stage) => string | null;
}

export const serverKilled: Step = {
  name: 'an API server is killed',
  play: async ({ servers: [victim], size }) => {
    await victim?.end('SIGKILL');
    await setTimeout(size.calmMs);
    await victim?.start();
    return null;
  },
};

/** The feed of the last year is held until the worker is dead: so it dies in the middle, with some of it stored. */
export const workerKilled: Step = {
  name: 'a worker is killed in the middle of a sync',
  play: async (stage) => {
    const { web, feed, primary, reckoning, size } = stage;
    const env = { ...stage.env, OPENTHREAT_SCHEDULES: '' };
    let isHeld = true;
    web.onRequest = async ({ path }) => {
      while (isHeld && path.includes(String(feedYears.at(-1)))) await setTimeout(20);
    };
    const stored = async () =>
      Number(
        await primary.sql(
          `SELECT count(*) FROM vulnerabilities WHERE cve_id LIKE 'CVE-20%' AND cve_id !~ '^CVE-2018-'`,
        ),
      );
    const worker = new RunningCommand({ ...env, OPENTHREAT_SCHEDULES: await onlyNvd() }, ['worker']);
    await until(async () => (await stored()) > 0);
    await worker.end('SIGKILL');
    const half = await stored();
    isHeld = false;
    const [summary] = (await json<{ sources: { outcome: string; reason: string | null }[] }>(env, ['sync', 'nvd']))
      .sources;
    if (summary?.outcome !== 'synced') throw new Error(`the next sync ${summary?.outcome}: ${summary?.reason}`);
    for (const year of feedYears) await reckoning.load(`feed-${year}`, feed.feed(year));
    const all = await stored();
    if (all !== size.records * feedYears.length) throw new Error(`${all} records are stored`);
    await json(env, ['verify', 'nvd']);
    return `${half} of ${all} records were stored`;
  },
};

async function onlyNvd(): Promise<string> {
  const { connectors } = await import('../../../src/sources/registry.ts');
  return connectors.flatMap(({ id }) => (id === 'nvd' ? [] : [`${id}=off`])).join(';');
}

export const databaseKilled: Step = {
  name: 'PostgreSQL is killed, and starts again',
  play: async ({ primary }) => {
    primary.kill();
    await primary.start();
    return null;
  },
};

export const primaryLost: Step = {
  name: 'the primary is lost, a standby promoted',
  play: async (stage) => {
    const [first, second] = stage.standbys;
    if (!first || !second) throw new Error('there must be two standbys');
    const lost = stage.primary;
    lost.kill();
    const isSecondAhead = (await received(second)) > (await received(first));
    const [next, other] = isSecondAhead ? [second, first] : [first, second];
    await other.follow(next, isSecondAhead ? 's1' : 's2');
    await next.promote();
    stage.primary = next;
    stage.standbys = [other];
    lost.destroy();
    return isSecondAhead ? 'the asynchronous standby had more' : null;
  },
};

async function received(cluster: { sql(text: string): Promise<string> }): Promise<bigint> {
  return BigInt(await cluster.sql(`SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint`));
}

export const replicaLags: Step = {
  name: 'a replica falls behind, and catches up',
  play: async ({ primary, standbys, servers, writer, size }) => {
    writer.via = servers.slice(0, 1); // the other one may show what is older, and not for long
    await setTimeout(size.calmMs);
    for (const one of standbys) await one.pauseReplay();
    await setTimeout(maxLagMs + size.calmMs);
    for (const one of standbys) await one.resumeReplay();
    for (const one of standbys) await one.caughtUp(primary);
    writer.via = servers;
    return null;
  },
};

export const redisGone: Step = {
  name: 'Redis is killed, and comes back',
  leftOut: ({ redis }) => (redis ? null : 'there is no redis-server here'),
  play: async ({ redis, servers, size }) => {
    await redis?.kill();
    await setTimeout(size.calmMs);
    await redis?.start();
    // The one that asks, and each server.
    await until(async () => ((await redis?.ask('CLIENT LIST'))?.match(/^id=/gm)?.length ?? 0) > servers.length);
    return null;
  },
};
