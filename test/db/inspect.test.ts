import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activity } from '../../src/db/inspect/activity.ts';
import { health } from '../../src/db/inspect/health.ts';
import { indexUsage } from '../../src/db/inspect/index-usage.ts';
import { libpqEnvironment } from '../../src/db/inspect/psql.ts';
import { runQuery } from '../../src/db/inspect/query.ts';
import { sizes } from '../../src/db/inspect/sizes.ts';
import { vacuum } from '../../src/db/inspect/vacuum.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

/**
 * The statements of the operator's handbook, word for word. One names columns that PostgreSQL's view of index usage does not
 * have (tablename, indexname): here they are given to it.
 */
const handbook = [
  'SELECT COUNT(*) FROM vulnerabilities;',
  'SELECT COUNT(*) FROM vulnerabilities WHERE exploited_in_the_wild = true;',
  `SELECT cve_id, title, priority_score, cvss_score, exploited_in_the_wild
FROM vulnerabilities
ORDER BY priority_score DESC
LIMIT 10;`,
  `SELECT cve_id, title, cvss_score
FROM vulnerabilities
WHERE cve_id ILIKE '%2024%'
LIMIT 10;`,
  `SELECT id, source, status, records_inserted, records_updated, started_at
FROM ingestion_runs
ORDER BY started_at DESC
LIMIT 10;`,
  `SELECT severity, COUNT(*) as count
FROM vulnerabilities
GROUP BY severity
ORDER BY count DESC;`,
  `SELECT 
    jsonb_array_elements_text(vendors::jsonb) as vendor,
    COUNT(*) as vuln_count
FROM vulnerabilities
WHERE vendors IS NOT NULL
GROUP BY vendor
ORDER BY vuln_count DESC
LIMIT 20;`,
  `EXPLAIN ANALYZE
SELECT * FROM vulnerabilities
WHERE exploited_in_the_wild = true
ORDER BY priority_score DESC
LIMIT 20;`,
  `SELECT schemaname, tablename, indexname, idx_scan
FROM (SELECT schemaname, relname AS tablename, indexrelname AS indexname, idx_scan FROM pg_stat_user_indexes) AS i
ORDER BY idx_scan DESC;`,
  `SELECT 
    schemaname,
    tablename,
    pg_size_pretty(pg_total_relation_size(schemaname||'.'||tablename)) AS size
FROM pg_tables
WHERE schemaname = 'public'
ORDER BY pg_total_relation_size(schemaname||'.'||tablename) DESC;`,
  'SELECT count(*) FROM pg_stat_activity;',
  `SELECT pid, now() - query_start as duration, query
FROM pg_stat_activity
WHERE state = 'active'
ORDER BY duration DESC;`,
  'SELECT pg_size_pretty(pg_database_size(current_database()));',
];

const hasPsql = (() => {
  try {
    execFileSync('psql', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

describe.each(testDatabases())('looking into $name', (server) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await server.open();
    await db.database.query(`INSERT INTO vulnerabilities (cve_id, title, vendors, priority_score, exploited_in_the_wild) VALUES
      ('CVE-2024-0001', 'First', '["microsoft"]', 0.9, true), ('CVE-2023-0002', NULL, '["microsoft", "apache"]', 0.1, false)`);
  });
  afterAll(() => db.drop());

  test.each(handbook)('%s', async (sql) => {
    const result = await runQuery(db.database, sql, { write: false });
    expect(result.columns.length).toBeGreaterThan(0);
  });

  test.runIf(hasPsql)('psql runs them too', () => {
    const env = { ...process.env, ...libpqEnvironment(db.config, db.database) };
    return expect(psql(env, handbook.join('\n'))).resolves.toContain('CVE-2024-0001');
  });

  test('columns may have the same name, and values keep their type', async () => {
    expect(await runQuery(db.database, 'SELECT 1 AS a, NULL AS a, true AS b', { write: false })).toMatchObject({
      columns: ['a', 'a', 'b'],
      rows: [[1, null, true]],
    });
  });

  test.each(['DELETE FROM vulnerabilities', 'CREATE TABLE x ()', 'VACUUM vulnerabilities', 'TRUNCATE iocs'])(
    '%s needs to be meant',
    async (sql) => {
      await expect(runQuery(db.database, sql, { write: false })).rejects.toMatchObject({
        code: 'database_refused',
        message: expect.stringContaining('--write'),
      });
    },
  );

  test('nothing is smuggled in behind a statement', async () => {
    await expect(
      runQuery(db.database, 'SELECT 1; COMMIT; DELETE FROM vulnerabilities', { write: false }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    await runQuery(db.database, 'COMMIT', { write: false });
    await expect(runQuery(db.database, 'DELETE FROM vulnerabilities', { write: false })).rejects.toMatchObject({
      code: 'database_refused',
    });
    expect((await runQuery(db.database, 'SELECT count(*) FROM vulnerabilities', { write: false })).rows).toEqual([[2]]);
  });

  test('written when meant, VACUUM included', async () => {
    expect(await runQuery(db.database, `INSERT INTO search_terms VALUES ('x', 1)`, { write: true })).toMatchObject({
      command: 'INSERT',
      rowCount: 1,
    });
    await runQuery(db.database, 'VACUUM ANALYZE vulnerabilities;', { write: true });
  });

  test('health, sizes, index usage, activity, vacuum', async () => {
    expect(await health(db.database)).toMatchObject({
      healthy: true,
      pendingMigrations: 0,
      kind: server.name,
      readOnly: false,
    });
    const { tables, indexes, databaseBytes } = await sizes(db.database);
    expect(databaseBytes).toBeGreaterThan(1_000_000);
    expect(tables.map((t) => t.table)).toContain('vulnerabilities');
    expect(indexes.map((i) => i.index)).toContain('ix_vuln_search');
    expect((await indexUsage(db.database)).map((i) => i.index)).toContain('ix_vulnerabilities_priority_score');
    expect(Array.isArray(await activity(db.database))).toBe(true);
    expect(await vacuum(db.database, 'vulnerabilities')).toEqual(['vulnerabilities']);
    await expect(vacuum(db.database, 'no"such')).rejects.toMatchObject({ code: 'not_found' });
  });
});

async function psql(env: NodeJS.ProcessEnv, script: string): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = execFile(
      'psql',
      ['--no-psqlrc', '--set=ON_ERROR_STOP=1', '--pset=pager=off'],
      { env },
      (error, stdout, stderr) => {
        if (error) reject(new Error(stderr));
        else resolve(stdout);
      },
    );
    child.stdin?.end(script);
  });
}
