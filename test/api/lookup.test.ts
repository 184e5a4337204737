import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-api-lookup-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An NVD record with the affected versions of acme's gateway below one. */
function below(id: string, version: string, status = 'Analyzed'): object {
  const { cve } = nvdRecord(id, { score: 5, status }) as { cve: object };
  const criteria = 'cpe:2.3:a:acme:gateway:*:*:*:*:*:*:*:*';
  const cpeMatch = [{ vulnerable: true, criteria, versionEndExcluding: version }];
  return { cve: { ...cve, configurations: [{ nodes: [{ operator: 'OR', negate: false, cpeMatch }] }] } };
}

describe.each(testDatabases())('many at once over HTTP on $name', ({ open }) => {
  let database: TestDatabase;
  let app: App;
  beforeAll(async () => {
    database = await open();
    const records = [
      below('CVE-2024-0001', '2.0'),
      below('CVE-2024-0002', '3.0'),
      nvdRecord('CVE-2024-0003', { score: 9, vendor: 'acme', product: 'gateway' }),
      nvdRecord('CVE-2024-0004', { score: 9, vendor: 'other', product: 'gateway' }),
    ];
    await loadWell(database.database, [
      put(folder, 'nvd.json', nvdFeed([...records, below('CVE-2024-0005', '9.0')])),
      put(folder, 'kev.json', kevCatalogue([kevEntry('CVE-2024-0002', { vendorProject: 'Other', product: 'Thing' })])),
    ]);
    const rejected = nvdRecord('CVE-2024-0005', { status: 'Rejected', modified: '2024-03-01T00:00:00' });
    await loadWell(database.database, [put(folder, 'later.json', nvdFeed([rejected]))]);
    app = await testApi(database.database);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const post = async (path: string, payload: object) => {
    const answer = await app.inject({ method: 'POST', url: `/api/v1${path}`, payload });
    return { status: answer.statusCode, body: answer.json() };
  };
  const affecting = async (software: readonly unknown[], more: object = {}) => {
    const { status, body } = await post('/affected', { software, ...more });
    expect([status, body.detail]).toEqual([200, undefined]);
    return body.results;
  };
  const idsOf = (result: { items: { cve_id: string }[] }) => result.items.map((item) => item.cve_id);

  test('records in the order asked for, and what is not there', async () => {
    const ids = ['CVE-2024-0003', 'cve-2024-0001', 'CVE-1999-0001', 'log4shell', 'CVE-2024-0001'];
    const { body } = await post('/vulnerabilities/lookup', { ids });
    expect(idsOf(body)).toEqual(['CVE-2024-0003', 'CVE-2024-0001']);
    expect(body).toMatchObject({ unknown: ['CVE-1999-0001'], malformed: ['log4shell'] });
    const one = await app.inject('/api/v1/vulnerabilities/CVE-2024-0003');
    expect(body.items[0]).toEqual(one.json());
  });

  test('up to a thousand ids, and no more', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `CVE-2024-${i + 10_000}`);
    const { body } = await post('/vulnerabilities/lookup', { ids });
    expect(body.unknown).toEqual(ids);
    const more = await post('/vulnerabilities/lookup', { ids: [...ids, 'CVE-2024-0001'] });
    expect([more.status, more.body.errors]).toEqual([
      400,
      [{ parameter: 'ids', detail: 'must NOT have more than 1000 items' }],
    ]);
    expect((await post('/vulnerabilities/lookup', { id: 'CVE-2024-0001' })).status).toBe(400);
  });

  test('what affects a version, the most urgent first, with the reason', async () => {
    const [result] = await affecting([{ vendor: 'Acme', product: 'Gateway', version: '1.0' }]);
    expect(idsOf(result)).toEqual(['CVE-2024-0002', 'CVE-2024-0003', 'CVE-2024-0001']);
    expect(result).toMatchObject({ error: null, total: 3, total_exact: true });
    expect(result.items[0]).toMatchObject({
      exploited_in_the_wild: true,
      because: {
        source: 'nvd',
        vendor: 'acme',
        product: 'gateway',
        match: 'range',
        version: null,
        range: { to: '3.0', to_excluded: true },
      },
    });
    expect(result.items[1].because).toMatchObject({ match: 'version', version: '1.0', range: null });
  });

  test('versions are compared, whatever form the software is named in', async () => {
    const results = await affecting([
      'cpe:2.3:a:acme:gateway:2.5:*:*:*:*:*:*:*',
      'cpe:/a:acme:gateway:2.0',
      'pkg:generic/gateway@1.0',
      { product: 'gateway', version: '3.0' },
      { vendor: 'acme', product: 'gateway' },
      { vendor: 'nobody', product: 'gateway', version: '1.0' },
    ]);
    expect(results.map(idsOf)).toEqual([
      ['CVE-2024-0002'],
      ['CVE-2024-0002'],
      ['CVE-2024-0002', 'CVE-2024-0003', 'CVE-2024-0004', 'CVE-2024-0001'],
      [],
      ['CVE-2024-0002', 'CVE-2024-0003', 'CVE-2024-0001'],
      [],
    ]);
    expect(results[4].items[0].because.match).toBe('product');
  });

  test('of each as many are listed as are wanted, and all are counted', async () => {
    const [result] = await affecting([{ vendor: 'acme', product: 'gateway', version: '1.0' }], { limit: 1 });
    expect([idsOf(result), result.total]).toEqual([['CVE-2024-0002'], 3]);
  });

  test('what cannot be understood is answered in its place', async () => {
    const asked = [
      'nonsense',
      { vendor: 'acme' },
      'cpe:2.3:a:*:*:1.0',
      'pkg:npm',
      { product: 'gateway', version: '2.5' },
    ];
    const results = await affecting(asked);
    expect(results.map((r: { asked: unknown }) => r.asked)).toEqual(asked);
    expect(results.map((r: { error: string | null }) => r.error)).toEqual([
      'nonsense is no CPE name.',
      'It names no product.',
      'It names no product.',
      'pkg:npm is no package URL.',
      null,
    ]);
    expect(idsOf(results[4])).toEqual(['CVE-2024-0002']);
  });

  test('too many, or of the wrong kind, is refused', async () => {
    expect((await post('/affected', { software: Array(201).fill('pkg:npm/x') })).status).toBe(400);
    const odd = await post('/affected', { software: [7] });
    expect([odd.status, odd.body.errors[0].parameter]).toEqual([400, 'software.0']);
    expect((await post('/affected', { software: [{ product: 'x', versoin: '1' }] })).status).toBe(400);
  });
});
