import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { epssDay, kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-api-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(testDatabases())('vulnerabilities over HTTP on $name', ({ open }) => {
  let database: TestDatabase;
  let app: App;
  beforeAll(async () => {
    database = await open();
    const records = [
      nvdRecord('CVE-2021-44228', {
        score: 10,
        description: 'Lookups in log messages.',
        published: '2021-12-10T10:15:00',
      }),
      nvdRecord('CVE-2024-0001', { score: 9.1, vendor: 'acme', published: '2024-05-30T00:00:00' }),
      nvdRecord('CVE-2024-0002', { score: 5, vendor: 'acme', product: 'gateway', published: '2024-05-20T00:00:00' }),
      nvdRecord('CVE-2024-0003', {
        vendor: 'other',
        published: '2024-05-31T12:00:00',
        modified: '2024-05-31T12:00:00',
      }),
    ];
    const kev = kevCatalogue([
      kevEntry('CVE-2021-44228', { dateAdded: '2021-12-10', knownRansomwareCampaignUse: 'Known' }),
      kevEntry('CVE-2024-0002', { dateAdded: '2024-05-25' }),
    ]);
    await loadWell(database.database, [
      put(folder, 'epss.csv', epssDay('2024-05-31', { 'CVE-2024-0003': 0.4, 'CVE-2024-0001': 0.2 })),
      put(folder, 'nvd.json', nvdFeed(records)),
      put(folder, 'kev.json', kev),
    ]);
    app = await testApi(database.database);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const ask = async (path: string) => {
    const answer = await app.inject(`/api/v1/vulnerabilities${path}`);
    return { status: answer.statusCode, body: answer.json() };
  };
  const idsOf = async (path: string) => {
    const { status, body } = await ask(path);
    expect([status, body.detail]).toEqual([200, undefined]);
    return body.items.map((item: { cve_id: string }) => item.cve_id.slice(4));
  };

  test('a CVE by its id, however it is written', async () => {
    const answer = await app.inject('/api/v1/vulnerabilities/cve-2021-44228');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      cve_id: 'CVE-2021-44228',
      state: 'published',
      cvss_score: 10,
      severity: 'CRITICAL',
      exploited_since: '2021-12-10',
      ransomware: true,
      sources: ['nvd', 'cisa_kev'],
    });
  });

  test('an answer that a client has is not sent again', async () => {
    const first = await app.inject('/api/v1/vulnerabilities/CVE-2021-44228');
    const headers = { 'if-none-match': String(first.headers.etag) };
    const second = await app.inject({ url: '/api/v1/vulnerabilities/CVE-2021-44228', headers });
    expect([second.statusCode, second.body]).toEqual([304, '']);
  });

  test('problems say what was wrong, and where', async () => {
    const unknown = await app.inject('/api/v1/vulnerabilities/CVE-1999-0001');
    expect(unknown.headers['content-type']).toContain('application/problem+json');
    expect(unknown.json()).toMatchObject({
      status: 404,
      code: 'not_found',
      detail: 'No source speaks of CVE-1999-0001.',
    });
    const odd = await app.inject('/api/v1/vulnerabilities/CVE-2021-44228?sort=x');
    expect(odd.json()).toMatchObject({ status: 400, errors: [{ parameter: 'sort', detail: 'is not known here' }] });
  });

  test('the list: the most urgent first, with what a page is', async () => {
    const { body } = await ask('?page_size=3');
    expect(body).toMatchObject({ total: 4, total_exact: true, page: 1, page_size: 3, total_pages: 2 });
    expect(body.items[0]).toEqual({
      cve_id: 'CVE-2021-44228',
      title: 'Acme Gateway flaw CVE-2021-44228',
      description: 'Lookups in log messages.',
      severity: 'CRITICAL',
      cvss_score: 10,
      exploited_in_the_wild: true,
      priority_score: expect.any(Number),
      epss: null,
      published_at: '2021-12-10T10:15:00.000Z',
      modified_at: expect.any(String),
    });
    expect(await idsOf('?page_size=3&page=2')).toHaveLength(1);
    const whole = await idsOf('');
    expect(await idsOf(`?page_size=3&cursor=${body.next_cursor}`)).toEqual(whole.slice(3));
  });

  test('filters are joined, with each other and with a query', async () => {
    expect(await idsOf('?severity=critical')).toEqual(['2021-44228', '2024-0001']);
    expect(await idsOf('?severity=CRITICAL,UNKNOWN&published_after=2024')).toEqual(['2024-0001', '2024-0003']);
    expect(await idsOf('?exploited=true&min_cvss=5&max_cvss=9.9')).toEqual(['2024-0002']);
    expect((await idsOf('?vendor=Acme&exploited=false')).toSorted()).toEqual(['2024-0001']);
    expect(await idsOf('?product=gateway&q=-log')).toEqual(['2024-0002']);
    expect((await idsOf('?cwe=79')).toSorted()).toEqual(['2021-44228', '2024-0002']);
    expect(await idsOf('?published_after=2024-05-20&published_before=2024-05-30&sort_by=published')).toEqual([
      '2024-0001',
      '2024-0002',
    ]);
    expect(await idsOf('?vendor=nobody')).toEqual([]);
  });

  test('orders by the names of the columns and by the short ones, both ways', async () => {
    expect(await idsOf('?sort_by=cvss_score')).toEqual(['2021-44228', '2024-0001', '2024-0002', '2024-0003']);
    expect(await idsOf('?sort_by=cvss&sort_order=asc')).toEqual(['2024-0002', '2024-0001', '2021-44228', '2024-0003']);
    expect(await idsOf('?sort_by=published_at&page_size=2')).toEqual(['2024-0003', '2024-0001']);
    expect(await idsOf('?sort_by=modified_at&page_size=1')).toEqual(['2024-0003']);
    expect(await idsOf('?sort_by=epss&page_size=2')).toEqual(['2024-0003', '2024-0001']);
    expect(await idsOf('?sort_by=relevance&q=wrong&page_size=1')).toEqual(['2024-0002']);
  });

  test.each([
    [
      'severity=hgih',
      'severity',
      'severity takes critical, high, medium, low, none, unknown, not "hgih"; did you mean high?',
    ],
    ['published_after=soon', 'published_after', expect.stringContaining('published_after takes a date: ')],
    ['cwe=x', 'cwe', 'cwe takes an id such as CWE-79, not "x".'],
    ['min_cvss=11', 'min_cvss', 'must be <= 10'],
    ['exploited=maybe', 'exploited', 'must be boolean'],
    ['page_size=101', 'page_size', 'must be <= 100'],
    ['sort_by=title', 'sort_by', expect.stringContaining('must be one of priority_score, ')],
    ['cursor=x', 'cursor', expect.stringContaining('cursor')],
    ['page=1001&page_size=10', 'page', expect.stringContaining('go on with next_cursor')],
    ['sort_by=relevance&sort_order=asc', 'sort_order', 'relevance has no other direction.'],
    ['sevrity=high', 'sevrity', 'is not known here'],
  ])('?%s is told to be wrong', async (query, parameter, detail) => {
    const { status, body } = await ask(`?${query}`);
    expect([status, body.errors]).toEqual([400, [{ parameter, detail }]]);
  });

  test('a mistake in the query is told with its place', async () => {
    const { status, body } = await ask('?q=sevrity:high');
    expect([status, body.code, body.position, body.length]).toEqual([400, 'invalid_query', 0, 7]);
  });

  test('the exploited ones, by when they came into the catalogues', async () => {
    const { body } = await ask('/exploited');
    expect(body).toMatchObject({
      total: 2,
      total_pages: 1,
      items: [
        { cve_id: 'CVE-2024-0002', exploited_since: '2024-05-25', ransomware: null },
        {
          cve_id: 'CVE-2021-44228',
          exploited_since: '2021-12-10',
          cisa_due_date: '2024-03-22',
          required_action: 'Apply the update.',
          ransomware: true,
        },
      ],
    });
    expect(await idsOf('/exploited?page=2&page_size=1')).toEqual(['2021-44228']);
  });

  test('what was published lately, and what a vendor has', async () => {
    expect(await idsOf('/recent')).toEqual(['2024-0003', '2024-0001']);
    expect(await idsOf('/recent?days=30')).toEqual(['2024-0003', '2024-0001', '2024-0002']);
    expect(await idsOf('/vendor/acme?sort_by=cvss_score')).toEqual(['2021-44228', '2024-0001', '2024-0002']);
    expect(await idsOf('/vendor/nobody')).toEqual([]);
  });
});
