import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';
import { dataFolder } from '../support/database.ts';
import { SqlProcess } from '../support/processes.ts';

/** Several processes on one data folder, as an operator has them: a load here, a question there. */
let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = dataFolder();
  env = { OPENTHREAT_DATA_DIR: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const insert = (term: string) => `INSERT INTO search_terms VALUES ('${term}', 1)`;
const terms = 'SELECT term FROM search_terms ORDER BY term';

test('two processes see the same data', async () => {
  const owner = await SqlProcess.start(env);
  const guest = await SqlProcess.start(env);
  await owner.query(insert('of-owner'));
  await guest.query(insert('of-guest'));
  expect(await owner.query(terms)).toEqual([{ term: 'of-guest' }, { term: 'of-owner' }]);
  expect(await guest.query(terms)).toEqual([{ term: 'of-guest' }, { term: 'of-owner' }]);
  await guest.end();
  await owner.end();
});

test('the folder is closed to others, and says who has it', async () => {
  const owner = await SqlProcess.start(env);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'owner.json')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'))).toMatchObject({ pid: owner.child.pid });
  await owner.end();
  expect(existsSync(join(folder, 'owner.json'))).toBe(false);
  expect(existsSync(join(folder, '.s.PGSQL.5432'))).toBe(false);
});

test('after the owner is killed the next one takes over, and nothing committed is lost', async () => {
  const owner = await SqlProcess.start(env);
  await owner.query(insert('committed'));
  await owner.query('BEGIN');
  await owner.query(insert('uncommitted'));
  await owner.kill();
  const next = await SqlProcess.start(env);
  expect(await next.query(terms)).toEqual([{ term: 'committed' }]);
  await next.end();
});

test('a guest goes on when the owner is killed', async () => {
  const owner = await SqlProcess.start(env);
  const guest = await openDatabase(loadConfig(env));
  await guest.query(insert('before'));
  await owner.kill();
  await guest.query('SELECT 1').catch(() => {}); // the statement in flight may be lost with the server
  await guest.query(insert('after'));
  expect((await guest.query(terms)).rows).toEqual([{ term: 'after' }, { term: 'before' }]);
  await guest.close();
});

test('an owner that ends waits for the transaction of a guest, which then finds a new server', async () => {
  const owner = await SqlProcess.start(env);
  const guest = await openDatabase(loadConfig(env));
  const connection = await guest.connect();
  await connection.query('BEGIN');
  await connection.query(insert('of-guest'));
  const ended = owner.end();
  await connection.query('COMMIT');
  connection.release();
  await ended;
  expect((await guest.query(terms)).rows).toEqual([{ term: 'of-guest' }]);
  await guest.close();
});

test('many that start at once have one owner', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, () => SqlProcess.start(env)));
  await Promise.all(all.map((one, i) => one.query(insert(`term-${i}`))));
  expect(await all[0]?.query('SELECT count(*) AS n FROM search_terms')).toEqual([{ n: 4 }]);
  for (const one of all) await one.end();
});

test('a folder made by another major version of PostgreSQL is refused in one sentence', async () => {
  writeFileSync(join(folder, 'pgdata', 'PG_VERSION'), '17\n');
  await expect(openDatabase(loadConfig(env))).rejects.toMatchObject({
    code: 'database_refused',
    message: expect.stringMatching(/made by PostgreSQL 17/),
  });
});

test('damaged files are refused in one sentence', async () => {
  writeFileSync(join(folder, 'pgdata', 'global', 'pg_control'), Buffer.alloc(8192, 7));
  await expect(openDatabase(loadConfig(env))).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringMatching(/does not start/),
  });
});

test('a data folder that is a file is refused in one sentence', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(openDatabase(loadConfig({ OPENTHREAT_DATA_DIR: file }))).rejects.toMatchObject({
    code: 'invalid_setting',
  });
});

test('a long path has no socket file, and works over loopback with a password', async () => {
  const long = join(folder, 'x'.repeat(60), 'y'.repeat(60));
  const database = await openDatabase(loadConfig({ OPENTHREAT_DATA_DIR: long }));
  expect(database.server.host).toBe('127.0.0.1');
  const guest = await SqlProcess.start({ OPENTHREAT_DATA_DIR: long });
  expect(await guest.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await guest.end();
  await database.close();
});
