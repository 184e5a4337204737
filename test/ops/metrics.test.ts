import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { App } from '../../src/api/contract.ts';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { Metrics } from '../../src/ops/metrics.ts';
import { retain } from '../../src/ops/retention.ts';
import { testApi, testDay } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}
const { groups } = parse(read('ops/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('ops/grafana/openthreat.json')) as object;

/** A question to Prometheus, and the labels that texts beside it show. */
interface Question {
  readonly where: string;
  readonly expr: string;
  readonly shown: string;
}

function questionsIn(node: unknown, title = ''): Question[] {
  if (typeof node !== 'object' || node === null) return [];
  const { expr, legendFormat, title: own, definition } = node as Readonly<Record<string, unknown>>;
  const where = typeof own === 'string' ? own : title;
  const asked = typeof expr === 'string' ? expr : definition;
  const here = typeof asked === 'string' ? [{ where, expr: asked, shown: String(legendFormat ?? '') }] : [];
  return [...here, ...Object.values(node).flatMap((child) => questionsIn(child, where))];
}

const questions: readonly Question[] = [
  ...questionsIn(dashboard),
  ...alerts.map(({ alert, expr, annotations }) => ({ where: alert, expr, shown: annotations.summary })),
];

/** What Prometheus itself adds. */
const added = { metrics: ['up'], labels: ['instance', 'job', '__name__'] };

const metricsIn = (expr: string) => [...new Set(expr.match(/\b(?:openthreat|process)_\w+|\bup\b/g) ?? [])];

function labelsIn({ expr, shown }: Question): string[] {
  const matchers = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(
    ([, inside = '']) => inside.match(/\w+(?=\s*[=!]~?)/g) ?? [],
  );
  const groupings = [...expr.matchAll(/\b(?:by|on|without)\s*\(([^)]*)\)/g)].flatMap(
    ([, inside = '']) => inside.match(/\w+/g) ?? [],
  );
  const legends = [...shown.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, name = '']) => name);
  return [...matchers, ...groupings, ...legends];
}

/** The labels of each metric that an answer has samples of, or at least describes. */
function metricsOf(body: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const line of body.split('\n')) {
    const [, name = '', labels = ''] = /^(?:# TYPE )?(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === '') continue;
    const known = found.get(name) ?? new Set();
    for (const label of labels.match(/\w+(?==")/g) ?? []) known.add(label);
    found.set(name, known);
  }
  return found;
}

/** Nobody follows the databases of tests, so these have no samples there. */
const ofStandbys = ['openthreat_replication_lag_bytes', 'openthreat_replication_lag_seconds'];

describe.each(testDatabases())('metrics on $name', (server) => {
  let opened: TestDatabase;
  let db: Database;
  let folder: string;
  const apps: App[] = [];
  beforeAll(async () => {
    opened = await server.open();
    db = opened.database;
    folder = mkdtempSync(join(tmpdir(), 'openthreat-metrics-'));
    writeFileSync(join(folder, 'openthreat-20240531T120000Z.tar.zst'), 'twelve bytes');
    writeFileSync(join(folder, 'openthreat-20240501T120000Z.tar.zst'), 'old');
    await db.query(
      `INSERT INTO source_state (source, last_attempt_at, last_success_at, next_run_at, failures, held)
       VALUES ('nvd', '2024-06-01T11:00Z', '2024-06-01T00:00Z', '2024-06-01T11:30Z', 3, '{"since": "2024-06-01T00:00:00.000Z"}')`,
    );
    await db.query(`INSERT INTO ingestion_runs (source, status) VALUES ('nvd', 'failed'), ('nvd', 'failed')`);
    await db.query(
      `INSERT INTO rejected_records (run_id, source, document, place, reason, excerpt, created_at)
       VALUES (1, 'nvd', 'd', 'p', 'r', '', '2020-01-01Z')`,
    );
    const { retention } = loadConfig({});
    const now = new Date('2024-06-01T06:00:00Z');
    await retain(db, { now, limits: retention, signal: new AbortController().signal, requestedBy: 'worker' });
    await db.query('ANALYZE');
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(async () => {
    await opened.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function served(parts: Parameters<typeof testApi>[2] = {}): Promise<App> {
    const app = await testApi(db, {}, { backups: folder, ...parts });
    apps.push(app);
    return app;
  }
  const scraped = async (app: App) => (await app.inject('/metrics')).body;
  const value = (body: string, sample: string) => {
    const line = body.split('\n').find((one) => one.startsWith(`${sample} `));
    return line === undefined ? null : Number(line.slice(sample.length + 1));
  };

  test('every metric and label that the dashboard and the alerts name is there', async () => {
    const app = await served();
    await app.inject('/api/v1/vulnerabilities/CVE-1999-0001');
    const body = await scraped(app);
    const known = metricsOf(body);
    const wrong = questions.flatMap((question) => {
      const metrics = metricsIn(question.expr).filter((name) => !added.metrics.includes(name));
      const missing = metrics.filter(
        (name) => !known.has(name) && !known.has(name.replace(/_(?:bucket|count|sum)$/, '')),
      );
      const labels = new Set([...added.labels, ...metrics.flatMap((name) => [...(known.get(name) ?? [])])]);
      if (metrics.some((name) => ofStandbys.includes(name))) labels.add('standby');
      return [...missing, ...labelsIn(question).filter((name) => !labels.has(name))].map((name) => [
        question.where,
        name,
      ]);
    });
    expect(wrong).toEqual([]);
    expect(questions.length).toBeGreaterThan(40);
    const silent = metricsIn(questions.map(({ expr }) => expr).join('\n')).filter(
      (name) => !body.split('\n').some((line) => line.startsWith(name)),
    );
    expect(silent.filter((name) => !added.metrics.includes(name))).toEqual(['openthreat_replication_lag_seconds']);
  });

  test('they tell of sources, backups and retention', async () => {
    const body = await scraped(await served());
    const values = {
      'openthreat_source_age_seconds{source="nvd"}': 12 * 3600,
      'openthreat_source_held{source="nvd"}': 1,
      'openthreat_source_held{source="epss"}': 0,
      'openthreat_source_failures{source="nvd"}': 3,
      'openthreat_source_overdue_seconds{source="nvd"}': 1800,
      'openthreat_ingestion_runs{source="nvd",status="failed"}': 2,
      openthreat_backup_age_seconds: 86_400,
      openthreat_backup_size_bytes: 12,
      openthreat_retention_failed: 0,
      'openthreat_retention_deleted_rows{table="rejected_records"}': 1,
      'openthreat_retention_deleted_rows{table="vulnerability_changes"}': 0,
      'openthreat_tasks{kind="retention",state="success"}': 1,
    };
    expect(Object.fromEntries(Object.keys(values).map((sample) => [sample, value(body, sample)]))).toEqual(values);
    const hours = (Date.parse(testDay) - Date.parse('2024-06-01T06:00:00Z')) / 1000;
    expect(hours - (value(body, 'openthreat_retention_age_seconds') ?? 0)).toBeLessThan(60);
  });

  test('they tell of the database', async () => {
    const idle = await db.connect();
    try {
      await idle.query('BEGIN; SELECT 1');
      // The embedded database has one session for all, which a transaction keeps from others.
      if (server.name === 'embedded') await idle.query('ROLLBACK');
      const body = await scraped(await served());
      expect(value(body, 'openthreat_database_up')).toBe(1);
      expect(value(body, 'openthreat_database_size_bytes')).toBeGreaterThan(1_000_000);
      expect(value(body, 'openthreat_table_size_bytes{table="vulnerabilities"}')).toBeGreaterThan(8192);
      expect(value(body, 'openthreat_table_dead_rows{table="rejected_records"}')).toBeGreaterThanOrEqual(0);
      expect(value(body, 'openthreat_database_cache_hit_ratio')).toBeGreaterThanOrEqual(0);
      expect(value(body, 'openthreat_database_server_connections_max')).toBeGreaterThan(0);
      expect(value(body, 'openthreat_database_long_statements')).toBe(0);
      if (server.name === 'embedded') return;
      expect(value(body, 'openthreat_database_server_connections{state="idle in transaction"}')).toBe(1);
      expect(value(body, 'openthreat_database_idle_in_transaction_seconds')).toBeGreaterThan(0);
      expect(value(body, 'openthreat_database_oldest_transaction_seconds')).toBeGreaterThan(0);
    } finally {
      idle.release(true);
    }
  });

  test('the database is asked once for all who ask at a time', async () => {
    let connections = 0;
    const counting = new Proxy(db, {
      get(target, name) {
        const member = Reflect.get(target, name, target);
        if (name === 'connect') connections++;
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const app = await served({ db: counting });
    await scraped(app);
    const first = connections;
    await Promise.all([scraped(app), scraped(app), scraped(app)]);
    expect([first > 0, connections]).toEqual([true, first]);
  });

  test('they tell which standby a server reads from', async () => {
    const metrics = new Metrics({
      db,
      now: () => new Date(testDay),
      backups: 'none',
      version: '0.0.0',
      inFlight: () => 0,
      results: () => ({ hits: 0, misses: 0 }),
      sources: async () => [],
      replicas: () => [
        { server: 'one:5432', condition: 'fresh', lagMs: 250, inUse: true },
        { server: 'two:5432', condition: 'unreachable', lagMs: null, inUse: false },
      ],
    });
    expect(
      (await metrics.text()).split('\n').filter((line) => /^openthreat_replica_(?:in_use|lag_seconds)\{/.test(line)),
    ).toEqual([
      'openthreat_replica_in_use{replica="one:5432"} 1',
      'openthreat_replica_in_use{replica="two:5432"} 0',
      'openthreat_replica_lag_seconds{replica="one:5432"} 0.25',
    ]);
  });

  test('without a database there are no old numbers of it, and a folder that is not there is none', async () => {
    const gone = await openDatabase(opened.config);
    await gone.close();
    const without = await scraped(await served({ db: gone }));
    expect(value(without, 'openthreat_database_up')).toBe(0);
    expect(without).not.toMatch(/^openthreat_(?:table|source|retention|ingestion)\w*\{/m);
    for (const sample of ['openthreat_retention_age_seconds', 'openthreat_database_size_bytes'])
      expect(value(without, sample)).toBeNull();
    expect(value(without, 'process_start_time_seconds')).toBeGreaterThan(0);
    const body = await scraped(await served({ backups: join(folder, 'none') }));
    expect(value(body, 'openthreat_backup_age_seconds')).toBeNull();
  });
});

describe('alerts', () => {
  const headings = [...read('docs/OPERATIONS.md').matchAll(/^### (OpenThreat\w+)$/gm)].map(([, name = '']) => name);

  test('each has its paragraph in docs/OPERATIONS.md, and each paragraph its alert', () => {
    expect(headings.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
    expect(new Set(headings).size).toBe(headings.length);
    for (const { alert, annotations } of alerts)
      expect(annotations.runbook_url).toBe(`docs/OPERATIONS.md#${alert.toLowerCase()}`);
  });

  test('each says how bad it is, after how long, and what is wrong', () => {
    expect(alerts.length).toBeGreaterThan(10);
    for (const { for: after, labels, annotations } of alerts) {
      expect(after).toMatch(/^\d+[mh]$/);
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\.$/);
    }
  });

  test('Prometheus is told where the server is and of these alerts', () => {
    const config = parse(read('ops/prometheus/prometheus.yml'));
    expect(config.rule_files).toEqual(['alerts.yml']);
    expect(config.scrape_configs).toMatchObject([{ job_name: 'openthreat', metrics_path: '/metrics' }]);
    const { http } = loadConfig({});
    expect(config.scrape_configs[0].static_configs[0].targets).toEqual([`${http.host}:${http.port}`]);
  });
});

test('the dashboard asks the data source that is chosen, and no two panels are the same', () => {
  const { panels, templating } = dashboard as {
    panels: { id: number; type: string; title: string; targets?: { datasource: { uid: string } }[] }[];
    templating: { list: { name: string; type: string }[] };
  };
  expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
    'Freshness',
    'Requests and latency',
    'Database',
    'Jobs',
  ]);
  const uids = panels.flatMap(({ targets = [] }) => targets.map(({ datasource }) => datasource.uid));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own way to name a variable
  expect(new Set(uids)).toEqual(new Set(['${datasource}']));
});
