import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { epssOfCve } from '../../src/db/epss.ts';
import { lastRetention } from '../../src/db/retention.ts';
import { vulnerability } from '../../src/db/vulnerabilities.ts';
import { vulnerabilityOn } from '../../src/db/vulnerability-on.ts';
import type { CveId } from '../../src/domain/record.ts';
import { retentionTask } from '../../src/jobs/retention-task.ts';
import { foreseeRetention, type Retained, type RetentionLimits, retain } from '../../src/ops/retention.ts';
import { testApi } from '../support/api.ts';
import { json } from '../support/command.ts';
import { empty } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

const day = 86_400_000;
const now = new Date('2024-06-10T00:00:00Z');
const forEver: RetentionLimits = {
  historyMs: 0,
  epssHistoryMs: 0,
  runsMs: 0,
  runsOfSource: 1,
  rejectedMs: 0,
  searchCacheMs: 0,
  tasksMs: 0,
  auditMs: 0,
};
const id: CveId = 'CVE-2024-0001';
const signal = new AbortController().signal;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-retention-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(testDatabases())('what is kept, on $name', (server) => {
  let opened: TestDatabase;
  let db: Database;
  const apps: App[] = [];
  beforeAll(async () => {
    opened = await server.open();
    db = opened.database;
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => opened.drop());
  beforeEach(async () => {
    await empty(db);
    await db.query('DELETE FROM tasks; DELETE FROM search_cache');
  });

  const prune = (limits: Partial<RetentionLimits>, at = now) =>
    retain(db, { now: at, signal, limits: { ...forEver, ...limits }, requestedBy: 'worker' });
  const foresee = (limits: Partial<RetentionLimits>) => foreseeRetention(db, { ...forEver, ...limits }, now);
  const gone = (tables: readonly Retained[]) =>
    Object.fromEntries(tables.flatMap(({ table, rows }) => (rows > 0 ? [[table, rows]] : [])));
  const column = async (sql: string) => (await db.query<{ v: unknown }>(sql, [])).rows.map(({ v }) => v);

  async function scoreOn(date: string): Promise<number | null> {
    const current = await vulnerability(db, id);
    if (!current) throw new Error('the CVE is gone');
    return (await vulnerabilityOn(db, current, date)).record.cvssScore;
  }

  /** A CVE that came in on 1 January with a score of 4, which was 5 from February on, and so forth. */
  async function fourMonths(): Promise<void> {
    for (const month of [1, 2, 3, 4]) {
      const modified = `2024-0${month}-01T00:00:00.000`;
      const file = put(folder, `${month}.json`, nvdFeed([nvdRecord(id, { score: month + 3, modified })]));
      await loadWell(db, [file], `2024-0${month}-01T10:00:00.000Z`);
    }
  }

  test('history before its age goes, what was known since stays right, and before it is said that it is not kept', async () => {
    await fourMonths();
    const before = await Promise.all(['2024-03-15', '2024-04-15'].map(scoreOn));
    const limits = { historyMs: 87 * day }; // since 15 March
    expect(gone(await foresee(limits))).toEqual({ vulnerability_changes: 2 });
    expect(gone(await prune(limits))).toEqual({ vulnerability_changes: 2 });
    expect(await Promise.all(['2024-03-15', '2024-04-15'].map(scoreOn))).toEqual(before);
    expect(before).toEqual([6, 7]);
    expect(await scoreOn('2024-03-01')).toBe(6);
    await expect(scoreOn('2024-02-28')).rejects.toMatchObject({
      code: 'not_found',
      message: `What ${id} was like on 2024-02-28 is not kept any more: its history begins on 2024-03-01. OPENTHREAT_KEEP_HISTORY says how long it is kept.`,
    });
    await expect(scoreOn('2023-12-31')).rejects.toThrow('was not known here');
    expect(gone(await prune(limits))).toEqual({}); // nothing is left to do
    // A month later the beginning moves on, and there is one of it still.
    expect(gone(await prune({ historyMs: 87 * day }, new Date('2024-07-10T00:00:00Z')))).toEqual({
      vulnerability_changes: 1,
    });
    expect(await column('SELECT source AS v FROM vulnerability_changes')).toEqual(['retention']);
    expect(await scoreOn('2024-04-02')).toBe(7);
    await expect(scoreOn('2024-03-15')).rejects.toThrow('begins on 2024-04-01');
  });

  test('the API says so, and shows where the history begins', async () => {
    await fourMonths();
    await prune({ historyMs: 87 * day });
    const app = await testApi(db);
    apps.push(app);
    const asked = await app.inject(`/api/v1/vulnerabilities/${id}?as_of=2024-02-10`);
    expect([asked.statusCode, asked.json().detail]).toEqual([404, expect.stringContaining('begins on 2024-03-01')]);
    const { items } = (await app.inject(`/api/v1/vulnerabilities/${id}/history`)).json();
    expect(items.map((step: { source: string }) => step.source)).toEqual(['nvd', 'retention']);
    expect(items[1]).toMatchObject({ changed_at: '2024-03-01T10:00:00.000Z', changes: [], run_id: null });
  });

  test('a CVE that changed after its age only keeps all of its history', async () => {
    await fourMonths();
    await prune({ historyMs: 150 * day });
    expect(await scoreOn('2024-01-15')).toBe(4);
  });

  test('a curve keeps the point that counts where it begins', async () => {
    const points = ['2024-01-01', '2024-02-01', '2024-03-01', '2024-04-01'];
    for (const [index, point] of points.entries())
      await db.query('INSERT INTO epss_history (cve_id, day, epss, percentile) VALUES ($1, $2, $3, 0.5)', [
        id,
        point,
        (index + 1) / 10,
      ]);
    await db.query(
      `INSERT INTO epss_history (cve_id, day, epss, percentile) VALUES ('CVE-2024-0002', '2024-05-01', 1, 1)`,
    );
    const limits = { epssHistoryMs: 87 * day }; // since 15 March
    expect(gone(await foresee(limits))).toEqual({ epss_history: 2 });
    expect(gone(await prune(limits))).toEqual({ epss_history: 2 });
    expect((await epssOfCve(db, id, '2024-03-15')).score?.epss).toBe(0.3);
    expect((await epssOfCve(db, id, '2024-05-15')).score?.epss).toBe(0.4);
    await expect(epssOfCve(db, id, '2024-02-15')).rejects.toThrow(
      `The EPSS of ${id} on 2024-02-15 is not kept any more: its history begins on 2024-03-01.`,
    );
    // This one was never cut: it had no score then.
    expect((await epssOfCve(db, 'CVE-2024-0002', '2024-02-15')).score).toBeNull();
  });

  test('of each source the newest runs stay however old they are, and a rejected record goes with its run', async () => {
    const run = async (source: string, at: string, status = 'success') => {
      const { rows } = await db.query<{ id: number }>(
        'INSERT INTO ingestion_runs (source, status, started_at) VALUES ($1, $2, $3) RETURNING id',
        [source, status, at],
      );
      const runId = rows[0]?.id ?? 0;
      await db.query(
        `INSERT INTO rejected_records (run_id, source, document, place, reason, excerpt, created_at)
         VALUES ($1, $2, 'd', 'p', 'r', '', $3)`,
        [runId, source, at],
      );
    };
    for (const date of ['02-01', '03-01', '04-20', '06-01']) await run('nvd', `2024-${date}T00:00:00Z`);
    await run('nvd', '2023-01-01T00:00:00Z', 'running');
    await run('epss', '2022-01-01T00:00:00Z');
    const limits = { runsMs: 40 * day, runsOfSource: 3 };
    expect(gone(await foresee(limits))).toEqual({ ingestion_runs: 1, rejected_records: 1 });
    expect(gone(await prune(limits))).toEqual({ ingestion_runs: 1, rejected_records: 1 });
    expect(await column(`SELECT source || ' ' || started_at::date AS v FROM ingestion_runs ORDER BY 1`)).toEqual([
      'epss 2022-01-01',
      'nvd 2023-01-01',
      'nvd 2024-03-01',
      'nvd 2024-04-20',
      'nvd 2024-06-01',
    ]);
    expect(gone(await prune({ rejectedMs: 60 * day }))).toEqual({ rejected_records: 3 });
    expect(await column('SELECT count(*)::int AS v FROM ingestion_runs')).toEqual([5]);
  });

  test('results, tasks and audit entries go by their age; work in hand stays', async () => {
    await db.query(
      `INSERT INTO search_cache (cache_key, query_type, query_params, results, result_count, created_at, expires_at)
       SELECT k, 'search', '{}', '{}', 0, t::timestamptz, t::timestamptz + interval '30 days'
       FROM (VALUES ('old', '2024-05-20Z'), ('over', '2024-01-01Z'), ('new', '2024-06-09Z')) AS x(k, t)`,
    );
    await db.query(
      `INSERT INTO tasks (id, kind, params, state, created_at) VALUES ('old', 'sync', '{}', 'failed', '2024-01-01Z'),
         ('busy', 'sync', '{}', 'running', '2024-01-01Z'), ('new', 'sync', '{}', 'success', '2024-06-09Z')`,
    );
    await db.query(
      `INSERT INTO audit_log (id, at, via, host, action) VALUES ('old', '2024-01-01Z', 'cli', 'h', 'sync'),
         ('new', '2024-06-09Z', 'cli', 'h', 'sync')`,
    );
    const limits = { searchCacheMs: 30 * day, tasksMs: 30 * day, auditMs: 30 * day };
    const expected = { search_cache: 1, tasks: 1, audit_log: 1 };
    expect(gone(await foresee(limits))).toEqual(expected);
    expect(gone(await prune(limits))).toEqual(expected);
    expect(await column(`SELECT cache_key AS v FROM search_cache ORDER BY 1`)).toEqual(['new', 'old']);
    expect(await column(`SELECT id AS v FROM tasks WHERE kind = 'sync' ORDER BY 1`)).toEqual(['busy', 'new']);
    expect(await column(`SELECT id AS v FROM audit_log WHERE id IN ('old', 'new')`)).toEqual(['new']);
  });

  test('many rows go in batches, and 0 keeps everything', async () => {
    await db.query(
      `INSERT INTO rejected_records (run_id, source, document, place, reason, excerpt, created_at)
       SELECT 1, 'nvd', 'd', 'p', 'r', '', '2024-01-01Z' FROM generate_series(1, 4500)`,
    );
    expect(gone(await prune({}))).toEqual({});
    expect(gone(await prune({ rejectedMs: day }))).toEqual({ rejected_records: 4500 });
  });

  test('the schedule does it and says what went; when it was done last is known', async () => {
    expect(await lastRetention(db)).toBeNull();
    await fourMonths();
    const task = retentionTask('40 3 * * *', { ...forEver, historyMs: day });
    expect(await task.run(db, now, signal)).toBe('deleted what was older than it is kept: 3 of vulnerability_changes');
    expect(await task.run(db, new Date('2024-06-11T00:00:00Z'), signal)).toBeNull();
    expect(await lastRetention(db)).toMatchObject({ error: null, deleted: { vulnerability_changes: 0 } });
    expect((await lastRetention(db))?.completedAt).toMatch(/^2024-06-11T00:00:0/);
    expect(() => retentionTask('at night', forEver)).toThrow('OPENTHREAT_RETENTION_SCHEDULE must be times as in cron');
  });

  test('what is stopped is written down as such', async () => {
    await retain(db, { now, signal: AbortSignal.abort(), limits: forEver, requestedBy: 'worker' });
    expect((await lastRetention(db))?.error).toContain('Interrupted');
  });

  test('openthreat prune tells before and after', async () => {
    await fourMonths();
    const env = { ...opened.env, OPENTHREAT_KEEP_HISTORY: '1d' };
    const rowsOf = ({ tables }: { tables: Retained[] }) => gone(tables).vulnerability_changes;
    expect(rowsOf(await json(env, ['prune', '--dry-run']))).toBe(3);
    expect(rowsOf(await json(env, ['prune']))).toBe(3);
    expect((await lastRetention(db))?.deleted.vulnerability_changes).toBe(3);
  });
});

test('by default years of history are kept, and a schedule is set', () => {
  const { retention } = loadConfig({});
  expect(retention).toMatchObject({ schedule: '40 3 * * *', historyMs: 1825 * day, runsOfSource: 50 });
  expect(loadConfig({ OPENTHREAT_RETENTION_SCHEDULE: 'off' }).retention.schedule).toBeNull();
  expect(() => loadConfig({ OPENTHREAT_KEEP_RUNS: 'long' })).toThrow('OPENTHREAT_KEEP_RUNS must be a time such as');
});
