import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { weaknessCatalogue, weaknessXml } from '../support/catalogues.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { epssDay, kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-api-stats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// It is 1 June 2024 when the tests ask.
const records = [
  nvdRecord('CVE-2024-0001', { score: 9.8, vendor: 'acme', published: '2024-05-29T23:59:59.999' }),
  nvdRecord('CVE-2024-0002', { score: 5, vendor: 'acme', published: '2024-05-20T00:00:00' }),
  nvdRecord('CVE-2024-0003', { vendor: 'other', published: '2024-03-31T12:00:00' }),
  nvdRecord('CVE-2024-0004', { status: 'Rejected', published: '2024-03-01T00:00:00' }),
];

describe.each(testDatabases())('statistics over HTTP on $name', ({ open }) => {
  let database: TestDatabase;
  let app: App;
  beforeAll(async () => {
    database = await open();
    const db = database.database;
    const kev = [
      kevEntry('CVE-2024-0001', { dateAdded: '2024-05-30', knownRansomwareCampaignUse: 'Known' }),
      kevEntry('CVE-2024-0003', { dateAdded: '2024-04-01' }),
    ];
    await loadWell(
      db,
      [
        put(folder, 'epss-1.csv', epssDay('2024-03-01', { 'CVE-2024-0001': 0.1, 'CVE-2024-0002': 0.1 })),
        put(folder, 'epss-2.csv', epssDay('2024-04-10', { 'CVE-2024-0001': 0.2, 'CVE-2024-0002': 0.3 })),
        put(folder, 'nvd.json', nvdFeed(records)),
        put(folder, 'cwe.xml', weaknessCatalogue([weaknessXml(79)])),
      ],
      '2024-05-22T00:00:00.000Z',
    );
    const today = epssDay('2024-05-30', {
      'CVE-2024-0001': 0.9,
      'CVE-2024-0002': 0.25,
      'CVE-2024-0003': 0.7,
      'CVE-1999-0001': 0.99,
    });
    await loadWell(
      db,
      [put(folder, 'epss-3.csv', today), put(folder, 'kev.json', kevCatalogue(kev))],
      '2024-05-30T00:00:00.000Z',
    );
    app = await testApi(db);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const ask = async (path: string) => {
    const answer = await app.inject(`/api/v1/stats${path}`);
    return { status: answer.statusCode, body: answer.json() };
  };

  test('the totals', async () => {
    expect((await ask('')).body).toEqual({
      total: 4,
      exploited: 2,
      ransomware: 1,
      newest: { cve_id: 'CVE-2024-0001', published_at: '2024-05-29T23:59:59.999Z' },
      by_severity: [
        { name: 'CRITICAL', count: 1 },
        { name: 'MEDIUM', count: 1 },
        { name: 'UNKNOWN', count: 2 },
      ],
      by_state: [
        { name: 'published', count: 3 },
        { name: 'rejected', count: 1 },
      ],
      by_source: [
        { name: 'nvd', count: 4 },
        { name: 'cisa_kev', count: 2 },
      ],
      top_vendors: [
        { name: 'acme', count: 3 },
        { name: 'other', count: 1 },
      ],
      indicators: { total: 0, active: 0, by_type: [] },
      epss: { scores: 4, day: '2024-05-30' },
    });
  });

  test('who and what is named most', async () => {
    expect((await ask('/top-vendors?limit=1')).body).toEqual({ items: [{ vendor: 'acme', count: 3 }] });
    expect((await ask('/top-weaknesses')).body).toEqual({
      items: [{ cwe_id: 'CWE-79', name: 'Weakness 79', count: 2 }],
    });
  });

  test('every severity has its share', async () => {
    const { body } = await ask('/severity-distribution');
    expect(body.total).toBe(4);
    expect(body.items.map((i: { severity: string; share: number }) => [i.severity, i.share])).toEqual([
      ['CRITICAL', 0.25],
      ['HIGH', 0],
      ['MEDIUM', 0.25],
      ['LOW', 0],
      ['NONE', 0],
      ['UNKNOWN', 0.5],
    ]);
  });

  test('what was published over time: every span, with nothing in it or not', async () => {
    const { body } = await ask('/timeline?from=2024-03-15');
    expect(body).toMatchObject({ interval: 'month', from: '2024-03-01', to: '2024-06-01' });
    expect(body.items.map((i: { start: string; total: number }) => [i.start, i.total])).toEqual([
      ['2024-03-01', 2],
      ['2024-04-01', 0],
      ['2024-05-01', 2],
      ['2024-06-01', 0],
    ]);
    expect(body.items[2]).toMatchObject({ critical: 1, high: 0, medium: 1, unknown: 0 });
    const days = await ask('/timeline?interval=day&from=2024-05-29&to=2024-05-30');
    expect(days.body.items.map((i: { total: number }) => i.total)).toEqual([1, 0]);
    const weeks = await ask('/timeline?interval=week&from=2024-05-23&to=2024-05-31');
    expect(weeks.body.items.map((i: { start: string; total: number }) => [i.start, i.total])).toEqual([
      ['2024-05-20', 1],
      ['2024-05-27', 1],
    ]);
  });

  test('without a beginning a timeline goes back as far as its spans are long', async () => {
    const lengths = await Promise.all(
      ['day', 'week', 'month'].map(async (i) => (await ask(`/timeline?interval=${i}`)).body.items.length),
    );
    expect(lengths).toEqual([91, 105, 121]);
  });

  test.each([
    ['from=2024-02-01&to=2024-01-01', 'from', '`from` is after `to`: swap them.'],
    ['interval=day&from=2000-01-01', 'from', expect.stringContaining('at most 1000 spans')],
    ['from=0001-01-01', 'from', expect.stringContaining('between 1980-01-01 and 2100-12-31')],
    ['to=9999-12-31', 'to', expect.stringContaining('between 1980-01-01 and 2100-12-31')],
    ['from=2024-02-30', 'from', expect.stringContaining('date')],
    ['interval=year', 'interval', 'must be one of day, week, month'],
  ])('a timeline with %s is refused', async (query, parameter, detail) => {
    const { status, body } = await ask(`/timeline?${query}`);
    expect([status, body.errors]).toEqual([400, [{ parameter, detail }]]);
  });

  test('what was loaded, by day and source', async () => {
    const { body } = await ask('/ingestion-history');
    expect(body.items.map((i: { day: string; source: string; runs: number }) => [i.day, i.source, i.runs])).toEqual([
      ['2024-05-30', 'cisa_kev', 1],
      ['2024-05-30', 'epss', 1],
      ['2024-05-22', 'cwe', 1],
      ['2024-05-22', 'epss', 1],
      ['2024-05-22', 'nvd', 1],
    ]);
    expect(body.items[4]).toMatchObject({ failed: 0, records_fetched: 4, records_inserted: 4, records_failed: 0 });
    expect((await ask('/ingestion-history?days=5')).body.items).toHaveLength(2);
    expect((await ask('/ingestion-history?source=nvd')).body.items).toHaveLength(1);
  });

  test('what is new, beside as many days before', async () => {
    expect((await ask('/changes')).body).toEqual({
      days: 7,
      total: { now: 4, before: 4 },
      exploited: { now: 2, before: 1 },
      published: { now: 1, before: 1 },
      added: { now: 0, before: 4 },
      changed: { now: 2, before: 2 },
    });
  });

  test('what became more likely: since the day so long ago, or since the first score after it', async () => {
    const { body } = await ask('/epss-risers?days=60');
    expect(body.items).toMatchObject([
      { cve_id: 'CVE-2024-0001', epss: 0.9, epss_before: 0.1, epss_before_day: '2024-03-01', rise: 0.8 },
      { cve_id: 'CVE-2024-0002', epss: 0.25, epss_before: 0.1, rise: 0.15 },
    ]);
    const lately = await ask('/epss-risers');
    expect(lately.body.items.map((i: { cve_id: string; rise: number }) => [i.cve_id, i.rise])).toEqual([
      ['CVE-2024-0001', 0.7],
    ]);
    expect((await ask('/epss-risers?limit=1&days=60')).body.items).toHaveLength(1);
  });
});
