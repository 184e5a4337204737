import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import type { Catalogue } from '../../src/db/migrate/catalogue.ts';
import { checkDrift } from '../../src/db/migrate/drift.ts';
import { openDatabase } from '../../src/db/open.ts';
import { runs } from '../../src/db/runs.ts';
import { rebuild } from '../../src/ingest/rebuild.ts';
import { json, openthreat } from '../support/command.ts';
import { contentOf } from '../support/content.ts';
import { type ClosedDatabase, expectedSchema, testDatabases } from '../support/database.ts';
import { epssDay, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { reaches, watched } from '../support/watching.ts';

const scores = 12_000;
/** More priorities than what makes the first day have their indexes built anew. */
const records = 2_400;
const id = (n: number) => `CVE-2019-${String(10_000 + n)}`;

let folder: string;
let nvd: string;
let days: [string, string];
let expected: Catalogue;
beforeAll(async () => {
  expected = expectedSchema();
  folder = mkdtempSync(join(tmpdir(), 'openthreat-epss-crash-'));
  const published = '2019-05-01T00:00:00.000';
  const list = Array.from({ length: records }, (_, n) => nvdRecord(id(n), { published, score: n % 11 }));
  nvd = put(folder, 'nvd.json', nvdFeed(list));
  const day = (date: string, factor: number) =>
    put(
      folder,
      `${date}.csv`,
      epssDay(
        date,
        Object.fromEntries(
          Array.from({ length: scores }, (_, n) => [id(n), Number((factor * (0.3 + (n % 10) / 20)).toFixed(5))]),
        ),
      ),
    );
  days = [day('2026-01-30', 1), day('2026-01-31', 0.5)];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const now = () => new Date();

async function scoresOf(db: Database): Promise<unknown> {
  const digest = (table: string) =>
    `(SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM ${table} t) AS ${table}`;
  return (await db.query(`SELECT ${digest('epss_scores')}, ${digest('epss_history')}`)).rows;
}

describe.each(testDatabases())('days of EPSS on $name', (server) => {
  let undisturbed: { content: object; scores: unknown };
  beforeAll(async () => {
    const one = await server.open();
    await json(one.env, ['ingest', nvd, ...days]);
    undisturbed = { content: await contentOf(one.database), scores: await scoresOf(one.database) };
    await one.drop();
  });

  let test_: ClosedDatabase;
  let db: Database;
  beforeEach(async () => {
    test_ = await server.make(); // the command is to have the database to itself
  });
  const opened: Database[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    await test_.drop();
  });

  async function killed(path: string, sql: string, n: number): Promise<void> {
    const { command, db: other } = await watched(test_.env, ['ingest', path]);
    db = other;
    opened.push(db);
    await reaches(db, sql, n, command);
    expect(await command.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
  }

  async function expectDerived(): Promise<void> {
    expect(await rebuild(db, now, never)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  }

  test('killed in the middle: scores and priorities fit together, and a repeat completes it', async () => {
    await json(test_.env, ['ingest', nvd, days[0]]);
    await killed(days[1], `SELECT count(*)::int AS n FROM epss_scores WHERE day = '2026-01-31'`, 1);
    const [run] = await runs(db, 1, 'epss');
    expect((await db.query(`SELECT count(*)::int AS n FROM epss_scores WHERE day = '2026-01-31'`)).rows).toEqual([
      { n: run?.updated },
    ]);
    await expectDerived();
    const repeat = await json(test_.env, ['ingest', days[1]]);
    expect(repeat).toMatchObject({ fetched: scores, updated: scores - (run?.updated ?? 0), unchanged: run?.updated });
    expect({ content: await contentOf(db), scores: await scoresOf(db) }).toEqual(undisturbed);
  });

  test('killed while the indexes of priorities are put off: the next command builds them', async () => {
    await json(test_.env, ['ingest', nvd]);
    await killed(days[0], 'SELECT count(*)::int AS n FROM deferred_indexes', 1);
    expect(await openthreat(test_.env, ['rebuild'])).toMatchObject({ code: 0, stderr: '' });
    expect(await checkDrift(db, expected)).toEqual([]);
    await expectDerived();
    await json(test_.env, ['ingest', ...days]);
    expect({ content: await contentOf(db), scores: await scoresOf(db) }).toEqual(undisturbed);
  });

  test('at the same time as the records that they score', async () => {
    db = await openDatabase(test_.config);
    opened.push(db);
    await json(test_.env, ['ingest', days[0]]);
    await Promise.all([json(test_.env, ['ingest', nvd]), json(test_.env, ['ingest', days[1]])]);
    await expectDerived();
    expect({ content: await contentOf(db), scores: await scoresOf(db) }).toEqual(undisturbed);
  });
});
