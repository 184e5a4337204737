import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subjectOf } from '../../../src/cli/doctor/subject.ts';
import { loadConfig } from '../../../src/config.ts';
import { unusedIndexes } from '../../../src/db/inspect/weak-indexes.ts';
import { openDatabase } from '../../../src/db/open.ts';
import type { Severity, Subject } from '../../../src/ops/doctor/contract.ts';
import { examine } from '../../../src/ops/doctor/examine.ts';
import { type TestDatabase, testDatabases } from '../../support/database.ts';
import { findings, folderWithBackup, ofKind, roomyDisk, troubles } from '../../support/doctor.ts';

const now = new Date();
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();

/** About the whole server that the tests were given and that others use, too: server.test.ts looks at these on one of its own. */
const ofTheServer = ['autovacuum', 'replication', 'connections', 'locks'].map((name) => `database.${name}`);

describe.each(testDatabases())('faults that the doctor finds, on $name', (server) => {
  let made: TestDatabase;
  let backups: string;
  beforeAll(async () => {
    made = await server.open();
    backups = folderWithBackup(new Date(hoursAgo(1)));
    await made.database.query(`INSERT INTO ingestion_runs (source, status, config) VALUES ('sample', 'success', '{}')`);
  });
  afterAll(async () => {
    await made.drop();
    rmSync(backups, { recursive: true });
  });

  const look = (changes: Partial<Subject> = {}) =>
    findings(made.config, made.database, now, { backups: kept(backups), ...changes });
  const kept = (folder: string, dueAt: string | null = null) => ({
    folder,
    isScheduled: dueAt !== null,
    dueAt: () => dueAt,
  });

  /** Makes a fault by SQL, looks, and puts things right again. */
  async function withFault(make: string, mend: string, changes: Partial<Subject> = {}) {
    await made.database.query(make);
    try {
      return await look(changes);
    } finally {
      await made.database.query(mend);
    }
  }

  /** Expects one finding of this severity, with these words, and something to do. */
  async function expectFault(id: string, severity: Severity, words: RegExp, report: ReturnType<typeof look>) {
    const found = ofKind(await report, id, severity);
    expect(found).toHaveLength(1);
    expect(found[0]?.found).toMatch(words);
    expect(found[0]?.advice).toMatch(/\S/);
  }

  test('a database in order: nothing to see to', async () => {
    expect(troubles(await look()).filter((id) => !ofTheServer.includes(id))).toEqual([]);
  });

  test('migrations are missing: told, and what needs the tables is left out', async () => {
    const { rows } = await made.database.query<{ name: string }>(
      'SELECT name FROM mikro_orm_migrations ORDER BY name DESC LIMIT 1',
    );
    const name = rows[0]?.name;
    const report = await withFault(
      `DELETE FROM mikro_orm_migrations WHERE name = '${name}'`,
      `INSERT INTO mikro_orm_migrations (name) VALUES ('${name}')`,
    );
    expect(ofKind(report, 'database.migrations', 'critical')).toMatchObject([
      { advice: expect.stringContaining('openthreat db upgrade') },
    ]);
    expect(report.worst).toBe('critical');
    expect(report.findings.map(({ id }) => id)).not.toContain('runs.failed');
  });

  test('a newer program has migrated it', async () => {
    const said = `SELECT obj_description('mikro_orm_migrations'::regclass, 'pg_class') AS comment`;
    const { rows } = await made.database.query<{ comment: string | null }>(said);
    const saying = (comment: string | null) =>
      `COMMENT ON TABLE mikro_orm_migrations IS ${comment === null ? 'NULL' : `'${comment}'`}`;
    const later = `INSERT INTO mikro_orm_migrations (name) VALUES ('20990101000000_later')`;
    const mend = `DELETE FROM mikro_orm_migrations WHERE name = '20990101000000_later'; ${saying(rows[0]?.comment ?? null)}`;
    await expectFault(
      'database.migrations',
      'critical',
      /newer openthreat/,
      withFault(`${later}; ${saying(null)}`, mend),
    );
    const compatible = saying('Works with programs whose newest migration is 20200101000000 or later.');
    await expectFault('database.migrations', 'notice', /works on it/, withFault(`${later}; ${compatible}`, mend));
  });

  test('an index is missing, a column is one too many', async () => {
    const report = withFault(
      'DROP INDEX ix_ingestion_runs_source; ALTER TABLE tasks ADD COLUMN mine text',
      'CREATE INDEX ix_ingestion_runs_source ON ingestion_runs USING btree (source, started_at); ALTER TABLE tasks DROP COLUMN mine',
    );
    await expectFault(
      'database.drift',
      'warning',
      /column tasks\.mine is unexpected, index ix_ingestion_runs_source is missing/,
      report,
    );
  });

  test('a failed build left an invalid index', async () => {
    await made.database.query(`INSERT INTO search_terms VALUES ('a', 7), ('b', 7)`);
    await expect(
      made.database.query('CREATE UNIQUE INDEX CONCURRENTLY ix_broken ON search_terms (documents)'),
    ).rejects.toThrow();
    const report = withFault('SELECT 1', 'DROP INDEX ix_broken; DELETE FROM search_terms');
    await expectFault('database.invalid-indexes', 'warning', /ix_broken/, report);
    // It is told once: as an index of nobody else's it would be drift, too.
    expect(troubles(await report)).not.toContain('database.drift');
  });

  test('an extension is missing', async () => {
    const report = withFault('DROP EXTENSION btree_gin CASCADE', 'SELECT 1');
    await expectFault('database.extensions', 'critical', /btree_gin/, report);
    await made.drop();
    made = await server.open();
    await made.database.query(`INSERT INTO ingestion_runs (source, status, config) VALUES ('sample', 'success', '{}')`);
  });

  test('an index was put off, and nobody builds it', async () => {
    const report = withFault(
      `INSERT INTO deferred_indexes (name, definition) VALUES ('ix_x', 'CREATE INDEX ix_x ON iocs USING btree (id)')`,
      'DELETE FROM deferred_indexes',
    );
    await expectFault('database.deferred-indexes', 'warning', /1 index is still to be built/, report);
  });

  test('a table is full of dead rows, and its statistics are old', async () => {
    // One connection: what it did is counted when it says so.
    const connection = await made.database.connect();
    await connection.query('ALTER TABLE search_terms SET (autovacuum_enabled = false)');
    await connection.query(`INSERT INTO search_terms SELECT 'w' || n, n FROM generate_series(1, 30000) n`);
    await connection.query('DELETE FROM search_terms WHERE documents > 15000');
    await connection.query('SELECT pg_stat_force_next_flush()');
    connection.release();
    const report = withFault('SELECT 1', 'TRUNCATE search_terms');
    await expectFault('database.bloat', 'warning', /search_terms has 15,000 dead rows, 50 %/, report);
    await expectFault('database.statistics', 'notice', /search_terms \(analysed never\)/, report);
  });

  test('sources are stale, failing, held, overdue', async () => {
    const report = await withFault(
      `INSERT INTO source_state (source, last_attempt_at, last_success_at, failing_since, failures, last_error, held, next_run_at) VALUES
         ('epss', '${hoursAgo(90)}', '${hoursAgo(90)}', NULL, 0, NULL, NULL, '${hoursAgo(-1)}'),
         ('nvd', '${hoursAgo(1)}', '${hoursAgo(2)}', '${hoursAgo(1)}', 1, 'HTTP 503', NULL, '${hoursAgo(-1)}'),
         ('cisa_kev', '${hoursAgo(1)}', '${hoursAgo(2)}', '${hoursAgo(1)}', 1, 'strange', '{"since": "${hoursAgo(1)}", "why": "half as many entries", "document": "https://x", "file": "/held/kev.json"}', '${hoursAgo(-1)}'),
         ('cwe', '${hoursAgo(5)}', '${hoursAgo(5)}', NULL, 0, NULL, NULL, '${hoursAgo(3)}')`,
      'DELETE FROM source_state',
    );
    const told = (id: string) => report.findings.filter((f) => f.id === id);
    expect(told('sources.stale')).toMatchObject([
      { severity: 'warning', found: 'Stale: epss (4 days).', advice: expect.stringContaining('openthreat sync epss') },
    ]);
    expect(told('sources.failing')).toMatchObject([{ severity: 'notice', found: expect.stringContaining('HTTP 503') }]);
    expect(told('sources.held')).toMatchObject([
      { severity: 'warning', advice: expect.stringContaining('openthreat sync cisa_kev --force') },
    ]);
    expect(told('sources.overdue')).toMatchObject([
      {
        severity: 'warning',
        found: expect.stringMatching(/: cwe\./),
        advice: expect.stringContaining('openthreat worker'),
      },
    ]);
  });

  test('the last run failed; one that was killed still says that it runs', async () => {
    const report = withFault(
      `INSERT INTO ingestion_runs (source, status, config, started_at, heartbeat_at, error_message, owner) VALUES
         ('nvd', 'failed', '{}', '${hoursAgo(1)}', '${hoursAgo(1)}', 'cut off', NULL),
         ('euvd', 'running', '{}', '${hoursAgo(1)}', '${hoursAgo(1)}', NULL, 'elsewhere:1:1')`,
      `DELETE FROM ingestion_runs WHERE source <> 'sample'`,
    );
    await expectFault('runs.failed', 'warning', /1 run of nvd failed in the last day: cut off/, report);
    await expectFault('runs.abandoned', 'warning', /euvd/, report);
  });

  test('more records than before are rejected', async () => {
    const report = withFault(
      `INSERT INTO ingestion_runs (source, status, config, started_at, records_fetched, records_failed) VALUES
         ('nvd', 'success', '{}', '${hoursAgo(3)}', 1000, 10), ('nvd', 'success', '{}', '${hoursAgo(2)}', 1000, 10),
         ('nvd', 'success', '{}', '${hoursAgo(1)}', 1000, 90), ('euvd', 'success', '{}', '${hoursAgo(2)}', 1000, 90), ('euvd', 'success', '{}', '${hoursAgo(1)}', 1000, 80)`,
      `DELETE FROM ingestion_runs WHERE source <> 'sample'`,
    );
    await expectFault('records.rejected', 'warning', /: nvd 90 \(9 % of run \d+\)\.$/, report);
  });

  test('there is no backup, an old one, or not the one that was due', async () => {
    await expectFault('backup.age', 'warning', /no backup/, look({ backups: kept('/nowhere/backups') }));
    const old = folderWithBackup(new Date(hoursAgo(24 * 20)));
    await expectFault('backup.age', 'warning', /20 days old/, look({ backups: kept(old) }));
    await expectFault('backup.age', 'warning', /schedule wanted one/, look({ backups: kept(old, hoursAgo(5)) }));
    expect(ofKind(await look({ backups: kept(backups, hoursAgo(2)) }), 'backup.age', 'ok')).toHaveLength(1);
    rmSync(old, { recursive: true });
  });

  test('keys end soon and have ended; where all need one, there is none', async () => {
    const http = { host: '0.0.0.0', isLoopback: false, publicRead: false, isEncrypted: true, certificate: null };
    const key = (name: string, expires: string) => `('${name}', 'reader', 'ot_', sha256('${name}'), '${expires}')`;
    const report = withFault(
      `INSERT INTO api_keys (name, role, prefix, hash, expires_at) VALUES ${key('soon', hoursAgo(-48))}, ${key('past', hoursAgo(48))}, ${key('later', hoursAgo(-9999))}`,
      'DELETE FROM api_keys',
    );
    await expectFault('api.keys', 'warning', /\(soon, reader\) in 2 days\.$/, report);
    await expectFault('api.keys', 'notice', /\(past, reader\) 2 days ago/, report);
    await expectFault('api.keys', 'critical', /there is none that counts/, look({ http }));
  });

  test('the API listens beyond this machine without TLS', async () => {
    const http = { host: '0.0.0.0', isLoopback: false, publicRead: true, isEncrypted: false, certificate: null };
    await expectFault('api.listening', 'warning', /at 0\.0\.0\.0, beyond this machine, without TLS/, look({ http }));
  });

  test('Redis is dead', async () => {
    const { redis } = subjectOf({ ...made.config, redisUrl: 'redis://127.0.0.1:9' }, now);
    await expectFault('redis.reachable', 'warning', /does not answer/, look({ redis }));
  });

  test('a disk is nearly full, and full', async () => {
    const disk = (free: number) => async () => ({ ...roomyDisk, free });
    await expectFault('disk.data', 'warning', /5\.0 GiB of 1000\.0 GiB/, look({ space: disk(5 * 2 ** 30) }));
    await expectFault('disk.data', 'critical', /100\.0 MiB/, look({ space: disk(100 * 2 ** 20) }));
    const another = async (folder: string) =>
      folder === made.config.dataDir || !folder.includes('doctor') ? roomyDisk : { free: 1, total: 2, disk: 2 };
    await expectFault('disk.backups', 'critical', /folder of backups/, look({ space: another }));
  });

  test('rows are older than they may be, and nobody deletes them', async () => {
    const report = withFault(
      `INSERT INTO rejected_records (run_id, source, document, place, reason, excerpt, created_at) VALUES (1, 'nvd', 'd', 'p', 'r', 'e', '${hoursAgo(24 * 400)}')`,
      'DELETE FROM rejected_records',
    );
    await expectFault('retention.enforced', 'warning', /rejected_records 1 row/, report);
  });

  test('what cannot be looked at is a finding, and the rest goes on', async () => {
    const report = await look({
      sources: () => Promise.reject(new Error('no idea')),
      space: () => Promise.reject(new Error('no disk')),
    });
    expect(ofKind(report, 'sources.stale', 'warning')).toMatchObject([
      { found: 'This could not be looked at: no idea' },
    ]);
    expect(ofKind(report, 'disk.data', 'warning')).toMatchObject([{ found: 'This could not be looked at: no disk' }]);
    expect(ofKind(report, 'database.migrations', 'ok')).toHaveLength(1);
  });

  test.runIf(server.name === 'embedded')('what makes no sense on the embedded database is left out', async () => {
    const ids = new Set((await look()).findings.map(({ id }) => id));
    for (const id of ['tls', 'password', 'connections', 'long-queries', 'autovacuum', 'listening'])
      expect(ids).not.toContain(`database.${id}`);
  });

  describe.runIf(server.name === 'postgresql')('in a server', () => {
    const impatient = { workingSeconds: 0, idleSeconds: 0, waitingSeconds: 0, lagBytes: 0, lagSeconds: 0 };

    test('a statement takes long, a transaction is idle, somebody waits for a lock', async () => {
      const other = await openDatabase(made.config);
      const [holder, waiter, worker] = [await other.connect(), await other.connect(), await other.connect()];
      // The doctor itself reads every table of the program.
      await holder.query('CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.locked ()');
      await holder.query('BEGIN; LOCK TABLE elsewhere.locked');
      const waiting = waiter.query('SELECT count(*) FROM elsewhere.locked');
      const working = worker.query('SELECT pg_sleep(600)').catch(() => null);
      const pids = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'`;
      const seen = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while (
        (await made.database.query(pids)).rows.length === 0 ||
        (await made.database.query(seen)).rows.length === 0
      );
      const report = look({ limits: impatient });
      await expectFault('database.long-queries', 'warning', /pg_sleep\(600\)/, report);
      await expectFault('database.idle-transactions', 'warning', /LOCK TABLE elsewhere\.locked/, report);
      await expectFault('database.locks', 'warning', /count\(\*\) FROM elsewhere\.locked/, report);
      expect(troubles(await look())).not.toContain('database.long-queries');
      await made.database.query(`SELECT pg_cancel_backend(pid) FROM (${pids}) AS p`);
      await holder.query('ROLLBACK');
      await Promise.all([waiting, working]);
      for (const one of [holder, waiter, worker]) one.release();
      await other.close();
    });

    test('connections are near the limit', async () => {
      const { rows } = await made.database.query<{ name: string }>('SELECT current_database() AS name');
      const limit = (n: number) => `ALTER DATABASE ${rows[0]?.name} CONNECTION LIMIT ${n}`;
      await expectFault(
        'database.connections',
        'critical',
        /of 1 connection taken \(limit of the database\)/,
        withFault(limit(1), limit(-1)),
      );
    });

    test('an index is never used', async () => {
      const names = (await unusedIndexes(made.database, { days: 0, bytes: 0 })).map(({ index }) => index);
      expect(names).toContain('ix_vuln_search');
      expect(names).not.toContain('vulnerabilities_pkey');
    });
  });
});

test('a database that does not answer: told, and the rest is looked at', async () => {
  const config = loadConfig({
    DATABASE_URL: 'postgresql://openthreat:secret@127.0.0.1:9/none',
    OPENTHREAT_DATABASE_WAIT: '0',
  });
  const report = await examine({ ...subjectOf(config, now), space: async () => roomyDisk }, () => openDatabase(config));
  expect(report.worst).toBe('critical');
  expect(report.findings[0]).toMatchObject({
    id: 'database.reachable',
    severity: 'critical',
    found: expect.stringContaining('Nothing answers'),
  });
  expect(report.findings.map(({ id }) => id)).toContain('disk.data');
  expect(JSON.stringify(report)).not.toContain('secret');
});
