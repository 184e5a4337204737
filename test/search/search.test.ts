import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { AppError } from '../../src/errors.ts';
import type { SearchRequest } from '../../src/search/search.ts';
import { openthreat } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';
import { idsFor, searchFor } from '../support/searching.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-search-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const exchange = 'CVE-2021-26855';
const log4j = 'CVE-2021-44228';

/** Records that differ in what a search looks at, and thirty that are equal but for their ids. */
function files(): string[] {
  const equals = Array.from({ length: 30 }, (_, n) =>
    nvdRecord(`CVE-2020-${30000 - n}`, {
      score: 5,
      vendor: 'twin',
      description: 'Equal to its twins.',
      published: '2020-01-01T00:00:00.000',
    }),
  );
  const records = [
    nvdRecord(exchange, {
      score: 9.1,
      vendor: 'microsoft',
      product: 'exchange_server',
      description: 'A remote attacker runs code on Exchange Server.',
      published: '2021-03-03T00:00:00.000',
    }),
    nvdRecord('CVE-2021-31207', {
      score: 6.6,
      vendor: 'microsoft',
      product: 'exchange_server',
      description: 'Exchange Server lets an attacker pass a security feature.',
      published: '2021-05-11T00:00:00.000',
    }),
    nvdRecord('CVE-2021-1675', {
      score: 7.8,
      vendor: 'microsoft',
      product: 'windows_10',
      description: 'The print spooler runs code of others.',
      published: '2021-06-08T00:00:00.000',
    }),
    nvdRecord(log4j, {
      score: 10,
      vendor: 'apache',
      product: 'log4j',
      description: 'Log4j 2.14.1 looks up names of a remote server in messages: 100% remote code.',
      published: '2021-12-10T00:00:00.000',
    }),
    nvdRecord('CVE-2022-0001', {
      vendor: 'nobody',
      description: 'No score, and a code remote from the rest.',
      published: '2022-01-01T00:00:00.000',
    }),
    nvdRecord('CVE-2022-0002', { status: 'Rejected', description: 'Rejected: remote.' }),
    ...equals,
  ];
  return [
    put(folder, 'nvd.json', nvdFeed(records)),
    put(
      folder,
      'kev.json',
      kevCatalogue([kevEntry(exchange, { vendorProject: 'Microsoft', product: 'Exchange Server' })]),
    ),
  ];
}

describe.each(testDatabases())('search on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
    await loadWell(db, files());
  });
  afterAll(() => test_.drop());

  const find = (text: string, more: Partial<SearchRequest> = {}) => idsFor(db, text, more);

  test('words, all of which must be there, in any order and form', async () => {
    expect(await find('exchange attacker')).toEqual([exchange, 'CVE-2021-31207']);
    expect(await find('ATTACKERS exchange')).toEqual([exchange, 'CVE-2021-31207']);
    expect(await find('exchange spooler')).toEqual([]);
  });

  test('a phrase stands word by word', async () => {
    expect(await find('"remote code"')).toEqual([log4j]);
    expect(await find('"code remote"')).toEqual(['CVE-2022-0001']);
    expect(await find('"remote attacker" exchange')).toEqual([exchange]);
  });

  test('parts of an id', async () => {
    expect(await find(log4j)).toEqual([log4j]);
    expect(await find('cve-2021-4422')).toEqual([log4j]);
    expect(await find('44228')).toEqual([log4j]);
    expect((await find('2021-')).length).toBeLessThanOrEqual(4);
    expect(await find('CVE-2021 spooler')).toEqual(['CVE-2021-1675']);
  });

  test('names of vendors and products, as words and as filters, in any spelling', async () => {
    expect(await find('microsoft')).toEqual([exchange, 'CVE-2021-1675', 'CVE-2021-31207']);
    expect(await find('vendor:Microsoft product:"Exchange Server"')).toEqual([exchange, 'CVE-2021-31207']);
    expect(await find('exchange_server')).toEqual([exchange, 'CVE-2021-31207']);
    expect(await find('code vendor:apache')).toEqual([log4j]);
    expect(await find('vendor:micro')).toEqual([]);
  });

  test('filters of severity and exploitation', async () => {
    expect(await find('severity:critical')).toEqual([exchange, log4j]);
    expect(await find('microsoft severity:(high,medium)')).toEqual(['CVE-2021-1675', 'CVE-2021-31207']);
    expect(await find('exploited:true')).toEqual([exchange]);
    expect(await find('microsoft -exploited:true')).toEqual(['CVE-2021-1675', 'CVE-2021-31207']);
  });

  test('orders, with what has no value last', async () => {
    const all = { limit: 1000 };
    expect((await find('', all))[0]).toBe(exchange);
    expect((await find('', { ...all, sort: 'cvss' })).slice(0, 3)).toEqual([log4j, exchange, 'CVE-2021-1675']);
    expect((await find('', { ...all, sort: 'cvss' })).slice(-2)).toEqual(['CVE-2022-0001', 'CVE-2022-0002']);
    expect((await find('remote', { sort: 'published' }))[0]).toBe('CVE-2022-0002');
    expect(await find('microsoft', { sort: 'published' })).toEqual(['CVE-2021-1675', 'CVE-2021-31207', exchange]);
  });

  test('equals are ordered by id, whatever the page', async () => {
    for (const sort of ['priority', 'cvss', 'published', 'modified'] as const) {
      const twins = await find('twins', { sort, limit: 100 });
      expect(twins).toHaveLength(30);
      expect(twins).toEqual([...twins].sort());
      expect(await find('twins', { sort, limit: 7 })).toEqual(twins.slice(0, 7));
      expect(await find('vendor:twin', { sort, limit: 30 })).toEqual(twins);
    }
  });

  test('misspelt words find what was meant, and it is said', async () => {
    const result = await searchFor(db, 'micorsoft exchnage');
    expect(result.hits.map((h) => h.cveId)).toEqual([exchange, 'CVE-2021-31207']);
    expect([...result.meanings].sort((a, b) => (a.typed < b.typed ? -1 : 1))).toEqual([
      { typed: 'exchnage', as: 'exchange', how: 'correction' },
      { typed: 'micorsoft', as: 'microsoft', how: 'correction' },
    ]);
    const { code, stdout, stderr } = await openthreat(test_.env, ['search', 'micorsoft', 'exchnage']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`${exchange}.*\n.*CVE-2021-31207`));
    expect(stderr).toMatch(/Took "micorsoft" for "microsoft"/);
    expect(stderr).toMatch(/Took "exchnage" for "exchange"/);
  });

  test('the beginning of a word finds it, and a word that nothing is like finds nothing', async () => {
    expect(await find('exch')).toEqual([exchange, 'CVE-2021-31207']);
    const nothing = await searchFor(db, 'qqxxzzkk');
    expect(nothing).toMatchObject({ hits: [], total: { value: 0 }, meanings: [{ typed: 'qqxxzzkk', how: 'unknown' }] });
  });

  test('a rare word that begins commoner ones finds those, too, and it is said', async () => {
    const words = ['frobnik', 'frobnik2', 'frobnik2'].map((word, n) =>
      nvdRecord(`CVE-2023-${1000 + n}`, { description: `The ${word} server trusts its clients.` }),
    );
    await loadWell(db, [put(folder, 'rare.json', nvdFeed(words))]);
    const result = await searchFor(db, 'frobnik');
    expect(result.hits.map((h) => h.cveId).sort()).toEqual(['CVE-2023-1000', 'CVE-2023-1001', 'CVE-2023-1002']);
    expect(result.meanings).toEqual([{ typed: 'frobnik', as: 'frobnik', how: 'beginning' }]);
  });

  test('the total counts what the page leaves out', async () => {
    expect(await searchFor(db, 'twins', { limit: 3 })).toMatchObject({
      total: { value: 30, exact: true },
    });
  });

  test.each([
    "'; DROP TABLE vulnerabilities; --",
    'a:*&|!()<->',
    '%',
    '_',
    '\\',
    '"',
    '""',
    '" "',
    "''''",
    '100%',
    'log4j:*',
    '!log4j',
    'x'.repeat(10_000),
    'a '.repeat(1000),
    '😀',
    'İ',
    '\u0000',
    '"a\u0000b"',
    '\ud800',
    `"${'x'.repeat(498)}😀"`,
    '-',
    '()',
  ])('what means something elsewhere is text here, or told to be no query: %j', async (text) => {
    const outcome = await find(text).catch((error: unknown) => error);
    if (outcome instanceof AppError) expect(outcome.code).toBe('invalid_query');
    else expect(outcome).toBeInstanceOf(Array);
  });

  test('the words for corrections follow what is loaded and withdrawn', async () => {
    const own = await server.open();
    const load = (ids: string[], day: string) =>
      loadWell(own.database, [
        put(
          folder,
          `words-${day}.json`,
          kevCatalogue(
            ids.map((id) => kevEntry(id, { vendorProject: 'Contoso', vulnerabilityName: 'A zyzzyva' })),
            `2024-03-${day}`,
          ),
        ),
      ]);
    await load(['CVE-2024-0001', 'CVE-2024-0002'], '05');
    const documents = async () =>
      (await own.database.query<{ documents: number }>(`SELECT documents FROM search_terms WHERE term = 'zyzzyva'`))
        .rows;
    expect(await documents()).toEqual([{ documents: 2 }]);
    expect(await idsFor(own.database, 'zyzzvya')).toHaveLength(2);
    await openthreat(own.env, ['sources', 'remove', 'cisa_kev']);
    expect(await documents()).toEqual([]);
    await own.drop();
  });
});
