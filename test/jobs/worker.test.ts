import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reset } from '../../src/db/inspect/reset.ts';
import { checkDrift } from '../../src/db/migrate/drift.ts';
import { thisOwner } from '../../src/db/owner.ts';
import { sourceStates } from '../../src/db/sources.ts';
import { claimLease } from '../../src/db/write/source-lease.ts';
import { noteNextRun } from '../../src/db/write/source-state.ts';
import { AppError } from '../../src/errors.ts';
import type { SyncResult } from '../../src/ingest/sync/contract.ts';
import { createBoss } from '../../src/jobs/boss.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../src/jobs/worker.ts';
import { expectedSchema, type TestDatabase, testDatabases } from '../support/database.ts';
import { until } from '../support/watching.ts';
import { connector, result } from './connectors.ts';

const three = [connector('nvd'), connector('cisa_kev', { every: '30 6 * * *' }), connector('epss')];
const start = new Date('2026-06-01T12:20:00Z');

describe.each(testDatabases())('$name', (server) => {
  let db: TestDatabase;
  let now: Date;
  const workers: Worker[] = [];
  const said: string[] = [];
  const synced: string[] = [];

  beforeAll(async () => {
    db = await server.open();
    await (await work({ connectors: [], schedules: new Map() })).stop(); // makes the queues
  });

  afterAll(async () => {
    await db.drop();
  });

  beforeEach(async () => {
    await db.database.query('DELETE FROM pgboss.job; DELETE FROM pgboss.schedule; DELETE FROM source_state');
    now = start;
    said.length = 0;
    synced.length = 0;
  });

  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
  });

  async function work(options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const worker = await startWorker({
      db: db.database,
      connectors: three,
      schedules: new Map(three.map(({ id, every }) => [id, every])),
      sync: async ({ id }) => {
        synced.push(id);
        return result(id);
      },
      now: () => now,
      say: (text) => said.push(text),
      tasks: [],
      pollSeconds: 0.5,
      atOnce: 1,
      ...options,
    });
    workers.push(worker);
    return worker;
  }

  const nextRuns = async () =>
    Object.fromEntries((await sourceStates(db.database)).map(({ source, nextRunAt }) => [source, nextRunAt]));

  /** Waits until the next run of each is noted, which ends a sync. */
  const settled = (ids: readonly string[]) =>
    until(`${ids} to be synced`, async () => {
      const runs = await nextRuns();
      return ids.every((id) => runs[id] && Date.parse(runs[id]) > now.getTime()) || null;
    });

  test('what was never synced is synced at once, in order; the rest waits for its time', async () => {
    await work({ schedules: new Map([...three.map(({ id, every }) => [id, every] as const), ['epss', null]]) });
    await settled(['nvd', 'cisa_kev']);
    expect(synced).toEqual(['nvd', 'cisa_kev']);
    expect(await nextRuns()).toEqual({
      nvd: '2026-06-01T13:00:00.000Z',
      cisa_kev: '2026-06-02T06:30:00.000Z',
    });
    expect(said).toEqual([
      'nvd: 0 new, 0 updated, 0 unchanged in 0.0 s.',
      'cisa_kev: 0 new, 0 updated, 0 unchanged in 0.0 s.',
    ]);
  });

  test('a worker that starts again does what was missed meanwhile, once, and nothing else', async () => {
    await (await work()).stop();
    await work();
    await settled(['nvd', 'cisa_kev', 'epss']);
    await workers.at(-1)?.stop();
    synced.length = 0;
    now = new Date('2026-06-01T18:05:00Z');
    await work();
    await settled(['nvd', 'epss']);
    expect(synced).toEqual(['nvd', 'epss']);
    expect((await nextRuns()).nvd).toBe('2026-06-01T19:00:00.000Z');
  });

  test('a schedule fires by itself when its time has come', async () => {
    const every = new Map([['nvd', '* * * * *']]);
    await work({ schedules: every });
    await settled(['nvd']);
    await workers.at(-1)?.stop();
    synced.length = 0;
    // The first look of a worker at the schedules, as if the last one had been minutes ago.
    await db.database.query('UPDATE pgboss.version SET cron_on = NULL');
    await work({ schedules: every });
    expect(await nextRuns()).toEqual({ nvd: '2026-06-01T12:21:00.000Z' });
    now = new Date('2026-06-01T12:21:01Z');
    await settled(['nvd']);
    expect(synced).toEqual(['nvd']);
    expect(await nextRuns()).toEqual({ nvd: '2026-06-01T12:22:00.000Z' });
  });

  test('two workers at once sync each source once', async () => {
    await Promise.all([work(), work()]);
    await settled(['nvd', 'cisa_kev', 'epss']);
    expect(synced.toSorted()).toEqual(['cisa_kev', 'epss', 'nvd']);
  });

  test('a failure is tried again soon when the next time is far', async () => {
    const failed = (id: string) => result(id, { outcome: 'failed', reason: 'feeds.example refused the connection.' });
    await work({ sync: async ({ id }) => failed(id), connectors: three.slice(0, 2) });
    await settled(['nvd', 'cisa_kev']);
    expect(await nextRuns()).toEqual({ nvd: '2026-06-01T12:35:00.000Z', cisa_kev: '2026-06-01T12:35:00.000Z' });
    expect(said).toContain('nvd: failed: feeds.example refused the connection.');
    await workers.at(-1)?.stop();
    now = new Date('2026-06-01T12:36:00Z');
    await work({ connectors: three.slice(0, 2) });
    await settled(['nvd', 'cisa_kev']);
    expect(synced).toEqual(['nvd', 'cisa_kev']);
  });

  test('stopping ends the sync in hand and waits for it; the next worker begins with it', async () => {
    const end = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const worker = await work({
      sync: async ({ id }, signal): Promise<SyncResult> => {
        synced.push(id);
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await end.promise; // the batch in hand
        return result(id, { outcome: 'interrupted', reason: 'Interrupted; the next sync goes on from here.' });
      },
    });
    await begun.promise;
    let stopped = false;
    const stopping = worker.stop().then(() => {
      stopped = true;
    });
    await db.database.query('SELECT 1');
    expect(stopped).toBe(false);
    end.resolve();
    await stopping;
    await worker.stopped;
    expect(synced).toEqual(['nvd']);
    expect(said).toEqual(['nvd: interrupted: Interrupted; the next sync goes on from here.']);
    await work();
    await settled(['nvd', 'cisa_kev', 'epss']);
    expect(synced).toEqual(['nvd', 'nvd', 'cisa_kev', 'epss']);
  });

  test('a signal stops it, also one that came before', async () => {
    const stop = new AbortController();
    const worker = await work({ signal: stop.signal });
    stop.abort();
    await worker.stopped;
    await (await work({ signal: stop.signal })).stopped;
  });

  test('what a killed worker had in hand is taken over, also when it takes a moment to die', async () => {
    const boss = createBoss(db.database, () => {});
    await boss.start();
    await boss.send('sync', {}, { singletonKey: 'nvd' });
    expect(await boss.fetch('sync')).toHaveLength(1);
    await boss.stop({ close: false });
    const killed = { owner: `${thisOwner()}:lease`, milliseconds: 300_000, dead: null };
    await claimLease(db.database, 'nvd', killed);
    await work({ watchSeconds: 0.1 });
    await settled(['cisa_kev', 'epss']);
    expect(synced).toEqual(['cisa_kev', 'epss']);
    const dead = { ...killed, owner: `${hostname()}:999999999:0:lease`, dead: killed.owner };
    expect(await claimLease(db.database, 'nvd', dead)).toBe(true);
    await settled(['nvd']);
    expect(synced).toEqual(['cisa_kev', 'epss', 'nvd']);
  });

  test('a source that somebody syncs by hand, or that waits for a setting, is told once and left', async () => {
    const skipped = result('cisa_kev', { outcome: 'skipped', reason: 'set ABUSE_CH_AUTH_KEY' });
    const sync = async ({ id }: { id: string }) => {
      if (id === 'nvd') throw new AppError('locked', 'nvd is being synced by process 7.');
      return skipped;
    };
    const worker = await work({ sync, connectors: three.slice(0, 2) });
    await settled(['nvd', 'cisa_kev']);
    await worker.stop();
    expect(said).toEqual([
      'nvd: not asked: nvd is being synced by process 7.',
      'cisa_kev: not asked: set ABUSE_CH_AUTH_KEY',
    ]);
  });

  test('a database error is told, and the source stays due', async () => {
    const sync = async () => {
      throw new AppError('database_refused', 'The database refused the statement.');
    };
    await work({ sync, connectors: three.slice(0, 1) });
    await until('the failure', () => said[0] ?? null);
    expect(said[0]).toBe('nvd: failed: The database refused the statement.');
    expect(await nextRuns()).toEqual({});
  });

  test('a schedule that changes moves the next run', async () => {
    await noteNextRun(db.database, 'cisa_kev', '2026-06-02T06:30:00Z');
    await noteNextRun(db.database, 'epss', '2026-06-01T13:00:00Z');
    await work({
      connectors: three.slice(1),
      schedules: new Map([
        ['cisa_kev', '*/30 * * * *'],
        ['epss', null],
      ]),
    });
    expect(await nextRuns()).toEqual({ cisa_kev: '2026-06-01T12:30:00.000Z', epss: null });
  });

  test('housekeeping is done when it was not since it was due', async () => {
    // When a job was done is by the database's clock.
    const { rows } = await db.database.query<{ now: string }>('SELECT now() AS now');
    now = new Date(rows[0]?.now ?? '');
    const done: string[] = [];
    const tasks = ['daily', 'failing'].map((id) => ({
      id,
      every: '10 0 * * *',
      run: async (_db: unknown, at: Date) => {
        done.push(id);
        if (id === 'failing') throw new Error('no');
        return `done on ${at.toISOString().slice(0, 10)}`;
      },
    }));
    const options = { tasks, connectors: [], schedules: new Map() };
    const both = () => until('both tasks', () => done.includes('failing') || null);
    const first = await work(options);
    await until('the first', () => done.includes('daily') || null);
    await both();
    await first.stop();
    expect(said).toEqual(
      expect.arrayContaining([`daily: done on ${now.toISOString().slice(0, 10)}.`, 'failing: failed: no']),
    );
    done.length = 0;
    await work(options);
    await both();
    expect(done).toEqual(['failing']);
  });

  test('the queues are no part of the schema', async () => {
    await work();
    await settled(['nvd', 'cisa_kev', 'epss']);
    await workers.at(-1)?.stop();
    expect(await checkDrift(db.database, expectedSchema())).toEqual([]);
    await reset(db.database);
    expect(await checkDrift(db.database, expectedSchema())).toEqual([]);
    synced.length = 0;
    await work();
    await settled(['nvd', 'cisa_kev', 'epss']);
    expect(synced).toEqual(['nvd', 'cisa_kev', 'epss']);
  });
});
