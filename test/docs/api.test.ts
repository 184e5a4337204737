import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOrigin } from '../../scripts/docs/api-examples.ts';
import { blocksOf } from '../../scripts/docs/blocks.ts';
import { type CurlRequest, curlRequests } from '../../scripts/docs/curl.ts';
import { pages, root } from '../../scripts/docs/pages.ts';
import type { App } from '../../src/api/contract.ts';
import type { RequestedWork } from '../../src/jobs/requested/requested-work.ts';
import { testApi, testWork } from '../support/api.ts';
import {
  bundle,
  mapping,
  mappings,
  matrix,
  techniqueObject,
  weaknessCatalogue,
  weaknessXml,
} from '../support/catalogues.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { put } from '../support/feeds.ts';
import { load, loadWell } from '../support/loading.ts';
import { syncContext } from '../support/syncing.ts';
import { KeyHolder } from '../support/writer.ts';

/** The files that examples send. */
const files: Readonly<Record<string, string>> = {
  'known_exploited_vulnerabilities.json': readFileSync(
    join(root, 'test', 'fixtures', 'kev', 'input', 'catalogue.json'),
    'utf8',
  ),
  'access.log': '203.0.113.9 - - [01/Jun/2024:10:00:00 +0000] "GET /?u=http://bad.example/x HTTP/1.1" 200 5\n',
};

const examples = pages().flatMap((page) =>
  blocksOf(page.before)
    .filter((block) => block.language === 'sh' && !block.marks.includes('external'))
    .flatMap((block) => curlRequests(block).map((request) => ({ ...request, place: `${page.name}:${block.line}` }))),
);

test('there are examples, and each asks this server', () => {
  expect(examples.length).toBeGreaterThan(30);
  expect(examples.filter(({ url }) => !url.startsWith(exampleOrigin)).map(({ place }) => place)).toEqual([]);
});

describe('the requests of the documents', () => {
  let database: TestDatabase;
  let work: RequestedWork;
  let app: App;
  let origin: string;
  let key: string;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-api-docs-'));
    const [server] = testDatabases();
    if (!server) throw new Error('the embedded database is always there');
    database = await server.open();
    const technique = techniqueObject('T1059.001', { name: 'PowerShell' });
    await loadWell(database.database, [
      join(root, 'data-sample', 'sample.ndjson'),
      put(folder, 'attack.json', bundle(matrix('enterprise', [techniqueObject('T1059'), technique]))),
      put(folder, 'mappings.json', mappings([mapping('CVE-2021-44228', 'T1059.001')])),
      put(folder, 'cwe.xml', weaknessCatalogue([weaknessXml(79)])),
    ]);
    await load(database.database, [put(folder, 'addresses.txt', '45.61.3.4\n')], undefined, { label: 'blocklist' });
    // A sync that is asked for finds nobody there.
    const syncing = syncContext(database.database, join(folder, 'downloads'), {}, 'http://127.0.0.1:1');
    work = testWork(database.database, { folder: join(folder, 'incoming'), syncing });
    app = await testApi(database.database, {}, { tasks: work });
    key = (await KeyHolder.of(app, database.database, 'admin')).headers.authorization?.replace('Bearer ', '') ?? '';
    origin = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await Promise.all([work.stop(), app.close()]);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask({ method, url, headers, body }: CurlRequest): Promise<Response> {
    const sent = Object.entries(headers).map(([name, value]) => [name, value.replace('$OPENTHREAT_KEY', key)]);
    const content = body?.startsWith('@') ? files[body.slice(1)] : body;
    return fetch(url.replace(exampleOrigin, origin), {
      method,
      headers: Object.fromEntries(sent),
      body: content ?? null,
    });
  }

  test.each(examples)('$place: $line', async (request) => {
    const answer = await ask(request);
    const text = await answer.text();
    expect([200, 202], text).toContain(answer.status);
    expect(text).not.toBe('');
  });
});
