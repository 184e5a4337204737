import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import type { Catalogue } from '../../src/db/migrate/catalogue.ts';
import { checkDrift } from '../../src/db/migrate/drift.ts';
import { runs } from '../../src/db/runs.ts';
import { json, openthreat } from '../support/command.ts';
import { type ClosedDatabase, expectedSchema, testDatabases } from '../support/database.ts';
import { put } from '../support/feeds.ts';
import { reaches, watched } from '../support/watching.ts';

/** More than what makes a load a first one, whose indexes are built at its end. */
const count = 32_000;

let folder: string;
let file: string;
let expected: Catalogue;
beforeAll(async () => {
  expected = expectedSchema();
  folder = mkdtempSync(join(tmpdir(), 'openthreat-crash-'));
  file = put(folder, 'list.txt', Array.from({ length: count }, (_, n) => `host${n}.bad-name.net\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const putOff = `SELECT CASE WHEN EXISTS (SELECT 1 FROM deferred_indexes) THEN count(*)::int ELSE 0 END AS n FROM iocs`;

describe.each(testDatabases())('a load of indicators that is killed on $name', (server) => {
  let test_: ClosedDatabase;
  let db: Database;
  beforeEach(async () => {
    test_ = await server.make(); // the command is to have the database to itself
  });
  afterEach(async () => {
    await db.close();
    await test_.drop();
  });

  test('while its indexes are put off is completed by the same command', async () => {
    const watching = await watched(test_.env, ['ingest', file, 'my-list']);
    db = watching.db;
    await reaches(db, putOff, 22_000, watching.command);
    await watching.command.end('SIGKILL');
    // What the run counted is there, each indicator with the report on it. In one statement: the server may still be
    // storing what it was sent before.
    const { rows } = await db.query<{ said: number }>(
      `SELECT records_inserted AS said, (SELECT count(*)::int FROM iocs) AS indicators,
         (SELECT count(*)::int FROM ioc_reports WHERE run_id = r.id) AS reports FROM ingestion_runs r`,
    );
    const before = rows[0]?.said ?? 0;
    expect(rows).toEqual([{ said: before, indicators: before, reports: before }]);
    expect(before).toBeGreaterThan(0);
    expect(await json(test_.env, ['ingest', file, 'my-list'])).toMatchObject({
      fetched: count,
      inserted: count - before,
      unchanged: before,
    });
    expect((await runs(db, 2, null)).map((r) => r.status)).toEqual(['success', 'failed']);
    expect(await checkDrift(db, expected)).toEqual([]);
    expect((await openthreat(test_.env, ['ioc', 'check', 'host7.bad-name.net', '--fail'])).code).toBe(20);
  });
});
