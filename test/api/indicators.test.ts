import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { ndjson, put } from '../support/feeds.ts';
import { reportFormat } from '../support/indicators.ts';
import { load } from '../support/loading.ts';

const reports = [
  { type: 'ip', value: '45.61.3.4', malware: 'acme_loader', confidence: 0.7, lastSeen: '2024-05-01T00:00:00.000Z' },
  { type: 'ip', value: '45.62.0.0/16' },
  { type: 'url', value: 'http://files-bad.net/a.exe?x=1', tags: ['CVE-2021-44228'] },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-api-indicators-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(testDatabases())('indicators over HTTP on $name', (server) => {
  let test_: TestDatabase;
  let app: App;
  beforeAll(async () => {
    test_ = await server.open();
    const file = put(folder, `${server.name}.ndjson`, ndjson(reports));
    const result = await load(test_.database, [file], '2024-05-02T00:00:00.000Z', { format: reportFormat('feed') });
    expect(result.failures).toEqual([]);
    await test_.database.query(
      `INSERT INTO attack_actors (actor_id, kind, name, names, technique_ids)
       VALUES ('S0154', 'malware', 'Acme Loader', '["acme_loader"]', '["T1071"]')`,
    );
    app = await testApi(test_.database);
  });
  afterAll(async () => {
    await app.close();
    await test_.drop();
  });

  const ask = async (path: string) => {
    const answer = await app.inject(`/api/v1${path}`);
    return { status: answer.statusCode, body: answer.json() };
  };
  const check = async (payload: string | object, type = 'application/json') => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/iocs/check',
      headers: { 'content-type': type },
      payload,
    });
    return { status: answer.statusCode, body: answer.json() };
  };

  test('a list in the language of searches, the latest first, page by page', async () => {
    const all = await ask('/iocs?page_size=2');
    expect(all.body).toMatchObject({
      total: 3,
      total_exact: true,
      total_pages: 2,
      items: [{ value: '45.61.3.4' }, {}],
    });
    const next = await ask(`/iocs?page_size=2&cursor=${all.body.next_cursor}`);
    expect(next.body.items).toHaveLength(1);
    const found = await ask(`/iocs?q=${encodeURIComponent('hxxp://files-bad[.]net type:url')}`);
    expect(found.body.items).toMatchObject([{ ioc_type: 'url', tags: ['CVE-2021-44228'], sources: ['feed'] }]);
  });

  test('what is wrong with a list is told with its parameter or place', async () => {
    expect(await ask('/iocs?q=typ:ip')).toMatchObject({
      status: 400,
      body: { code: 'invalid_query', position: 0, length: 3 },
    });
    expect(await ask('/iocs?q=ab')).toMatchObject({ status: 400, body: { code: 'invalid_query' } });
    expect(await ask('/iocs?page=501')).toMatchObject({ status: 400, body: { errors: [{ parameter: 'page' }] } });
    const { next_cursor } = (await ask('/iocs?page_size=1')).body;
    for (const query of [`cursor=${next_cursor}&sort_by=value`, 'cursor=x', `cursor=${'x'.repeat(9_000)}`])
      expect(await ask(`/iocs?${query}`)).toMatchObject({ status: 400, body: { errors: [{ parameter: 'cursor' }] } });
    expect(await ask('/iocs?sort_by=tags')).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'sort_by' }] },
    });
  });

  test('an indicator by type and value or by value alone, with who reports it and what it names', async () => {
    const byType = await ask('/iocs/ip/45.61.3.4');
    expect(byType.body).toMatchObject({
      value: '45.61.3.4',
      malware: ['acme_loader'],
      reports: [{ source: 'feed', confidence: 0.7, withdrawn_at: null }],
      actors: [{ actor_id: 'S0154', techniques: [{ technique_id: 'T1071', name: null }] }],
    });
    expect((await ask('/iocs/lookup?value=45.61[.]3[.]4')).body).toEqual(byType.body);
    for (const path of ['/iocs/ip/45.62.0.0/16', '/iocs/ip/45.62.0.0%2F16'])
      expect((await ask(path)).body.value).toBe('45.62.0.0/16');
    const url = await ask(`/iocs/url/${encodeURIComponent('http://files-bad.net/a.exe?x=1')}`);
    expect(url.body).toMatchObject({ ioc_type: 'url', cves: ['CVE-2021-44228'] });
  });

  test('an unknown indicator, one of another type and what is none', async () => {
    expect(await ask('/iocs/ip/45.61.3.5')).toMatchObject({
      status: 404,
      body: { detail: 'No source that is loaded reports 45.61.3.5.' },
    });
    expect(await ask('/iocs/domain/45.61.3.4')).toMatchObject({
      status: 404,
      body: { errors: [{ parameter: 'type' }] },
    });
    expect(await ask('/iocs/ip/10.0.0.1')).toMatchObject({
      status: 400,
      body: { detail: '"10.0.0.1" is a private address.' },
    });
    expect(await ask('/iocs/planet/x')).toMatchObject({ status: 400, body: { errors: [{ parameter: 'type' }] } });
  });

  test('a text or a list is checked as the command does', async () => {
    const text = 'GET hxxp://files-bad[.]net/a.exe?x=1\n45.62.9.9 and 45.62.9.9\n45.62.9.9 unknown-name.org\n';
    for (const { body } of [await check(text, 'text/plain'), await check({ text })]) {
      expect(body).toMatchObject({ looked: 3, known: 2, dropped: 0 });
      expect(body.findings).toMatchObject([
        { ioc_type: 'url', first_line: 1, matches: [{ way: 'exact', indicator: { sources: ['feed'] } }] },
        {
          typed: '45.62.9.9',
          lines: 2,
          first_line: 2,
          matches: [{ way: 'network', indicator: { value: '45.62.0.0/16' } }],
        },
      ]);
    }
    const { body } = await check({ values: ['45[.]61[.]3[.]4', '10.0.0.1', 'nobody.org'], unknown: true });
    expect(body.findings).toMatchObject([{ matches: [{ way: 'exact' }] }, { value: 'nobody.org', matches: [] }]);
    expect(body.no_indicators).toEqual([{ typed: '10.0.0.1', reason: 'is a private address' }]);
  });

  test('a check of nothing, of both, of wrong types or of too much is refused', async () => {
    for (const payload of [{}, { text: 'a', values: ['b'] }, { values: [1] }, { txt: 'a' }, [], 'null'])
      expect((await check(payload)).status).toBe(400);
    expect((await app.inject({ method: 'POST', url: '/api/v1/iocs/check' })).statusCode).toBe(400);
    expect((await check('45.61.3.4 '.repeat(120_000), 'text/plain')).status).toBe(413);
    expect((await check('<a/>', 'text/xml')).status).toBe(415);
  });
});
