import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { mapping, mappings } from '../support/catalogues.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

const cve = (n: number) => `CVE-2024-${String(n).padStart(4, '0')}`;
/** More than the pages in which records are read. */
const many = 450;
const ids = Array.from({ length: many }, (_, i) => cve(i + 1));

describe.each(testDatabases())('exports on $name', ({ open }) => {
  let folder: string;
  let database: TestDatabase;
  let app: App;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-export-test-'));
    database = await open();
    const references = ['https://a.example/advisory'];
    const records = ids.map((id, i) =>
      nvdRecord(id, {
        score: (i % 100) / 10,
        vendor: 'acme',
        references,
        description: i % 2 ? 'An even flaw.' : 'Odd.',
      }),
    );
    await loadWell(database.database, [
      put(folder, 'nvd.json', nvdFeed(records)),
      put(folder, 'kev.json', kevCatalogue([kevEntry(cve(7))])),
      put(folder, 'mappings.json', mappings([mapping(cve(7), 'T1190')])),
    ]);
    app = await testApi(database.database);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const exported = async (query: Record<string, string>) => app.inject({ url: '/api/v1/export', query });
  const idsIn = async (query: Record<string, string>) =>
    (await exported({ format: 'ndjson', ...query })).body
      .split('\n')
      .filter(Boolean)
      .map((line): string => JSON.parse(line).cve_id);

  test('all CVEs, each once, by their ids', async () => {
    expect(await idsIn({})).toEqual(ids);
  });

  test('those of a query, in another order, and not more than wanted', async () => {
    expect(await idsIn({ q: 'even' })).toEqual(ids.filter((_, i) => i % 2));
    expect(await idsIn({ q: 'even', limit: '3' })).toEqual([cve(2), cve(4), cve(6)]);
    const byScore = await idsIn({ q: 'even', sort: 'cvss' });
    expect(byScore.slice(0, 5)).toEqual([cve(100), cve(200), cve(300), cve(400), cve(98)]);
    expect([...byScore].sort()).toEqual(ids.filter((_, i) => i % 2));
    expect(await idsIn({ q: 'nothinglikeit' })).toEqual([]);
  });

  test('CSV has a line for each, and a name to be saved under', async () => {
    const { headers, body } = await exported({ q: 'exploited:true' });
    expect(headers['content-type']).toMatch(/^text\/csv/);
    expect(headers['content-disposition']).toBe('attachment; filename="openthreat-2024-06-01.csv"');
    expect(body.split('\r\n')).toHaveLength(3); // titles, a record, and nothing behind the last line's end
    expect(body).toContain(`\r\n"${cve(7)}","published",`);
  });

  test('a line of NDJSON is what is answered for the CVE', async () => {
    const line = (await exported({ q: cve(7), format: 'ndjson' })).body;
    const record = (await app.inject(`/api/v1/vulnerabilities/${cve(7)}`)).json();
    expect(JSON.parse(line)).toEqual(record);
  });

  test('STIX relates a CVE to the techniques that it was mapped to', async () => {
    const { headers, body } = await exported({ q: cve(7), format: 'stix' });
    expect(headers['content-type']).toMatch(/^application\/stix\+json; ?version=2\.1/);
    const types = JSON.parse(body).objects.map((object: { type: string }) => object.type);
    expect(types.slice(-3)).toEqual(['vulnerability', 'attack-pattern', 'relationship']);
  });

  test('CSAF is whole also when it is long: every product that is spoken of is in the tree', async () => {
    const { body } = await exported({ format: 'csaf' });
    const { vulnerabilities, product_tree } = JSON.parse(body);
    expect(vulnerabilities).toHaveLength(many);
    expect(product_tree.branches).toHaveLength(many + 1); // one of KEV's
  });

  test('what cannot be exported is a problem, not half a file', async () => {
    const unknown = await exported({ q: 'severity:huge' });
    expect([unknown.statusCode, unknown.json().code]).toEqual([400, 'invalid_query']);
    expect((await exported({ format: 'xlsx' })).json()).toMatchObject({
      status: 400,
      errors: [{ parameter: 'format' }],
    });
    expect((await exported({ limit: '0' })).json()).toMatchObject({ status: 400, errors: [{ parameter: 'limit' }] });
  });

  test('whoever has an export is told so', async () => {
    const { headers } = await exported({});
    const again = await app.inject({ url: '/api/v1/export', headers: { 'if-none-match': String(headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test('exports that nobody reads wait, and further ones are refused until these have ended', async () => {
    const waiting = await Promise.all(
      Array.from({ length: 8 }, () => app.inject({ url: '/api/v1/export?format=csaf', payloadAsStream: true })),
    );
    expect((await exported({})).json()).toMatchObject({ status: 503, code: 'overloaded' });
    for (const answer of waiting) expect(JSON.parse(await text(answer.stream())).vulnerabilities).toHaveLength(many);
    expect((await exported({})).statusCode).toBe(200);
  });

  test('NDJSON can be loaded again, and says the same', async () => {
    const copy = await open();
    const copied = await testApi(copy.database);
    try {
      const file = put(folder, 'export.ndjson', (await exported({ format: 'ndjson', q: 'odd' })).body);
      const { runs } = await loadWell(copy.database, [file]);
      expect(runs.map((run) => [run.counts.inserted, run.counts.rejected])).toEqual([[many / 2, 0]]);
      const of = async (from: App) => (await from.inject(`/api/v1/vulnerabilities/${cve(7)}`)).json();
      const told = await of(app);
      const kept = ['title', 'description', 'state', 'severity', 'cvss_score', 'cwe_ids', 'vendors', 'products'];
      const more = ['exploited_in_the_wild', 'exploited_since', 'cisa_due_date', 'required_action', 'published_at'];
      expect(told.exploited_since).toBe('2024-03-01');
      expect(await of(copied)).toMatchObject(Object.fromEntries([...kept, ...more].map((name) => [name, told[name]])));
    } finally {
      await copied.close();
      await copy.drop();
    }
  });
});
