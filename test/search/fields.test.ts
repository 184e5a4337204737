import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOf } from '../../scripts/docs/fields.ts';
import type { Database } from '../../src/db/database.ts';
import { vulnerabilityLanguage } from '../../src/domain/query/vulnerability-fields.ts';
import { readCursor } from '../../src/search/cursor.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';
import { idsFor, searchFor } from '../support/searching.ts';

const [openssl, log4j, print, bare] = ['CVE-2022-3602', 'CVE-2021-44228', 'CVE-2021-34527', 'CVE-2024-0001'];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-fields-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Four CVEs that differ in every field, and 120 that are alike. */
function files(): string[] {
  const cpeMatch = [
    {
      vulnerable: true,
      criteria: 'cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*',
      versionStartIncluding: '3.0.0',
      versionEndExcluding: '3.0.7',
      matchCriteriaId: '00000000-0000-0000-0000-000000000000',
    },
  ];
  const records = [
    {
      ...nvdRecord(openssl, {
        score: 7.5,
        description: 'A buffer overrun in OpenSSL.',
        published: '2022-11-01T18:15:00.000',
      }),
    },
    nvdRecord(log4j, {
      score: 10,
      vendor: 'apache',
      product: 'log4j',
      description: 'Log4j looks up names.',
      published: '2021-12-10T10:15:00.000',
    }),
    nvdRecord(print, {
      score: 8.8,
      vendor: 'microsoft',
      product: 'windows_10',
      description: 'The print spooler.',
      published: '2021-07-02T22:15:00.000',
    }),
    nvdRecord(bare, { description: 'Nothing more is known.', published: '2024-05-31T23:30:00.000' }),
    ...Array.from({ length: 120 }, (_, n) =>
      nvdRecord(`CVE-2010-${1000 + n}`, {
        score: (n % 7) + 1,
        vendor: 'alike',
        description: 'Alike.',
        published: '2010-01-01T00:00:00.000',
      }),
    ),
  ];
  Object.assign((records[0] as { cve: object }).cve, {
    configurations: [{ nodes: [{ operator: 'OR', negate: false, cpeMatch }] }],
    references: [{ url: 'https://www.openssl.org/news/secadv/20221101.txt', source: 'openssl' }],
    weaknesses: [{ source: 'nvd@nist.gov', type: 'Primary', description: [{ lang: 'en', value: 'CWE-787' }] }],
  });
  const kev = [
    kevEntry(log4j, {
      vendorProject: 'Apache',
      product: 'Log4j2',
      dateAdded: '2021-12-10',
      dueDate: '2021-12-24',
      knownRansomwareCampaignUse: 'Known',
    }),
  ];
  return [put(folder, 'nvd.json', nvdFeed(records)), put(folder, 'kev.json', kevCatalogue(kev))];
}

describe.each(testDatabases())('the fields of searches on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
    await loadWell(db, files());
  });
  afterAll(() => test_.drop());

  test.each(vulnerabilityLanguage.fields.map((field) => [exampleOf(field), field.name]))(
    'the example %s is answered, and whether there is a value',
    async (example, name) => {
      expect(await idsFor(db, example)).toBeInstanceOf(Array);
      if (name === 'version' || name === 'cpe' || name === 'purl') return;
      const [has, hasNot] = [await searchFor(db, `${name}:*`), await searchFor(db, `-${name}:*`)];
      expect(has.total.value + hasNot.total.value).toBe(124);
    },
  );

  test.each([
    ['vendor:apache', [log4j]],
    ['product:windows*', [print]],
    ['vendor:m*soft', [print]],
    ['cwe:787', [openssl]],
    ['cvss:>=8.8 -vendor:alike', [log4j, print]],
    ['cvss3:10', [log4j]],
    ['cvss:[7 TO 8}  -vendor:alike', [openssl]],
    ['-cvss:*', [bare]],
    ['severity:critical', [log4j]],
    ['severity:(critical,high) -vendor:alike', [log4j, print, openssl]],
    ['exploited:true', [log4j]],
    ['kev:2021-12', [log4j]],
    ['kev:*', [log4j]],
    ['due:<2022', [log4j]],
    ['due:>2021-12-24', []],
    ['due:>=2021-12-24', [log4j]],
    ['ransomware:true', [log4j]],
    ['source:cisa_kev', [log4j]],
    ['published:2021', [log4j, print]],
    ['published:>2021-12', [openssl, bare]],
    ['published:>=2021-12 published:<2022', [log4j]],
    ['published:2024-05-31', [bare]],
    ['published:-1d', [bare]], // the day before 1 June 2024, which is now
    ['published:[2021-07 TO 2021-12}', [print]],
    ['reference:openssl.org', [openssl]],
    ['reference:"openssl.org/news/secadv"', [openssl]],
    ['reference:"openssl.org/other"', []],
    ['cve:2021-3', [print]],
    ['title:nothing', []],
    ['text:"print spooler"', [print]],
    ['(spooler OR openssl) -exploited:true', [print, openssl]],
    ['-(vendor:alike OR spooler OR openssl OR names)', [bare]],
    ['spoo*', [print]],
    ['state:published -vendor:alike -cvss:*', [bare]],
    ['product:openssl version:3.0.5', [openssl]],
    ['product:openssl version:3.0.7', []],
    ['cpe:2.3:a:openssl:openssl:3.0.2', [openssl]],
    ['cpe:2.3:a:openssl:openssl', [openssl]],
    ['purl:pkg:generic/openssl@3.0.6', [openssl]],
  ])('%s', async (text, expected) => {
    expect(await idsFor(db, text)).toEqual(expected);
  });

  test('a hit says why its version is affected, and who says so', async () => {
    const { hits } = await searchFor(db, 'product:openssl version:3.0.5');
    expect(hits[0]?.because).toEqual({
      source: 'nvd',
      vendor: 'openssl',
      product: 'openssl',
      match: { kind: 'range', range: { from: '3.0.0', to: '3.0.7', toExcluded: true } },
    });
  });

  test('a version without a product, or under OR, is told', async () => {
    await expect(searchFor(db, 'version:1')).rejects.toThrow(/needs the product beside it/);
    await expect(searchFor(db, 'product:a OR version:1')).rejects.toThrow(/joined to the rest by AND/);
  });

  test.each(['priority', 'cvss', 'published', 'modified'] as const)(
    'pages by cursor, ordered by %s, are the whole list',
    async (sort) => {
      for (const text of ['', 'vendor:alike', 'published:>1999']) {
        const whole = await idsFor(db, text, { sort, limit: 1000 });
        const paged: string[] = [];
        for (let after = null; ; ) {
          const page = await searchFor(db, text, { sort, limit: 7, after });
          paged.push(...page.hits.map((hit) => hit.cveId));
          if (page.next === null) break;
          after = readCursor(page.next);
        }
        expect(paged).toEqual(whole);
        expect(await idsFor(db, text, { sort, limit: 10, offset: 15 })).toEqual(whole.slice(15, 25));
      }
    },
  );
});
