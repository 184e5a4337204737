import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-api-search-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(testDatabases())('searches over HTTP on $name', ({ open }) => {
  let database: TestDatabase;
  let app: App;
  const get = async (path: string, query: Record<string, string> = {}) => {
    const answer = await app.inject({ url: `/api/v1/search${path}`, query });
    return { status: answer.statusCode, ...answer.json() };
  };
  beforeAll(async () => {
    database = await open();
    const records = Array.from({ length: 25 }, (_, n) =>
      nvdRecord(`CVE-2021-${1000 + n}`, { score: (n % 5) + 4, vendor: 'contoso', description: 'A buffer overflows.' }),
    );
    await loadWell(database.database, [put(folder, 'nvd.json', nvdFeed(records))]);
    app = await testApi(database.database);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  test('hits with marked words, and what a slip was taken for', async () => {
    const found = await get('', { q: 'bufer overflow', page_size: '10' });
    expect(found).toMatchObject({ status: 200, sort: 'relevance', total: 25, total_exact: true, total_pages: 3 });
    expect(found.meanings).toEqual([{ typed: 'bufer', as: 'buffer', how: 'correction' }]);
    expect(found.items[0]).toMatchObject({
      highlights: {
        title: [],
        description: [
          [2, 8],
          [9, 18],
        ],
      },
      because: null,
    });
    const second = await get('', { q: 'bufer overflow', page_size: '10', cursor: found.next_cursor });
    const byNumber = await get('', { q: 'bufer overflow', page_size: '10', page: '2' });
    expect(second.items).toEqual(byNumber.items);
  });

  test('orders both ways', async () => {
    const scores = async (order: string) =>
      (await get('', { q: 'vendor:contoso', sort: 'cvss', order, page_size: '3' })).items.map(
        (item: { cvss_score: number }) => item.cvss_score,
      );
    expect([await scores('desc'), await scores('asc')]).toEqual([
      [8, 8, 8],
      [4, 4, 4],
    ]);
  });

  test('facets and suggestions', async () => {
    const found = await get('/facets', { q: 'overflow', limit: '2', facet: 'severity' });
    expect(found).toMatchObject({ status: 200, total: 25, exact: true });
    expect(found.facets).toEqual([
      {
        name: 'severity',
        values: [
          { value: 'MEDIUM', count: 15, query: 'severity:MEDIUM' },
          { value: 'HIGH', count: 10, query: 'severity:HIGH' },
        ],
        distinct: 2,
      },
    ]);
    const suggested = await get('/suggest', { q: 'vendor:cont' });
    expect(suggested.suggestions).toEqual([{ kind: 'vendor', text: 'contoso', label: null, count: 25 }]);
  });

  test.each([
    ['', { q: 'sevrity:high' }, { code: 'invalid_query', position: 0, length: 7 }],
    ['', { q: 'a', sort: 'relevance', order: 'asc' }, { errors: [{ parameter: 'order' }] }],
    ['', { cursor: 'none' }, { errors: [{ parameter: 'cursor' }] }],
    ['', { page: '99999' }, { errors: [{ parameter: 'page' }] }],
    ['', { sort: 'size' }, { errors: [{ parameter: 'sort' }] }],
    ['/facets', { facet: 'colour' }, { status: 400 }],
    ['/facets', { limit: '51' }, { errors: [{ parameter: 'limit' }] }],
    ['/suggest', { position: '-1' }, { errors: [{ parameter: 'position' }] }],
  ])('%s %j is told to be wrong', async (path, query, problem) => {
    expect(await get(path, query)).toMatchObject({ status: 400, ...problem });
  });
});
