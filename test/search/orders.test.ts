import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { vulnerabilityLanguage } from '../../src/domain/query/vulnerability-fields.ts';
import { readCursor } from '../../src/search/cursor.ts';
import { explain } from '../../src/search/explain.ts';
import { memoryOf } from '../../src/search/memory/memory.ts';
import { type Sort, sorts } from '../../src/search/orders.ts';
import { readQuery } from '../../src/search/query.ts';
import type { SearchRequest } from '../../src/search/search.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';
import { idsFor, searchFor } from '../support/searching.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-orders-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [named, told, unscored] = ['CVE-2020-0001', 'CVE-2020-0002', 'CVE-2020-0003'];

/** Ninety CVEs with scores and days that often are equal, one without, and two that hold a word more or less plainly. */
function records() {
  const many = Array.from({ length: 90 }, (_, n) =>
    nvdRecord(`CVE-2019-${1000 + n}`, {
      score: (n % 9) + 1,
      vendor: n % 2 === 0 ? 'even' : 'odd',
      description: 'Many are alike.',
      published: `2019-01-${String((n % 5) + 10)}T00:00:00.000`,
    }),
  );
  const more =
    'Of many things that are told of here at length, and of which much more could be told still, one is a quokka.';
  return [
    nvdRecord(named, { score: 5, vendor: 'quokka', product: 'quokka', description: 'The quokka of a quokka.' }),
    nvdRecord(told, { score: 5, vendor: 'other', description: more }),
    nvdRecord(unscored, { vendor: 'other', description: 'Many are alike, and this has no score.' }),
    ...many,
  ];
}

describe.each(testDatabases())('orders and pages on $name', (server) => {
  let own: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    own = await server.open();
    db = own.database;
    await loadWell(db, [put(folder, 'nvd.json', nvdFeed(records()))]);
    // Every third CVE has a score, and some have the same.
    await db.query(
      `INSERT INTO epss_scores (cve_id, day, epss, percentile)
       SELECT cve_id, '2024-05-31', (right(cve_id, 2)::int % 10) / 10.0, 0.5 FROM vulnerabilities WHERE right(cve_id, 2)::int % 3 = 0`,
    );
  });
  afterAll(() => own.drop());

  async function byCursor(text: string, more: Partial<SearchRequest>): Promise<string[]> {
    const found: string[] = [];
    for (let after = null; ; ) {
      const page = await searchFor(db, text, { ...more, limit: 7, after });
      found.push(...page.hits.map((hit) => hit.cveId));
      if (page.next === null) return found;
      after = readCursor(page.next);
    }
  }

  const ways = sorts.flatMap((sort): [Sort, 'desc' | 'asc'][] =>
    sort === 'relevance'
      ? [[sort, 'desc']]
      : [
          [sort, 'desc'],
          [sort, 'asc'],
        ],
  );

  test.each(ways)('%s, %s: pages are the whole list, each CVE once, also from memory', async (sort, direction) => {
    for (const text of ['', 'alike', 'vendor:even OR quokka']) {
      const whole = await idsFor(db, text, { sort, direction, limit: 1000 });
      expect(new Set(whole).size).toBe(whole.length);
      expect(await byCursor(text, { sort, direction })).toEqual(whole);
      await memoryOf(db);
      expect(await byCursor(text, { sort, direction })).toEqual(whole);
      expect(await idsFor(db, text, { sort, direction, limit: 9, offset: 11 })).toEqual(whole.slice(11, 20));
      const total = (await searchFor(db, text, { sort, direction, limit: 3, countUpTo: 10 })).total;
      expect(total).toEqual(whole.length > 10 ? { value: 10, exact: false } : { value: whole.length, exact: true });
      expect((await searchFor(db, text, { sort, direction, limit: 3, countUpTo: null })).total.value).toBe(
        whole.length,
      );
    }
  });

  test('upwards is downwards from its end, but what has no score or date is last both ways', async () => {
    for (const sort of ['cvss', 'epss'] as const) {
      const best = (await searchFor(db, 'alike', { sort, limit: 200 })).hits;
      const worst = (await searchFor(db, 'alike', { sort, direction: 'asc', limit: 200 })).hits;
      const keys = (hits: typeof best) => hits.map((hit) => (sort === 'cvss' ? hit.cvssScore : hit.epss));
      const scores = keys(best).filter((key) => key !== null);
      expect(keys(best).slice(0, scores.length)).toEqual([...scores].sort((a, b) => b - a));
      expect(keys(worst)).toEqual([...[...scores].reverse(), ...keys(best).slice(scores.length)]);
    }
  });

  test('by relevance, which is the order for words, what is named so comes before what mentions it', async () => {
    const { sort, hits } = await searchFor(db, 'quokka', { sort: undefined });
    expect([sort, ...hits.map((hit) => hit.cveId)]).toEqual(['relevance', named, told]);
    expect(await searchFor(db, 'vendor:even', { sort: undefined })).toMatchObject({ sort: 'priority' });
    expect(await searchFor(db, 'quokka', { sort: undefined, direction: 'asc' })).toMatchObject({ sort: 'priority' });
  });

  test('a cursor of another order is told', async () => {
    const { next } = await searchFor(db, 'alike', { sort: 'cvss', limit: 3 });
    const after = readCursor(next ?? '');
    await expect(searchFor(db, 'alike', { sort: 'epss', after })).rejects.toMatchObject({ code: 'invalid_query' });
    await expect(searchFor(db, 'alike', { sort: 'cvss', direction: 'asc', after })).rejects.toThrow(/another order/);
  });

  test.each(sorts)('the plan of a search by %s can be seen', async (sort) => {
    for (const text of ['', 'alike', 'vendor:even']) {
      const query = readQuery(text, vulnerabilityLanguage);
      const { plan } = await explain(db, { query, sort, limit: 20, now: new Date('2024-06-01') });
      expect(plan.join('\n')).toMatch(/Execution Time/);
    }
  });

  test('what memory holds follows every change of the data', async () => {
    const extra = await server.open();
    const load = (ids: string[], vendor: string) =>
      loadWell(extra.database, [
        put(folder, `${vendor}.json`, nvdFeed(ids.map((id) => nvdRecord(id, { vendor, description: 'Alike.' })))),
      ]);
    const even = async () => {
      await memoryOf(extra.database);
      return idsFor(extra.database, 'vendor:even alike', { sort: 'epss', offset: 0 });
    };
    await load(['CVE-2019-0001'], 'even');
    expect(await even()).toEqual(['CVE-2019-0001']);
    await load(['CVE-2019-0002', 'CVE-2019-0003'], 'even');
    expect(await even()).toHaveLength(3);
    await extra.drop();
  });
});
