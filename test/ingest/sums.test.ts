import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { rejectedRecords } from '../../src/db/runs.ts';
import { contentOf, empty, writesOf } from '../support/content.ts';
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
import { countsOf, expectSums, load, loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-sums-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A bit of everything: four formats that speak of the same and of different CVEs, with two records that are none. */
function everything(): string[] {
  const id = (n: number) => `CVE-2024-${1000 + n}`;
  const many = Array.from({ length: 30 }, (_, n) => n);
  return [
    put(
      folder,
      'nvd.json',
      nvdFeed([
        ...many.map((n) =>
          nvdRecord(id(n), { score: n % 11, vendor: `vendor${n % 4}`, references: [`https://example.org/${n}`] }),
        ),
        nvdRecord('CVE-24-1'),
      ]),
    ),
    put(folder, 'kev.json', kevCatalogue(many.slice(20).map((n) => kevEntry(id(n + 5))))),
    put(
      folder,
      'cve5.ndjson',
      ndjson(many.map((n) => cve5Record(id(n + 10), n % 3 === 0 ? { cisa: 'poc' } : { score: 5 }))),
    ),
    put(
      folder,
      'old.ndjson',
      ndjson([...many.map((n) => deduplicatedRecord(id(n * 2))), { cve_id: 'CVE-2024-7777', cvss_score: 11 }]),
    ),
  ];
}

describe.each(testDatabases())('counting on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  test('what was fetched is inserted, updated, unchanged or rejected, and all say so alike', async () => {
    const result = await load(db, everything());
    expect(result.failures).toEqual([]);
    await expectSums(db, result);
    expect(countsOf(result, 'nvd')).toEqual([31, 30, 0, 0, 1, 0]);
    expect(countsOf(result, 'cisa_kev')).toEqual([10, 10, 0, 0, 0, 0]);
    expect(countsOf(result, 'cve_list')).toEqual([30, 30, 0, 0, 0, 0]);
    expect(countsOf(result, 'cisa_adp')).toEqual([10, 10, 0, 0, 0, 0]);
    expect(countsOf(result, 'deduplicated')).toEqual([31, 30, 0, 0, 1, 0]);
    expect((await db.query('SELECT count(*)::int AS n FROM source_records')).rows).toEqual([{ n: 110 }]);
    expect((await rejectedRecords(db, 10, null)).map((r) => [r.source, r.place, r.reason])).toEqual([
      ['deduplicated', 'line 31', 'CVSS score 11 is outside 0–10'],
      ['nvd', 'record 31', '"CVE-24-1" is not a CVE id'],
    ]);
  });

  test('the same once more writes not one row', async () => {
    const inputs = everything().filter((path) => /kev|cve5/.test(path));
    inputs.push(put(folder, 'good.json', nvdFeed([nvdRecord('CVE-2024-1000'), nvdRecord('CVE-2024-1011')])));
    await loadWell(db, inputs);
    const before = await writesOf(db);
    const again = await loadWell(db, inputs, '2024-07-01T00:00:00.000Z');
    expect(await writesOf(db)).toEqual(before);
    expect(countsOf(again, 'nvd')).toEqual([2, 0, 0, 2, 0, 0]);
    expect(countsOf(again, 'cisa_kev')).toEqual([10, 0, 0, 10, 0, 0]);
    expect(countsOf(again, 'cve_list')).toEqual([30, 0, 0, 30, 0, 0]);
    expect(countsOf(again, 'cisa_adp')).toEqual([10, 0, 0, 10, 0, 0]);
  });

  test('a changed record is updated, beside others that are not', async () => {
    const record = (title: string) => deduplicatedRecord('CVE-2024-0001', { title, last_modified: '2024-01-21' });
    const other = deduplicatedRecord('CVE-2024-0002');
    await loadWell(db, [put(folder, 'a.ndjson', ndjson([record('before'), other]))]);
    const result = await loadWell(db, [put(folder, 'a.ndjson', ndjson([record('after'), other]))]);
    expect(countsOf(result, 'deduplicated')).toEqual([2, 0, 1, 1, 0, 0]);
  });

  test('the same words written otherwise change nothing', async () => {
    await loadWell(db, [put(folder, 'plain.json', nvdFeed([nvdRecord('CVE-2024-0001')]))]);
    const before = await writesOf(db);
    const pretty = JSON.stringify(JSON.parse(nvdFeed([nvdRecord('CVE-2024-0001')])), null, 4);
    const result = await loadWell(db, [put(folder, 'pretty.json', pretty)]);
    expect(countsOf(result, 'nvd')).toEqual([1, 0, 0, 1, 0, 0]);
    expect(await writesOf(db)).toEqual(before);
  });

  test('a CVE Record counts for each of its sources, however often only one of them changes', async () => {
    const file = (title: string, updated: string) =>
      put(
        folder,
        'one.json',
        JSON.stringify(
          cve5Record('CVE-2024-0001', { title, updated, cisa: 'poc', cisaUpdated: '2024-02-01T00:00:00.000Z' }),
        ),
      );
    await loadWell(db, [file('first', '2024-02-10T00:00:00.000Z')]);
    const changed = await loadWell(db, [file('second', '2024-02-11T00:00:00.000Z')]);
    expect(countsOf(changed, 'cve_list')).toEqual([1, 0, 1, 0, 0, 0]);
    expect(countsOf(changed, 'cisa_adp')).toEqual([1, 0, 0, 1, 0, 0]);
    const again = await loadWell(db, [file('second', '2024-02-11T00:00:00.000Z')]);
    expect(countsOf(again, 'cve_list')).toEqual([1, 0, 0, 1, 0, 0]);
    expect(countsOf(again, 'cisa_adp')).toEqual([1, 0, 0, 1, 0, 0]);
  });

  test('what other sources say of a CVE is not counted again with a CVE Record', async () => {
    const record = put(folder, 'record.json', JSON.stringify(cve5Record('CVE-2024-0001', { cisa: 'poc' })));
    const both = put(
      folder,
      'both.ndjson',
      ndjson([deduplicatedRecord('CVE-2024-0001'), deduplicatedRecord('CVE-2024-0002')]),
    );
    const one = put(folder, 'other.ndjson', ndjson([deduplicatedRecord('CVE-2024-0002')]));
    await loadWell(db, [record, both]);
    expect(countsOf(await loadWell(db, [record, one]), 'deduplicated')).toEqual([1, 0, 0, 1, 0, 0]);
  });

  test('duplicates in one file: the newest wins, both are counted, and a repeat writes nothing', async () => {
    const version = (day: string) =>
      nvdRecord('CVE-2024-0001', { modified: `2024-02-${day}T00:00:00.000`, description: `of ${day}` });
    const path = put(folder, 'twice.json', nvdFeed([version('03'), version('01'), version('02')]));
    const result = await loadWell(db, [path]);
    expect(countsOf(result, 'nvd')).toEqual([3, 1, 0, 2, 0, 0]);
    expect((await db.query('SELECT description FROM vulnerabilities')).rows).toEqual([{ description: 'of 03' }]);
    const before = await writesOf(db);
    expect(countsOf(await loadWell(db, [path]), 'nvd')).toEqual([3, 0, 0, 3, 0, 0]);
    expect(await writesOf(db)).toEqual(before);
  });

  test('duplicates that do not say when they changed: the last one stands, and a repeat writes nothing', async () => {
    const version = (title: string) => deduplicatedRecord('CVE-2024-0001', { title, last_modified: undefined });
    const path = put(folder, 'undated.ndjson', ndjson([version('first'), version('last')]));
    expect(countsOf(await loadWell(db, [path]), 'deduplicated')[0]).toBe(2);
    const before = await writesOf(db);
    for (let repeat = 0; repeat < 2; repeat++) {
      expect(countsOf(await loadWell(db, [path]), 'deduplicated')).toEqual([2, 0, 0, 2, 0, 0]);
      expect((await db.query('SELECT title FROM vulnerabilities')).rows).toEqual([{ title: 'last' }]);
    }
    expect(await writesOf(db)).toEqual(before);
  });

  test('more records than a batch holds', async () => {
    const records = Array.from({ length: 1203 }, (_, n) => nvdRecord(`CVE-2024-${10000 + n}`));
    const path = put(folder, 'many.json', nvdFeed(records));
    expect(countsOf(await loadWell(db, [path]), 'nvd')).toEqual([1203, 1203, 0, 0, 0, 0]);
    expect(countsOf(await loadWell(db, [path]), 'nvd')).toEqual([1203, 0, 0, 1203, 0, 0]);
  });
});

test('every database ends with the same content', async () => {
  const contents = [];
  for (const server of testDatabases()) {
    const { database, drop } = await server.open();
    await load(database, everything());
    contents.push(await contentOf(database));
    await drop();
  }
  for (const content of contents) expect(content).toEqual(contents[0]);
});
