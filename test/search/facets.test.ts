import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteDataChange } from '../../src/db/data-version.ts';
import type { Database } from '../../src/db/database.ts';
import { transaction } from '../../src/db/database.ts';
import { vulnerabilityLanguage } from '../../src/domain/query/vulnerability-fields.ts';
import { openRedis } from '../../src/ops/redis.ts';
import { facets } from '../../src/search/facets.ts';
import { type FacetName, facetNames } from '../../src/search/memory/columns.ts';
import { readQuery } from '../../src/search/query.ts';
import { resultCache } from '../../src/search/result-stores.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';
import { searchFor } from '../support/searching.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-facets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = new Date('2024-06-01');
const query = (text: string) => readQuery(text, vulnerabilityLanguage);

describe.each(testDatabases())('facets on $name', (server) => {
  let own: TestDatabase;
  let db: Database;
  const ids = Array.from({ length: 40 }, (_, n) => `CVE-2020-${1000 + n}`);
  const nvd = (score: (n: number) => number) =>
    put(
      folder,
      'nvd.json',
      nvdFeed(
        ids.map((id, n) =>
          nvdRecord(id, {
            score: score(n),
            vendor: n % 4 === 0 ? 'microsoft' : 'apache',
            product: `product_${n % 10}`,
            description: n % 2 === 0 ? 'A buffer overflow.' : 'An injection.',
            published: `${2018 + (n % 3)}-05-05T00:00:00.000`,
          }),
        ),
      ),
    );
  beforeAll(async () => {
    own = await server.open();
    db = own.database;
    const kev = put(folder, 'kev.json', kevCatalogue([kevEntry('CVE-2020-1000', { vendorProject: 'Microsoft' })]));
    await loadWell(db, [nvd((n) => (n % 5) * 2 + 1), kev]);
    await db.query(
      `INSERT INTO techniques (technique_id, name, tactics) VALUES ('T1190', 'Exploit Public-Facing Application', '["initial-access"]')`,
    );
    await db.query(
      `INSERT INTO vulnerability_technique (cve_id, technique_id, source, mapping_type) VALUES ('CVE-2020-1001', 'T1190', 'attack_mappings', 'exploitation_technique')`,
    );
    await transaction(db, (tx) => noteDataChange(tx, 'catalogues'));
  });
  afterAll(() => own.drop());

  const counts = async (text: string, name: FacetName, limit = 50) => {
    const found = await facets(db, { query: query(text), now, limit, names: [name] });
    return Object.fromEntries((found.facets[0]?.values ?? []).map((v) => [v.value, v.count]));
  };

  test('each value has as many matches as its condition finds', async () => {
    for (const text of [
      '',
      'overflow',
      'overflow -vendor:microsoft',
      'cvss:>=5 OR kev:*',
      'severity:(high,low) overfow',
    ]) {
      const found = await facets(db, { query: query(text), now, limit: 50 });
      expect(found.facets.map((facet) => facet.name)).toEqual(facetNames);
      expect(found.total).toBe((await searchFor(db, text)).total.value);
      for (const { values } of found.facets) {
        for (const { query: condition, count } of values) {
          const narrowed = text === '' ? condition : `(${text}) ${condition}`;
          expect([narrowed, (await searchFor(db, narrowed)).total.value]).toEqual([narrowed, count]);
        }
      }
    }
  });

  test('the most frequent come first, no more than asked for; years are in order', async () => {
    const found = await facets(db, { query: query(''), now, limit: 2 });
    expect(found.facets.find((f) => f.name === 'vendor')).toEqual({
      name: 'vendor',
      values: [
        { value: 'apache', count: 30, query: 'vendor:apache' },
        { value: 'microsoft', count: 10, query: 'vendor:microsoft' },
      ],
      distinct: 2,
    });
    expect(Object.keys(await counts('', 'year')).sort()).toEqual(['2018', '2019', '2020']);
    expect(await counts('', 'tactic')).toEqual({ 'initial-access': 1 });
  });

  test('they follow the data', async () => {
    const before = await counts('', 'severity');
    await loadWell(db, [nvd(() => 9.8)]);
    const after = await counts('', 'severity');
    expect(after).not.toEqual(before);
    expect(after).toEqual({ CRITICAL: 40 });
  });

  test('a costly result is worked out once for a version of the data, whatever the order of its words', async () => {
    const said: string[] = [];
    const results = resultCache(db, null, (text) => said.push(text));
    let worked = 0;
    const work = async () => {
      const busy = performance.now() + 25;
      while (performance.now() < busy);
      return { answer: ++worked };
    };
    const ask = (text: string, params = {}) =>
      results.of({ kind: 'facets', query: query(text), params, now }, work, () => 7);
    expect(await Promise.all([ask('a b'), ask('b a')])).toEqual([{ answer: 1 }, { answer: 1 }]);
    expect(await ask('b a b')).toEqual({ answer: 1 });
    expect(await ask('a b', { limit: 3 })).toEqual({ answer: 2 });
    const { rows } = await db.query('SELECT hit_count, result_count FROM search_cache ORDER BY hit_count DESC LIMIT 1');
    expect(rows).toEqual([{ hit_count: expect.any(Number), result_count: 7 }]);
    expect(rows[0]?.hit_count).toBeGreaterThan(0);
    await transaction(db, (tx) => noteDataChange(tx, 'vulnerabilities'));
    expect(await ask('a b')).toEqual({ answer: 3 });
    expect((await db.query('SELECT 1 FROM search_cache')).rows).toHaveLength(1);
    expect(said).toEqual([]);
  });

  test('a cache that refuses only means that results are worked out each time', async () => {
    const said: string[] = [];
    const refusing: Database = {
      ...db,
      kind: db.kind,
      description: db.description,
      server: db.server,
      connect: () => db.connect(),
      close: async () => {},
      query: (sql, params) =>
        sql.includes('search_cache') ? Promise.reject(new Error('permission denied')) : db.query(sql, params),
    };
    const results = resultCache(refusing, null, (text) => said.push(text));
    const ask = () =>
      results.of(
        { kind: 'facets', query: query('c'), params: {}, now },
        async () => ({ fine: true }),
        () => 0,
      );
    expect([await ask(), await ask()]).toEqual([{ fine: true }, { fine: true }]);
    expect(said).toHaveLength(1);
  });

  test('a Redis that is away only means that results are worked out each time', async () => {
    const said: string[] = [];
    const redis = openRedis('redis://127.0.0.1:1', () => {});
    try {
      const results = resultCache(db, redis, (text) => said.push(text));
      const asked = { kind: 'facets', query: query('d'), params: {}, now } as const;
      const ask = () =>
        results.of(
          asked,
          async () => ({ fine: true }),
          () => 0,
        );
      expect([await ask(), await ask()]).toEqual([{ fine: true }, { fine: true }]);
      expect(said).toHaveLength(1);
    } finally {
      redis.disconnect();
    }
  });
});
