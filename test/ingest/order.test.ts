import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { rebuild } from '../../src/ingest/rebuild.ts';
import { empty, merged, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import {
  cve5Record,
  deduplicatedRecord,
  kevCatalogue,
  kevEntry,
  ndjson,
  nvdFeed,
  nvdRecord,
  put,
} from '../support/feeds.ts';
import { countsOf, loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-order-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const id = 'CVE-2024-0001';

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [first, ...rest]));
}

const nvd = (name: string, record: object) => put(folder, name, nvdFeed([record]));
const cve5 = (name: string, record: object) => put(folder, name, JSON.stringify(record));

describe.each(testDatabases())('order on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  /** Loads the files in each order, in one run and in several, and expects the same merged rows of all. */
  async function expectOneResult(files: readonly string[]): Promise<Record<string, unknown>> {
    let first: Record<string, unknown> | null = null;
    for (const order of permutations(files)) {
      for (const steps of [[order], order.map((file) => [file])]) {
        await empty(db);
        for (const step of steps) await loadWell(db, step);
        first ??= await merged(db);
        expect(await merged(db), steps.map((s) => s.join(' ')).join(', then ')).toEqual(first);
      }
    }
    expect(await rebuild(db, () => new Date(), new AbortController().signal)).toMatchObject({
      inserted: 0,
      updated: 0,
      deleted: 0,
    });
    return first ?? {};
  }

  test('sources may come in any order, in one run or in several', async () => {
    const result = await expectOneResult([
      nvd(
        'nvd.json',
        nvdRecord(id, { score: 9.1, vendor: 'acme', product: 'gateway', references: ['https://a.example/1'] }),
      ),
      put(folder, 'kev.json', kevCatalogue([kevEntry(id, { knownRansomwareCampaignUse: 'Known' })])),
      cve5('cve.json', cve5Record(id, { score: 7, title: 'Ours', cisa: 'active' })),
    ]);
    expect(result[id]).toMatchObject({
      title: 'Ours',
      cvss_score: 7,
      exploited_in_the_wild: true,
      ransomware: true,
      sources: ['cve_list', 'nvd', 'cisa_kev', 'cisa_adp'],
      vendors: ['acme'],
    });
  });

  test('versions of one record may come in any order: the newest stands', async () => {
    const version = (day: string) =>
      nvdRecord(id, { modified: `2024-02-${day}T00:00:00.000`, description: `as of ${day}`, score: Number(day) });
    const result = await expectOneResult(['01', '02', '03'].map((day) => nvd(`${day}.json`, version(day))));
    expect(result[id]).toMatchObject({ description: 'as of 03', cvss_score: 3 });
  });

  test('an older version counts as unchanged and writes nothing', async () => {
    await loadWell(db, [nvd('new.json', nvdRecord(id, { modified: '2024-03-01T00:00:00.000' }))]);
    const before = await writesOf(db);
    const old = nvd('old.json', nvdRecord(id, { modified: '2024-02-01T00:00:00.000', description: 'old' }));
    expect(countsOf(await loadWell(db, [old]), 'nvd')).toEqual([1, 0, 0, 1, 0, 0]);
    expect(await writesOf(db)).toEqual(before);
  });

  test('a CVE rejected upstream keeps what was last published, in any order', async () => {
    const result = await expectOneResult([
      nvd('first.json', nvdRecord(id, { modified: '2024-02-01T00:00:00.000', description: 'first words', score: 5 })),
      nvd('second.json', nvdRecord(id, { modified: '2024-02-02T00:00:00.000', description: 'last words', score: 8 })),
      nvd(
        'rejected.json',
        nvdRecord(id, {
          modified: '2024-02-03T00:00:00.000',
          description: 'Rejected reason: not a flaw.',
          status: 'Rejected',
        }),
      ),
    ]);
    expect(result[id]).toMatchObject({
      state: 'rejected',
      description: 'last words',
      cvss_score: 8,
      priority_score: 0,
    });
  });

  test('a CVE that is published again speaks for itself, in any order', async () => {
    const result = await expectOneResult([
      cve5('first.json', cve5Record(id, { updated: '2024-02-01T00:00:00.000Z', description: 'first' })),
      cve5(
        'rejected.json',
        cve5Record(id, { updated: '2024-02-02T00:00:00.000Z', state: 'REJECTED', description: 'no' }),
      ),
      cve5('again.json', cve5Record(id, { updated: '2024-02-03T00:00:00.000Z', description: 'again' })),
    ]);
    expect(result[id]).toMatchObject({ state: 'published', description: 'again' });
  });

  test('a CVE Record that loses its CISA container takes back the word of CISA, in any order', async () => {
    const files = [
      cve5('with.json', cve5Record(id, { updated: '2024-02-01T00:00:00.000Z', cisa: 'active' })),
      cve5('without.json', cve5Record(id, { updated: '2024-02-02T00:00:00.000Z' })),
    ];
    const result = await expectOneResult(files);
    expect(result[id]).toMatchObject({ ssvc: null, public_exploit: false, sources: ['cve_list'] });
    for (const file of [...files].reverse()) await loadWell(db, [file]);
    expect(await merged(db)).toEqual(result);
  });

  test('a CISA container that comes later, or comes back, counts', async () => {
    const result = await expectOneResult([
      cve5('a.json', cve5Record(id, { updated: '2024-02-01T00:00:00.000Z', cisa: 'poc' })),
      cve5('b.json', cve5Record(id, { updated: '2024-02-02T00:00:00.000Z' })),
      cve5('c.json', cve5Record(id, { updated: '2024-02-03T00:00:00.000Z', cisa: 'active' })),
    ]);
    expect(result[id]).toMatchObject({ ssvc: { exploitation: 'active' }, sources: ['cve_list', 'cisa_adp'] });
  });

  test('versions of a CVE Record in one file are told apart like those in several', async () => {
    const versions = [
      cve5Record(id, { updated: '2024-02-01T00:00:00.000Z', cisa: 'active', title: 'one' }),
      cve5Record(id, { updated: '2024-02-02T00:00:00.000Z', title: 'two' }),
    ];
    for (const order of permutations(versions)) {
      await empty(db);
      const file = put(folder, 'both.ndjson', ndjson(order));
      await loadWell(db, [file]);
      expect((await merged(db))[id]).toMatchObject({ title: 'two', ssvc: null, sources: ['cve_list'] });
      const before = await writesOf(db);
      await loadWell(db, [file]);
      expect(await writesOf(db)).toEqual(before);
    }
  });

  test('the sample and the deduplicated records come in one format and leave each other alone', async () => {
    const sample = deduplicatedRecord(id, { source: 'sample', title: 'the sample' });
    const result = await expectOneResult([
      put(folder, 'sample.ndjson', ndjson([sample])),
      put(folder, 'real.ndjson', ndjson([deduplicatedRecord(id, { title: 'the real one' })])),
    ]);
    expect(result[id]).toMatchObject({ title: 'the real one', sources: ['deduplicated', 'original'] });
    expect((await db.query('SELECT count(*)::int AS n FROM source_records WHERE withdrawn_at IS NULL')).rows).toEqual([
      { n: 2 },
    ]);
  });

  test('the newer of two catalogues stands, also in one run', async () => {
    const [a, b, c] = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'];
    const older = put(
      folder,
      'older.json',
      kevCatalogue([kevEntry(a), kevEntry(b, { dueDate: '2024-04-01' })], '2024-03-05'),
    );
    const newer = put(
      folder,
      'newer.json',
      kevCatalogue([kevEntry(b, { dueDate: '2024-05-01' }), kevEntry(c)], '2024-03-06'),
    );
    const known = nvd('known.json', nvdRecord(a));
    const result = await expectOneResult([known, older, newer]);
    expect(result[a]).toMatchObject({ exploited_in_the_wild: false });
    expect(result[b]).toMatchObject({ exploited_in_the_wild: true, cisa_due_date: '2024-05-01' });
  });

  test('a list in another order is no change, and the row is what a rebuild makes of it', async () => {
    const version = (urls: string[]) =>
      ndjson([deduplicatedRecord(id, { last_modified: undefined, references: urls })]);
    const urls = ['https://a.example/1', 'https://b.example/2'];
    await loadWell(db, [put(folder, 'list.ndjson', version(urls))]);
    await loadWell(db, [put(folder, 'list.ndjson', version(urls.reverse()))]);
    expect(await rebuild(db, () => new Date(), new AbortController().signal)).toMatchObject({ updated: 0 });
    expect((await db.query('SELECT 1 FROM vulnerability_changes')).rows).toEqual([]);
  });
});
