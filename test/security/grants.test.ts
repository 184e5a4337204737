import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { exampleOf, exampleOrigin } from '../../scripts/docs/api-examples.ts';
import { allCommands } from '../../scripts/docs/commands.ts';
import type { Route } from '../../scripts/docs/openapi-shapes.ts';
import type { App } from '../../src/api/contract.ts';
import { effectOf } from '../../src/cli/effects.ts';
import { loadConfig } from '../../src/config.ts';
import { type Database, transaction } from '../../src/db/database.ts';
import { checkDrift } from '../../src/db/migrate/drift.ts';
import { openDatabase } from '../../src/db/open.ts';
import { syncSource } from '../../src/ingest/sync/sync-source.ts';
import { tasks } from '../../src/jobs/tasks.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { testApi, testWork } from '../support/api.ts';
import { expectedSchema } from '../support/database.ts';
import { findings } from '../support/doctor.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { GrantedDatabase } from '../support/granted.ts';
import { runHere, type Said } from '../support/in-process.ts';
import { FakeFeed, nvdPage, syncContext } from '../support/syncing.ts';
import { until } from '../support/watching.ts';

const sample = join(import.meta.dirname, '..', '..', 'data-sample', 'sample.ndjson');
const denied = '42501';

describe.skipIf(inject('databases').serverUrl === null)('users of least privilege', () => {
  let granted: GrantedDatabase;
  let folder: string;
  let adminKey: string;
  const open = async (user: 'owner' | 'writer' | 'reader') => openDatabase(loadConfig(granted.as(user)));
  const environment = (user: 'owner' | 'writer' | 'reader') => ({ ...granted.as(user), OPENTHREAT_DATA_DIR: folder });
  const as = (user: 'owner' | 'writer' | 'reader', ...args: string[]): Promise<Said> =>
    runHere(environment(user), args);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-grants-'));
    granted = await GrantedDatabase.make();
    expect(await as('owner', 'setup')).toMatchObject({ code: 0 });
    await granted.grant(); // safe to repeat; now there are tables
    expect(await as('writer', 'ingest', sample)).toMatchObject({ code: 0 });
    const made = await as('writer', 'keys', 'create', '--role', 'admin', '--name', 'all', '--json');
    adminKey = JSON.parse(made.stdout).key;
  });
  afterAll(async () => {
    await granted.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('the writer', () => {
    test('loads, derives anew, makes and ends keys', async () => {
      const kev = put(folder, 'kev.json', kevCatalogue([kevEntry('CVE-2021-44228')]));
      const commands = [
        ['up', '--no-sync'],
        ['ingest', kev],
        ['rebuild'],
        ['rescore'],
        ['keys', 'create', '--role', 'reader', '--name', 'one'],
        ['keys', 'revoke', '2'],
        ['sources', 'remove', 'cisa_kev'],
        ['backup', join(folder, 'a.tar.zst')],
        ['setup'],
      ];
      for (const args of commands) expect(await as('writer', ...args), args.join(' ')).toMatchObject({ code: 0 });
    });

    test('loads for the first time without taking indexes away', async () => {
      const records = Array.from({ length: 1600 }, (_, n) => nvdRecord(`CVE-2019-${10_000 + n}`, { score: 5 }));
      expect(await as('writer', 'ingest', put(folder, 'first.json', nvdFeed(records)))).toMatchObject({ code: 0 });
      expect(await differences()).toEqual([]);
    });

    test('syncs, and works by schedules, in queues that the owner has made', async () => {
      const feed = new FakeFeed('nvd');
      feed.documents = [nvdPage([nvdRecord('CVE-2024-7001')])];
      const db = await open('writer');
      const said: string[] = [];
      const done: string[] = [];
      const worker = await startWorker({
        db,
        connectors: [feed.connector],
        schedules: new Map([['nvd', '0 * * * *']]),
        sync: async (connector, signal) => {
          const result = await syncSource(syncContext(db, folder, { signal }), connector);
          done.push(result.outcome);
          return result;
        },
        tasks: tasks.map((task) => ({
          ...task,
          run: async (...args: Parameters<typeof task.run>) => {
            await task.run(...args);
            done.push(task.id);
            return null;
          },
        })),
        now: () => new Date(),
        say: (text) => said.push(text),
        pollSeconds: 0.5,
      });
      try {
        await until('the worker', () => (done.length >= 1 + tasks.length ? true : null));
      } finally {
        await worker.stop();
        await db.close();
        feed.remove();
      }
      expect(done).toEqual(expect.arrayContaining(['synced', ...tasks.map(({ id }) => id)]));
      expect(said.filter((text) => /permission|denied|failed/.test(text))).toEqual([]);
    });

    test('serves: requests that change something are done', async () => {
      const db = await open('writer');
      const work = testWork(db);
      await work.start();
      const app = await testApi(db, {}, { tasks: work });
      try {
        const answer = await app.inject({ method: 'POST', url: '/api/v1/rescore', headers: { 'x-api-key': adminKey } });
        expect(answer.statusCode).toBe(202);
        await until('the task', async () => {
          const { rows } = await db.query('SELECT FROM tasks WHERE id = $1 AND state = $2', [
            answer.json().id,
            'success',
          ]);
          return rows.length === 1 ? true : null;
        });
      } finally {
        await app.close();
        await work.stop();
        await db.close();
      }
    });

    test('changes no table, and of the audit log nothing that has ended', async () => {
      expect(
        await granted.states('writer', [
          'CREATE TABLE t ()',
          'CREATE SCHEMA s',
          'ALTER TABLE vulnerabilities ADD COLUMN c text',
          'DROP TABLE tasks',
          'DROP INDEX ix_tasks_created_at',
          'TRUNCATE audit_log',
          'ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY',
          'INSERT INTO mikro_orm_migrations (name) VALUES ($$x$$)',
          'CREATE TABLE pgboss.t ()',
        ]),
      ).toEqual(Array(9).fill(denied));
      await granted.states('writer', [
        `UPDATE audit_log SET who = 'nobody', state = 'ok' WHERE state <> 'started'`,
        'DELETE FROM audit_log',
      ]);
      const listed = JSON.parse((await as('reader', 'audit', '--action', 'keys', '--json')).stdout);
      expect(listed.entries.length).toBeGreaterThan(0);
      expect(JSON.stringify(listed)).not.toContain('nobody');
    });
  });

  describe('the reader', () => {
    test('every command that reads works', async () => {
      const given: Readonly<Record<string, readonly string[] | null>> = {
        search: ['log4j', '--facets'],
        export: ['exploited:true', '--output', join(folder, 'out.csv')],
        show: ['CVE-2021-44228'],
        'ioc check': [put(folder, 'access.log', 'GET / 203.0.113.9')],
        'ioc show': null, // there are no indicators
        'sources show': ['nvd'],
        'backup verify': [join(folder, 'a.tar.zst')],
        'db query': ['SELECT count(*) FROM vulnerabilities'],
        'db explain': ['log4j'],
        'db check': null, // as the next test does it; here it would build a schema to compare with
        doctor: null,
        'db revision': null, // it writes a migration, and needs no database
        verify: null, // it asks the feeds
      };
      const wrong: string[] = [];
      for (const { name } of allCommands()) {
        const words = name.replace(/^openthreat /, '');
        if (effectOf(words, {}) !== 'reads' || given[words] === null) continue;
        const said = await as('reader', ...words.split(' '), ...(given[words] ?? []));
        // What they find may be worth another exit code than 0; that the database refuses something is not among it.
        if ([1, 2, 6, 9].includes(said.code) || /permission denied|may only read/.test(said.stderr))
          wrong.push(`${words}: ${said.code} ${said.stderr}`);
      }
      expect(wrong).toEqual([]);
    });

    test('doctor finds no fault in the schema, and nothing that it may not ask', async () => {
      const db = await open('reader');
      try {
        const { findings: found } = await findings(loadConfig(environment('reader')), db, new Date());
        expect(found.length).toBeGreaterThan(10);
        expect(found.filter(({ found: what }) => /permission denied|may not do/.test(what))).toEqual([]);
        expect(await differences()).toEqual([]);
      } finally {
        await db.close();
      }
    });

    test('a backup, and looking at what a load would change', async () => {
      const kev = put(folder, 'kev.json', kevCatalogue([kevEntry('CVE-2021-44228')]));
      for (const args of [
        ['backup', join(folder, 'reader.tar.zst')],
        ['ingest', kev, '--dry-run'],
      ])
        expect(await as('reader', ...args), args.join(' ')).toMatchObject({ code: 0 });
    });

    test('no command that writes begins', async () => {
      const before = await rowsNow();
      const given: Readonly<Record<string, readonly string[]>> = {
        up: ['--no-sync'],
        'keys create': ['--role', 'admin', '--name', 'mine'],
        'keys revoke': ['1'],
        ingest: [sample],
        sync: ['nvd'],
        'sources remove': ['sample'],
        repair: ['nvd'],
        restore: [join(folder, 'a.tar.zst'), '--replace'],
        'db vacuum': [],
        'db downgrade': [],
        'db reset': ['--yes'],
        'db move': ['--to', 'postgresql://nobody@127.0.0.1:9/nothing'],
      };
      const begun: string[] = [];
      for (const { name } of allCommands()) {
        const words = name.replace(/^openthreat /, '');
        if (effectOf(words, {}) !== 'writes') continue;
        const said = await as('reader', ...words.split(' '), ...(given[words] ?? []));
        if (said.code !== 9 || !said.stderr.includes('may only read'))
          begun.push(`${words}: ${said.code} ${said.stderr}`);
      }
      expect(begun).toEqual([]);
      expect((await as('reader', 'db', 'query', '--write', 'DELETE FROM tasks')).code).toBe(9);
      expect(await rowsNow()).toEqual(before);
    });

    describe('over HTTP', () => {
      let db: Database;
      let app: App;
      const said: string[] = [];
      const headers = () => ({ 'x-api-key': adminKey });
      beforeAll(async () => {
        db = await open('reader');
        app = await testApi(db);
        app.log.warn = (text: string) => said.push(text);
      });
      afterAll(async () => {
        await app.close();
        await db.close();
      });

      test('every resource answers, and says once what it cannot note', async () => {
        const { paths } = (await app.inject('/api/v1/openapi.json')).json<{
          paths: Record<string, Record<string, Route['operation']>>;
        }>();
        const urls = Object.entries(paths).flatMap(([path, { get: operation }]) => {
          const example = operation && exampleOf({ method: 'GET', path: path.replace(/^\/api\/v1/, ''), operation });
          const address = example?.split(exampleOrigin)[1]?.replace(/'.*$/, '');
          return address && !address.includes('/events') ? [address] : [];
        });
        expect(urls.length).toBeGreaterThan(20);
        const answers = await Promise.all(
          urls.map(async (url) => [url, (await app.inject({ url, headers: headers() })).statusCode]),
        );
        expect(answers.filter(([, status]) => status !== 200 && status !== 404)).toEqual([]);
        expect(answers.filter(([, status]) => status === 200).length).toBeGreaterThan(15);
        await expect.poll(() => said.filter((text) => text.includes('keys are used')).length).toBe(1);
      });

      test('an admin key changes nothing', async () => {
        const before = await rowsNow();
        for (const url of ['/api/v1/ingest', '/api/v1/sync/nvd', '/api/v1/rescore']) {
          const answer = await app.inject({
            method: 'POST',
            url,
            headers: headers(),
            payload: url.endsWith('ingest') ? '{}' : '',
          });
          expect(answer.statusCode, url).toBe(403);
          expect(answer.json().detail).toContain('only read');
        }
        expect(await rowsNow()).toEqual(before);
      });
    });

    test('no statement writes', async () => {
      const before = await rowsNow();
      const statements = [
        `INSERT INTO tasks (id, kind, params) VALUES ('a', 'ingest', '{}')`,
        `UPDATE vulnerabilities SET title = ''`,
        'DELETE FROM source_records',
        'TRUNCATE search_cache',
        `COPY api_keys (name, role, prefix, hash) FROM PROGRAM 'true'`,
        'SELECT * FROM tasks FOR UPDATE',
        'LOCK TABLE tasks IN EXCLUSIVE MODE',
        'CREATE TABLE t ()',
        'CREATE TEMP TABLE t ()',
        'SELECT 1 AS one INTO t',
        'CREATE VIEW v AS SELECT 1 AS one',
        'CREATE SCHEMA s',
        'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
        'CREATE SEQUENCE q',
        'CREATE EXTENSION hstore',
        'ALTER TABLE tasks ADD COLUMN c text',
        'DROP TABLE tasks',
        'CREATE INDEX i ON tasks (kind)',
        'COMMENT ON TABLE tasks IS $$x$$',
        `SELECT nextval(pg_get_serial_sequence('ingestion_runs', 'id'))`,
        `SELECT setval(pg_get_serial_sequence('ingestion_runs', 'id'), 1)`,
        'SELECT lo_create(0)',
        'SELECT lo_creat(-1)',
        `SELECT lo_from_bytea(0, 'x')`,
        `SELECT lo_import('/etc/hostname')`,
        `SELECT pg_read_file('/etc/hostname')`,
        `COPY tasks TO '/tmp/openthreat-must-not-be'`,
        'SELECT * FROM pgboss.job',
        `GRANT SELECT ON tasks TO PUBLIC`,
        `ALTER SYSTEM SET work_mem = '1MB'`,
        'CREATE ROLE r',
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'`,
      ];
      const states = await granted.states('reader', statements);
      // A GRANT of what one does not have is a warning, and grants nothing.
      const through = statements.filter((sql, i) => states[i] === '' && !sql.startsWith('GRANT'));
      expect(through).toEqual([]);
      expect(await rowsNow()).toEqual(before);
    });
  });

  test('the owner restores, and rights stay', async () => {
    expect(await as('owner', 'restore', join(folder, 'a.tar.zst'), '--replace')).toMatchObject({ code: 0 });
    expect(await as('writer', 'rescore')).toMatchObject({ code: 0 });
    expect(await as('reader', 'show', 'CVE-2021-44228')).toMatchObject({ code: 0 });
    expect((await as('reader', 'rescore')).code).toBe(9);
  });

  /** What is not as it should be in the schema, as far as the reader sees it. */
  async function differences(): Promise<unknown> {
    const db = await open('reader');
    try {
      return await checkDrift(db, expectedSchema());
    } finally {
      await db.close();
    }
  }

  /** How many rows each table has, and when any was last written. */
  async function rowsNow(): Promise<unknown> {
    const db = await open('owner');
    try {
      return await transaction(db, async (tx) => {
        const { rows } = await tx.query<{ name: string }>(
          `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`,
        );
        const counts: unknown[] = [];
        for (const { name } of rows) {
          const sum = `SELECT count(*) AS rows, coalesce(sum(xmin::text::bigint), 0) AS written FROM "${name}"`;
          counts.push([name, ...(await tx.query(sum)).rows]);
        }
        return counts;
      });
    } finally {
      await db.close();
    }
  }
});
