import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { databaseUrl } from '../support/server.ts';

const open = (url: string, more: Record<string, string> = {}) =>
  openDatabase(loadConfig({ DATABASE_URL: url, ...more }));
const { serverUrl } = inject('databases');

test('a server that is not there', async () => {
  await expect(open('postgresql://ot:hunter2@127.0.0.1:1/x')).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.not.stringContaining('hunter2'),
  });
});

test('a server that never answers', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const opening = open(`postgresql://ot@127.0.0.1:${port}/x`, { OPENTHREAT_CONNECT_TIMEOUT: '50ms' });
  await expect(opening).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('OPENTHREAT_CONNECT_TIMEOUT'),
  });
  silent.close();
});

test('something that is not PostgreSQL', async () => {
  const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port } = web.address() as { port: number };
  await expect(open(`postgresql://ot@127.0.0.1:${port}/x`)).rejects.toMatchObject({ name: 'AppError' });
  web.close();
});

test.runIf(serverUrl)('a database that does not exist', async () => {
  await expect(open(databaseUrl(serverUrl ?? '', 'no_such_database'))).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('openthreat setup'),
  });
});

test.runIf(serverUrl)('TLS that the server does not have', async () => {
  const url = databaseUrl(serverUrl ?? '', 'postgres');
  await expect(open(`${url}?sslmode=require`)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('sslmode'),
  });
  const database = await open(`${url}?sslmode=prefer`);
  await database.close();
});

test.runIf(serverUrl)('a statement that takes too long', async () => {
  const database = await open(serverUrl ?? '', { OPENTHREAT_STATEMENT_TIMEOUT: '20ms' });
  await expect(database.query('SELECT pg_sleep(5)')).rejects.toMatchObject({
    message: expect.stringContaining('OPENTHREAT_STATEMENT_TIMEOUT'),
  });
  await database.close();
});

let db: TestDatabase;
beforeAll(async () => {
  db = (await testDatabases()[0]?.open()) ?? expect.fail('there is always an embedded one');
});
afterAll(() => db.drop());

test('a constraint says what it did not like', async () => {
  const bad = db.database.query(`INSERT INTO vulnerabilities (cve_id, cvss_score) VALUES ('CVE-2024-1', 11)`);
  await expect(bad).rejects.toMatchObject({
    code: 'database_refused',
    context: { sqlState: '23514' },
    message: expect.stringContaining('vulnerabilities_cvss_score_check'),
  });
});
