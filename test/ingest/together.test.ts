import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runs } from '../../src/db/runs.ts';
import { rebuild } from '../../src/ingest/rebuild.ts';
import { json } from '../support/command.ts';
import { contentOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { cve5Record, kevCatalogue, kevEntry, ndjson, nvdFeed, nvdRecord, put } from '../support/feeds.ts';

const records = 800;
let folder: string;
let nvd: string;
let others: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-together-'));
  const ids = Array.from({ length: records }, (_, n) => `CVE-2019-${10000 + n}`);
  const published = '2019-05-01T00:00:00.000';
  nvd = put(
    folder,
    'nvd.json',
    nvdFeed(ids.map((id, n) => nvdRecord(id, { published, score: n % 11, vendor: `v${n % 7}` }))),
  );
  others = [
    put(
      folder,
      'cve.ndjson',
      ndjson(ids.map((id, n) => cve5Record(id, { title: `Name ${n % 50}`, ...(n % 2 && { cisa: 'poc' }) }))),
    ),
    put(folder, 'kev.json', kevCatalogue(ids.slice(0, 300).map((id) => kevEntry(id)))),
  ];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Summary {
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

describe.each(testDatabases())('two loads at once on $name', (server) => {
  let serial: Record<string, string>;
  beforeAll(async () => {
    const one = await server.open();
    await json(one.env, ['ingest', nvd, ...others]);
    serial = await contentOf(one.database);
    await one.drop();
  });

  let test_: TestDatabase;
  beforeEach(async () => {
    test_ = await server.open();
  });
  afterEach(() => test_.drop());

  async function expectLikeSerial(): Promise<void> {
    const db = test_.database;
    expect(await contentOf(db)).toEqual(serial);
    expect(await rebuild(db, () => new Date(), new AbortController().signal)).toMatchObject({
      inserted: 0,
      updated: 0,
      deleted: 0,
    });
    expect((await runs(db, 20, null)).map((r) => r.status)).not.toContain('failed');
  }

  function expectSums({ fetched, inserted, updated, unchanged, rejected }: Summary): void {
    expect(inserted + updated + unchanged + rejected).toBe(fetched);
  }

  test('different sources of the same CVEs', async () => {
    const [a, b] = await Promise.all([
      json<Summary>(test_.env, ['ingest', nvd]),
      json<Summary>(test_.env, ['ingest', ...others]),
    ]);
    expect(a).toMatchObject({ fetched: records, inserted: records });
    expect(b).toMatchObject({ fetched: records * 1.5 + 300, inserted: records * 1.5 + 300 });
    await expectLikeSerial();
  });

  test('the same files twice', async () => {
    const all = await Promise.all([1, 2].map(() => json<Summary>(test_.env, ['ingest', nvd, ...others])));
    for (const one of all) expectSums(one);
    const sum = (field: keyof Summary) => all.reduce((n, one) => n + one[field], 0);
    expect(sum('inserted')).toBe(records * 2.5 + 300);
    expect(sum('inserted') + sum('unchanged')).toBe(2 * (records * 2.5 + 300));
    await expectLikeSerial();
  });
});
