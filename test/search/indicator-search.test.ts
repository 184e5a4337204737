import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOf } from '../../scripts/docs/fields.ts';
import type { Database } from '../../src/db/database.ts';
import { indicatorLanguage } from '../../src/domain/query/indicator-fields.ts';
import { AppError } from '../../src/errors.ts';
import { type IndicatorSort, readIndicatorCursor } from '../../src/search/indicators/order.ts';
import type { PageRequest } from '../../src/search/indicators/page.ts';
import { searchIndicators } from '../../src/search/indicators/search.ts';
import { readQuery } from '../../src/search/query.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { ndjson, put } from '../support/feeds.ts';
import { reportFormat } from '../support/indicators.ts';
import { load } from '../support/loading.ts';

const now = '2026-02-02T00:00:00.000Z';
const [c2, net, shop, dropper, mail, hash] = [
  '45.61.3.4',
  '45.61.0.0/16',
  'evil-shop.co.uk',
  'http://files-bad.net/a.exe',
  'ceo@phish-bad.com',
  '5d41402abc4b2a76b9719d911017c592',
];
const reports = [
  { type: 'ip', value: c2, malware: 'cobalt_strike', threatType: 'botnet_cc', lastSeen: '2026-02-01T00:00:00.000Z' },
  { type: 'ip', value: net, tags: ['bulletproof'], confidence: 0.3 },
  { type: 'domain', value: shop, tags: ['CVE-2021-44228', 'T1071'], firstSeen: '2025-12-24T00:00:00.000Z' },
  {
    type: 'url',
    value: dropper,
    threatType: 'malware_download',
    lastSeen: '2025-06-01T00:00:00.000Z',
    confidence: 0.8,
  },
  { type: 'email', value: mail, threatType: 'phishing' },
  { type: 'hash', value: hash, tags: ['cobaltstrike'] },
];
/** More than are gathered at once, so that pages come from the orders' indexes. */
const manyCount = 10_500;
/** So many that come before them in some orders that these are not gone through. */
const othersCount = 21_000;
const others = `INSERT INTO iocs (value_hash, ioc_type, value, tags, last_seen, source, sources)
  SELECT sha256(convert_to(value, 'UTF8')), 'domain', value, '["other"]', '2026-01-15Z', 'other_list', '["other_list"]'
  FROM (SELECT 'z' || n || '.org' AS value FROM generate_series(1, ${othersCount}) AS n) AS made`;
const many = `INSERT INTO iocs (value_hash, ioc_type, value, tags, confidence, last_seen, source, sources)
  SELECT sha256(convert_to(value, 'UTF8')), 'domain', value, '["many"]', (n % 5) / 10.0,
         CASE WHEN n % 3 > 0 THEN timestamptz '2026-01-01Z' - (n % 50) * interval '1 day' END, 'long_list', '["long_list"]'
  FROM (SELECT n, 'host-' || n % 97 || '.many-' || n || '.org' AS value FROM generate_series(1, ${manyCount}) AS n) AS made`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-indicator-search-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(testDatabases())('searches for indicators on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
    const file = put(folder, `${server.name}.ndjson`, ndjson(reports));
    const result = await load(db, [file], now, { format: reportFormat('feed') });
    expect(result.failures).toEqual([]);
    await db.query(many);
    await db.query(others);
    await db.query('ANALYZE iocs');
  });
  afterAll(() => test_.drop());

  const ask = async (text: string, more: Partial<PageRequest> = {}) =>
    searchIndicators(db, {
      query: readQuery(text, indicatorLanguage),
      sort: 'last_seen',
      descending: true,
      limit: 20,
      offset: 0,
      after: null,
      now: new Date(now),
      ...more,
    });
  const valuesFor = async (text: string) => (await ask(`source:feed (${text})`)).hits.map((hit) => hit.value).sort();

  test.each([
    ['45.61', [c2, net]],
    ['FILES-bad', [dropper]],
    ['hxxp://files-bad[.]net', [dropper]],
    ['"bad.net/a"', [dropper]],
    ['bad -phish', [dropper]],
    ['45.61.* OR *.co.uk', [c2, net, shop]],
    ['value:45[.]61[.]3[.]4', [c2]],
    ['value:45.61.3', []],
    ['type:(email,hash)', [hash, mail]],
    ['host:files-bad.net', [dropper]],
    ['host:phish-bad.com', [mail]],
    ['threat:c2', [c2]],
    ['-threat:*', [net, hash, shop]],
    ['malware:"Cobalt Strike"', [c2, hash]],
    ['tag:*', [c2, net, hash, shop]],
    ['cve:CVE-2021-44228', [shop]],
    ['cve:*', [shop]],
    ['technique:T1071 technique:*', [shop]],
    ['source:(feed,nobody) -source:long_list type:ip', [c2, net]],
    ['status:active type:ip', [c2, net]],
    ['-status:active', [dropper]],
    ['confidence:<0.5', [net]],
    ['confidence:[0.8 TO 1]', [dropper]],
    ['first_seen:2025-12', [shop]],
    ['last_seen:>-7d', [c2]],
    ['seen:<2026', [dropper]],
    ['expires:<+40d', [dropper]],
    ['"100%___"', []],
  ])('%s', async (text, expected) => {
    expect(await valuesFor(text)).toEqual([...expected].sort());
  });

  test.each(indicatorLanguage.fields.map((field) => [exampleOf(field), field.name]))(
    'the example %s is answered, and whether there is a value',
    async (example, name) => {
      expect((await ask(example)).hits).toBeInstanceOf(Array);
      const [has, hasNot] = [await ask(`source:feed ${name}:*`), await ask(`source:feed -${name}:*`)];
      expect(has.total.value + hasNot.total.value).toBe(reports.length);
    },
  );

  test('what would read every value is refused', async () => {
    for (const text of ['ab', 'a.b', 'value:*a*', 'x1']) {
      await expect(ask(text)).rejects.toMatchObject({ code: 'invalid_query' });
    }
    expect((await ask('3.45')).hits).toBeInstanceOf(Array);
  });

  test('totals are exact up to 10,000', async () => {
    expect((await ask('type:ip')).total).toEqual({ value: 2, exact: true });
    expect((await ask('tag:many')).total).toEqual({ value: 10_000, exact: false });
  });

  test.each([
    ['last_seen', true],
    ['last_seen', false],
    ['confidence', true],
    ['confidence', false],
    ['value', true],
    ['value', false],
  ] as const)('by %s (descending: %s), pages are the whole list, of few and of many', async (sort, descending) => {
    const order = { sort, descending };
    for (const text of [
      'host-7',
      'tag:many',
      'tag:many confidence:>=0.1',
      'last_seen:>2025-12-01',
      'tag:many (confidence:[0 TO 0.2} OR confidence:{0.2 TO 1])',
    ]) {
      const whole = (await ask(text, { ...order, limit: 400 })).hits;
      expect(whole.map((hit) => keyOf(hit, sort))).toEqual(sorted(whole, sort, descending));
      const paged: string[] = [];
      for (let after = null; paged.length < 100; ) {
        const page = await ask(text, { ...order, limit: 50, after });
        paged.push(...page.hits.map((hit) => hit.value));
        after = readIndicatorCursor(page.next ?? '', order);
      }
      expect(paged).toEqual(whole.slice(0, 100).map((hit) => hit.value));
      const second = await ask(text, { ...order, limit: 30, offset: 70 });
      expect(second.hits.map((hit) => hit.value)).toEqual(whole.slice(70, 100).map((hit) => hit.value));
    }
  });

  test('a cursor leads through everything, also where many have no date', async () => {
    const seen = new Set<string>();
    const order = { sort: 'last_seen', descending: true } as const;
    for (let after = null; ; ) {
      const page = await ask('tag:many', { ...order, limit: 1000, after });
      for (const { value } of page.hits) seen.add(value);
      if (page.next === null) break;
      after = readIndicatorCursor(page.next, order);
    }
    expect(seen.size).toBe(manyCount);
  });

  test('any text is answered or refused as a query', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...indicatorLanguage.fields.map(exampleOf)),
      fc.constantFrom(
        'evil',
        'hxxp://a[.]com',
        '*.ru',
        '-',
        '(',
        ')',
        'OR',
        '"',
        '%_\\',
        "';--",
        '\u0000',
        '\ud800',
        '*',
      ),
      fc.string({ maxLength: 6, unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (parts) => {
        try {
          await ask(parts.join(' '), { limit: 1 });
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'invalid_query' });
        }
      }),
      { numRuns: 100 },
    );
  });
});

type Keyed = { readonly lastSeen: string | null; readonly confidence: number | null; readonly value: string };

function keyOf(hit: Keyed, sort: IndicatorSort): string | number | null {
  return sort === 'value' ? hit.value : sort === 'confidence' ? hit.confidence : hit.lastSeen;
}

/** The keys in order: what has none comes last both ways. */
function sorted(hits: readonly Keyed[], sort: IndicatorSort, descending: boolean): (string | number | null)[] {
  const keys = hits.map((hit) => keyOf(hit, sort));
  const without = keys.filter((key) => key === null);
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1);
  return [...keys.filter((key) => key !== null).sort(compare), ...without];
}
