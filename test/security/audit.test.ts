import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allCommands } from '../../scripts/docs/commands.ts';
import type { App } from '../../src/api/contract.ts';
import { declaredCommands } from '../../src/cli/effects.ts';
import { type AuditRow, auditPage } from '../../src/db/audit.ts';
import type { Database } from '../../src/db/database.ts';
import { AppError } from '../../src/errors.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { connector, result } from '../jobs/connectors.ts';
import { testApi, testWork } from '../support/api.ts';
import { RunningCommand } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { runHere } from '../support/in-process.ts';
import { until } from '../support/watching.ts';
import { KeyHolder } from '../support/writer.ts';

const everything = { since: null, who: null, action: null, failed: false };

async function entries(db: Database): Promise<readonly AuditRow[]> {
  return (await auditPage(db, everything, { after: null, limit: 1000 })).entries;
}

test('every command says whether it reads or writes, and no other is named', () => {
  const commands = allCommands().map(({ name }) => name.replace(/^openthreat /, ''));
  expect([...declaredCommands].sort()).toEqual([...commands].sort());
});

/** The same statements on both, and on the embedded database they take ten times as long. */
const cheapest = testDatabases().at(-1);

describe.each(testDatabases())('the audit log, $name', (server) => {
  let db: TestDatabase;
  let folder: string;
  let nvd: string;
  beforeAll(async () => {
    db = await server.open();
    folder = mkdtempSync(join(tmpdir(), 'openthreat-audit-'));
    nvd = put(folder, 'nvd.json', nvdFeed([nvdRecord('CVE-2024-0001')]));
  });
  beforeEach(async () => {
    await db.database.query('DELETE FROM audit_log');
  });
  afterAll(async () => {
    await db.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (...args: string[]) => runHere({ ...db.env, OPENTHREAT_BACKUP_DIR: folder }, args);

  describe('commands', () => {
    test('one that writes has an entry: who, what, how it ended, and which runs', async () => {
      expect(await run('ingest', nvd, 'monday')).toMatchObject({ code: 0 });
      const [entry, ...others] = await entries(db.database);
      expect(others).toEqual([]);
      expect(entry).toMatchObject({
        via: 'cli',
        origin: process.stdin.isTTY ? 'terminal' : 'no terminal',
        action: 'ingest',
        target: `${nvd} monday`,
        arguments: { file: [nvd, 'monday'], format: 'auto' },
        state: 'ok',
        errorCode: null,
      });
      expect(entry?.who).toMatch(/\S/);
      expect(entry?.runIds).toHaveLength(1);
      expect(entry?.seconds).toBeGreaterThan(0);
    });

    test('one that fails says why', async () => {
      expect(await run('keys', 'revoke', '77')).toMatchObject({ code: 3 });
      writeFileSync(join(folder, 'broken.json'), '{"vulnerabilities": [');
      expect(await run('ingest', join(folder, 'broken.json'))).toMatchObject({ code: 4 });
      expect(await entries(db.database)).toMatchObject(
        [
          { action: 'ingest', state: 'failed', errorCode: 'source_malformed' },
          {
            action: 'keys.revoke',
            target: 'key 77',
            state: 'failed',
            errorCode: 'not_found',
            message: /There is no key 77/,
          },
        ].map((e) => ({ ...e, ...('message' in e ? { message: expect.stringMatching(e.message) } : {}) })),
      );
    });

    test('one that reads, and one that is called wrongly, has none', async () => {
      for (const args of [['stats'], ['ingest', nvd, '--dry-run'], ['keys', 'create', '--role', 'king', '--name', 'x']])
        await run(...args);
      expect(await entries(db.database)).toEqual([]);
    });

    test('a statement that writes is there without its passwords, and a new key never', async () => {
      const made = await run('keys', 'create', '--role', 'reader', '--name', 'nightly');
      await run('db', 'query', '--write', `UPDATE tasks SET error = 'x' WHERE error = 'password hunter2'`);
      const [query, key] = await entries(db.database);
      expect(query).toMatchObject({ action: 'db.query', target: null, arguments: { write: true } });
      expect(String(query?.arguments.sql)).toContain('UPDATE tasks');
      expect(key).toMatchObject({ action: 'keys.create', arguments: { role: 'reader', name: 'nightly' } });
      const { rows } = await db.database.query('SELECT * FROM audit_log');
      expect(JSON.stringify(rows)).not.toContain(made.stdout.trim());
      expect(JSON.stringify(rows)).not.toContain('hunter2');
    });

    test('what cannot be written down is not done', async () => {
      await db.database.query(`ALTER TABLE audit_log ADD CONSTRAINT no CHECK (action <> 'keys.create') NOT VALID`);
      try {
        expect((await run('keys', 'create', '--role', 'admin', '--name', 'secretly')).code).toBe(9);
        const { rows } = await db.database.query(`SELECT FROM api_keys WHERE name = 'secretly'`);
        expect(rows).toEqual([]);
      } finally {
        await db.database.query('ALTER TABLE audit_log DROP CONSTRAINT no');
      }
    });

    test.skipIf(server.name !== cheapest?.name)('the trail outlives a restore and a reset', async () => {
      const file = join(folder, `${server.name}.tar.zst`);
      await run('rescore');
      expect(await run('backup', file)).toMatchObject({ code: 0 });
      await run('keys', 'create', '--role', 'reader', '--name', 'later');
      await db.database.query(`DELETE FROM audit_log WHERE action = 'rescore'`);
      expect(await run('restore', file, '--replace')).toMatchObject({ code: 0 });
      // What only the backup knows comes back. The backup was under way in itself, and has ended here.
      expect((await entries(db.database)).map(({ action, state }) => [action, state])).toEqual([
        ['restore', 'ok'],
        ['keys.create', 'ok'],
        ['backup.create', 'ok'],
        ['rescore', 'ok'],
      ]);
      expect(await run('db', 'reset', '--yes')).toMatchObject({ code: 0 });
      expect(await entries(db.database)).toMatchObject([{ action: 'db.reset', state: 'ok' }]);
    });

    test('one that is killed leaves that it was begun', async () => {
      const command = new RunningCommand(db.env, ['ingest', '-']);
      await until('the entry', async () => ((await entries(db.database)).length > 0 ? true : null));
      await command.end('SIGKILL');
      expect(await entries(db.database)).toMatchObject([{ action: 'ingest', state: 'started', endedAt: null }]);
    });

    test('the list: by who, what and since when, page by page', async () => {
      await run('rescore');
      await run('keys', 'create', '--role', 'reader', '--name', 'a');
      await run('keys', 'revoke', '99');
      const listed = async (...args: string[]) => {
        const { entries: rows, nextCursor } = JSON.parse((await run('audit', '--json', ...args)).stdout);
        return { actions: rows.map((row: { action: string }) => row.action), nextCursor };
      };
      expect((await listed('--action', 'keys')).actions).toEqual(['keys.revoke', 'keys.create']);
      expect((await listed('--failed')).actions).toEqual(['keys.revoke']);
      expect((await listed('--who', 'key 1')).actions).toEqual([]);
      expect((await listed('--since', '1h', '--who', (await entries(db.database))[0]?.who ?? '')).actions).toHaveLength(
        3,
      );
      const first = await listed('--limit', '2');
      expect(first.actions).toEqual(['keys.revoke', 'keys.create']);
      expect(await listed('--limit', '2', '--after', first.nextCursor)).toEqual({
        actions: ['rescore'],
        nextCursor: null,
      });
      expect((await run('audit', '--after', 'nonsense')).code).toBe(2);
      expect((await run('audit', '--since', 'yesterday')).code).toBe(2);
      expect((await run('audit')).stdout).toMatch(/keys\.revoke +key 99 +failed .*There is no key 99/);
    });
  });

  describe('requests', () => {
    let app: App;
    let writer: KeyHolder;
    let admin: KeyHolder;
    beforeAll(async () => {
      const work = testWork(db.database);
      await work.start();
      app = await testApi(db.database, {}, { tasks: work });
      app.addHook('onClose', () => work.stop());
      writer = await KeyHolder.of(app, db.database, 'writer');
      admin = await KeyHolder.of(app, db.database, 'admin');
    });
    afterAll(() => app.close());

    const post = (url: string, headers: Readonly<Record<string, string>> = {}, payload = '') =>
      app.inject({
        method: 'POST',
        url: `/api/v1${url}`,
        headers: { ...headers, 'x-request-id': 'request-1' },
        payload,
      });

    test('one that changes something has an entry, and so has the work that it asked for', async () => {
      const answer = await post('/ingest?label=tuesday', writer.headers, readFileSync(nvd, 'utf8'));
      expect(answer.statusCode).toBe(202);
      const { id } = answer.json();
      const found = await until('the work', async () => {
        const all = await entries(db.database);
        return all.some(({ via, state }) => via === 'task' && state !== 'started') ? all : null;
      });
      const [task, request] = found;
      expect(request).toMatchObject({
        via: 'api',
        who: 'writer',
        origin: '127.0.0.1',
        requestId: 'request-1',
        action: 'ingest',
        arguments: { label: 'tuesday' },
        state: 'ok',
        taskId: id,
      });
      expect(task).toMatchObject({ via: 'task', action: 'ingest', target: 'tuesday', state: 'ok', taskId: id });
      expect(task?.who).toBe(`key ${request?.keyId}`);
      expect(task?.runIds).toHaveLength(1);
    });

    test('one that fails says why', async () => {
      expect((await post('/sync/nothing', writer.headers)).statusCode).toBe(404);
      expect(await entries(db.database)).toMatchObject([
        { action: 'sync', target: 'nothing', state: 'failed', errorCode: 'not_found' },
      ]);
    });

    test('who was refused is there; the same again within the minute is counted', async () => {
      const reader = await KeyHolder.of(app, db.database, 'reader');
      for (let n = 0; n < 5; n++) expect((await post('/rescore')).statusCode).toBe(401);
      expect((await post('/rescore', reader.headers)).statusCode).toBe(403);
      const found = await entries(db.database);
      expect(found).toHaveLength(2);
      expect(found).toMatchObject([
        { action: 'rescore', who: 'reader', state: 'refused', errorCode: 'forbidden' },
        { action: 'rescore', who: null, origin: '127.0.0.1', state: 'refused', errorCode: 'unauthorized' },
      ]);
    });

    test('one that reads has none, also when it is a POST', async () => {
      await app.inject({ url: '/api/v1/stats' });
      const answer = await app.inject({ method: 'POST', url: '/api/v1/iocs/check', payload: { text: '203.0.113.9' } });
      expect(answer.statusCode).toBe(200);
      expect(await entries(db.database)).toEqual([]);
    });

    test('what cannot be written down is not done', async () => {
      await db.database.query(`ALTER TABLE audit_log ADD CONSTRAINT no CHECK (via <> 'api') NOT VALID`);
      try {
        const before = await db.database.query('SELECT id FROM tasks ORDER BY id');
        expect((await post('/rescore', writer.headers)).statusCode).toBe(500);
        expect((await db.database.query('SELECT id FROM tasks ORDER BY id')).rows).toEqual(before.rows);
      } finally {
        await db.database.query('ALTER TABLE audit_log DROP CONSTRAINT no');
      }
    });

    test('a route cannot forget to say what it does', async () => {
      const other = await testApi(db.database);
      expect(() => other.post('/api/v1/new', async () => ({}))).toThrow('audit log');
      await other.close();
    });

    test('only an admin reads the log, page by page', async () => {
      for (const source of ['one', 'two', 'three']) await post(`/sync/${source}`, writer.headers);
      expect((await app.inject({ url: '/api/v1/audit', headers: writer.headers })).statusCode).toBe(403);
      const page = async (query: string) =>
        (await app.inject({ url: `/api/v1/audit?${query}`, headers: admin.headers })).json();
      const first = await page('limit=2&failed=true&action=sync');
      expect(first.items.map((item: { target: string }) => item.target)).toEqual(['three', 'two']);
      const second = await page(`limit=2&failed=true&action=sync&cursor=${first.next_cursor}`);
      expect(second).toMatchObject({ items: [{ target: 'one', key_id: expect.any(Number) }], next_cursor: null });
      expect(await page('since=2h&who=writer')).toMatchObject({ items: [{}, {}, {}] });
      expect(await page('since=soon')).toMatchObject({ status: 400, errors: [{ parameter: 'since' }] });
      expect(await page('cursor=nonsense')).toMatchObject({ status: 400, errors: [{ parameter: 'cursor' }] });
    });
  });

  test('the worker: each sync and each task has an entry', async () => {
    const nvdFeedOnly = connector('nvd');
    const worker = await startWorker({
      db: db.database,
      connectors: [nvdFeedOnly],
      schedules: new Map([['nvd', nvdFeedOnly.every]]),
      sync: async ({ id }) =>
        result(id, {
          outcome: 'failed',
          reason: 'it is away',
          error: new AppError('source_unreachable', 'it is away'),
        }),
      tasks: [{ id: 'sweep', every: '0 0 * * *', run: async () => 'swept 3 rows' }],
      now: () => new Date(),
      say: () => {},
      pollSeconds: 0.5,
    });
    const found = await until('both', async () => {
      const all = (await entries(db.database)).filter(({ state }) => state !== 'started');
      return all.length >= 2 ? all : null;
    }).finally(() => worker.stop());
    expect(found.find(({ action }) => action === 'sync')).toMatchObject({
      via: 'worker',
      target: 'nvd',
      state: 'failed',
      errorCode: 'source_unreachable',
      message: 'it is away',
    });
    expect(found.find(({ action }) => action === 'sweep')).toMatchObject({
      via: 'worker',
      state: 'ok',
      message: 'swept 3 rows',
    });
  });
});
