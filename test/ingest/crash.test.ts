import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import type { Catalogue } from '../../src/db/migrate/catalogue.ts';
import { checkDrift } from '../../src/db/migrate/drift.ts';
import { type RunRow, runs } from '../../src/db/runs.ts';
import { json, openthreat } from '../support/command.ts';
import { contentOf } from '../support/content.ts';
import { type ClosedDatabase, expectedSchema, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { reaches, watched } from '../support/watching.ts';

/** More than what makes a load a first one, whose indexes are built at its end. */
const records = 6500;
const few = 2500;
const dictionary = (n: number) => `word${(n % 997).toString(36)} other${(n % 89).toString(36)}`;

let folder: string;
let file: string;
let small: string;
let expected: Catalogue;
beforeAll(async () => {
  expected = expectedSchema();
  folder = mkdtempSync(join(tmpdir(), 'openthreat-crash-'));
  const list = Array.from({ length: records }, (_, n) =>
    nvdRecord(`CVE-2019-${10000 + n}`, {
      description: `A flaw of ${dictionary(n)}.`,
      score: n % 11,
      published: '2019-05-01T00:00:00.000',
      vendor: `vendor${n % 17}`,
    }),
  );
  file = put(folder, 'nvd.json', nvdFeed(list));
  small = put(folder, 'small.json', nvdFeed(list.slice(0, few)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Summary {
  readonly fetched: number;
  readonly inserted: number;
  readonly unchanged: number;
}

const stored = 'SELECT count(*)::int AS n FROM vulnerabilities';
const begun = 'SELECT count(*)::int AS n FROM ingestion_runs';
const deferred = 'SELECT count(*)::int AS n FROM deferred_indexes';
const building = `SELECT CASE WHEN EXISTS (SELECT 1 FROM deferred_indexes) THEN count(*)::int ELSE 0 END AS n FROM vulnerabilities`;

describe.each(testDatabases())('a load that ends early on $name', (server) => {
  const undisturbed = new Map<string, Record<string, string>>();
  beforeAll(async () => {
    const one = await server.open();
    for (const path of [small, file]) {
      await json(one.env, ['ingest', path]);
      undisturbed.set(path, await contentOf(one.database));
    }
    expect(await checkDrift(one.database, expected)).toEqual([]);
    await one.drop();
  });

  let test_: ClosedDatabase;
  let db: Database;
  beforeEach(async () => {
    test_ = await server.make(); // the command is to have the database to itself
  });
  afterEach(async () => {
    await db.close();
    await test_.drop();
  });

  /** Loads a file and stops the load with `signal` once `sql` counts `n`. */
  async function stopped(signal: NodeJS.Signals, path: string, sql: string, n: number) {
    const { command, db: other } = await watched(test_.env, ['ingest', path]);
    db = other;
    await reaches(db, sql, n, command);
    return command.end(signal);
  }

  async function expectComplete(path: string): Promise<void> {
    expect((await db.query<{ n: number }>(deferred)).rows).toEqual([{ n: 0 }]);
    expect(await checkDrift(db, expected)).toEqual([]);
    expect(await contentOf(db)).toEqual(undisturbed.get(path));
  }

  /** What the dead run says it stored is there. */
  async function expectNothingLost(): Promise<number> {
    // In one statement: the server may still be storing what it was sent before.
    const { rows } = await db.query<{ said: number; records: number; merged: number }>(
      `SELECT records_inserted AS said, (SELECT count(*)::int FROM source_records WHERE run_id = r.id) AS records,
         (SELECT count(*)::int FROM vulnerabilities) AS merged FROM ingestion_runs r ORDER BY id DESC LIMIT 1`,
    );
    const said = rows[0]?.said ?? -1;
    expect(rows).toEqual([{ said, records: said, merged: said }]);
    return said;
  }

  const failed: Partial<RunRow> = { status: 'failed', error: expect.stringMatching(/ended without finishing/) };

  test('killed when it has just begun: nothing is lost, and a repeat completes it', async () => {
    expect(await stopped('SIGKILL', small, begun, 1)).toMatchObject({ signal: 'SIGKILL' });
    const had = await expectNothingLost();
    const repeat = await json<Summary>(test_.env, ['ingest', small]);
    expect(repeat).toMatchObject({ fetched: few, inserted: few - had, unchanged: had });
    expect(await runs(db, 5, null)).toMatchObject([{ status: 'success' }, failed]);
    await expectComplete(small);
  });

  test('killed while its indexes are built: a repeat builds the rest', async () => {
    expect(await stopped('SIGKILL', file, building, records)).toMatchObject({ signal: 'SIGKILL' });
    expect(await expectNothingLost()).toBe(records);
    expect(await json<Summary>(test_.env, ['ingest', file])).toMatchObject({ inserted: 0, unchanged: records });
    expect(await runs(db, 5, null)).toMatchObject([{ status: 'success' }, failed]);
    await expectComplete(file);
  });

  test('killed while its indexes are put off: the next start puts it right', async () => {
    await stopped('SIGKILL', file, deferred, 1);
    const had = await expectNothingLost();
    const { code, stderr } = await openthreat(test_.env, ['up', '--no-sync']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Marked 1 dead run/);
    expect(stderr).toMatch(/Finished \d+ indexes/);
    expect(await runs(db, 5, null)).toMatchObject([{ ...failed, inserted: had }]);
    expect(await checkDrift(db, expected)).toEqual([]);
    expect(await json<Summary>(test_.env, ['ingest', file])).toMatchObject({ inserted: records - had, unchanged: had });
    await expectComplete(file);
  });

  test('Ctrl-C stops after the batch in hand, and a repeat goes on', async () => {
    const { code, stderr } = await stopped('SIGINT', file, stored, 1);
    expect(code).toBe(130);
    expect(stderr).toMatch(/run the same command again to go on/);
    const had = await expectNothingLost();
    expect(had).toBeLessThan(records);
    expect(await runs(db, 5, null)).toMatchObject([{ status: 'failed', error: expect.stringMatching(/^Interrupted/) }]);
    const repeat = await json<Summary>(test_.env, ['ingest', file]);
    expect(repeat).toMatchObject({ fetched: records, inserted: records - had, unchanged: had });
    await expectComplete(file);
  });
});
