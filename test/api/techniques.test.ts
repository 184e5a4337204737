import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleOf } from '../../scripts/docs/fields.ts';
import type { App } from '../../src/api/contract.ts';
import { techniqueLanguage } from '../../src/domain/query/technique-fields.ts';
import { testApi } from '../support/api.ts';
import {
  attackObject,
  attackPatternObject,
  bundle,
  mapping,
  mappings,
  matrix,
  relation,
  techniqueObject,
  weaknessCatalogue,
  weaknessXml,
} from '../support/catalogues.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

const [first, second] = ['CVE-2021-44228', 'CVE-2021-34527'];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-api-techniques-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two techniques in force with a sub-technique, one that was revoked, and what leads to them. */
function files(): string[] {
  const objects = [
    techniqueObject('T1059', { name: 'Interpreter', platforms: ['Linux', 'Network Devices'] }),
    techniqueObject('T1059.001', { name: 'PowerShell', description: 'Scripts dump credentials.' }),
    techniqueObject('T1486', { name: 'Encryption', tactics: ['impact'], platforms: ['Windows'] }),
    techniqueObject('T1086', { name: 'Old PowerShell', revoked: true }),
    attackObject('G0016', { name: 'Acme Bear', aliases: ['Acme Bear', 'APT 0'] }),
    relation('T1059.001', 'subtechnique-of', 'T1059'),
    relation('T1086', 'revoked-by', 'T1059.001'),
    relation('G0016', 'uses', 'T1059.001'),
  ];
  const mobile = [techniqueObject('T1603', { name: 'Task', domains: ['mobile'] })];
  const records = [
    nvdRecord(first, { score: 10, vendor: 'apache', product: 'log4j' }),
    nvdRecord(second, { score: 8.8, vendor: 'microsoft', product: 'windows_10' }),
    nvdRecord('CVE-2020-0001', { score: 5, vendor: 'microsoft', product: 'office' }),
  ];
  const weaknesses = [{ source: 'nvd@nist.gov', type: 'Primary', description: [{ lang: 'en', value: 'CWE-79' }] }];
  for (const record of records.slice(0, 2)) Object.assign((record as { cve: object }).cve, { weaknesses });
  const pattern = attackPatternObject('CAPEC-66', { weaknesses: ['CWE-79'], techniques: ['T1059'] });
  const child =
    '<Related_Weaknesses><Related_Weakness Nature="ChildOf" CWE_ID="79" View_ID="1000"/></Related_Weaknesses>';
  return [
    put(folder, 'attack.json', bundle(matrix('enterprise', objects))),
    put(folder, 'mobile.json', bundle(matrix('mobile', mobile))),
    put(folder, 'capec.json', bundle([pattern])),
    put(folder, 'cwe.xml', weaknessCatalogue([weaknessXml(79), weaknessXml(80, child)])),
    put(
      folder,
      'mappings.json',
      mappings([mapping(first, 'T1059.001'), mapping(first, 'T1059'), mapping(second, 'T1486')]),
    ),
    put(folder, 'nvd.json', nvdFeed(records)),
  ];
}

describe.each(testDatabases())('techniques, weaknesses, vendors and products over HTTP on $name', (server) => {
  let test_: TestDatabase;
  let app: App;
  beforeAll(async () => {
    test_ = await server.open();
    await loadWell(test_.database, files());
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
  const techniques = async (q: string) => {
    const { body } = await ask(`/techniques?q=${encodeURIComponent(q)}`);
    return body.items.map((item: { technique_id: string }) => item.technique_id);
  };

  test.each([
    ['', ['T1059', 'T1059.001', 'T1486', 'T1603', 'T1086']],
    ['powersh', ['T1059.001', 'T1086']],
    ['credentials dump', ['T1059.001']],
    ['ipts', []], // the middle of a word
    ['T1059', ['T1059', 'T1059.001']],
    ['name:powershell -state:revoked', ['T1059.001']],
    ['text:"dump credentials"', ['T1059.001']],
    ['tactic:impact', ['T1486']],
    ['tactic:exec*n -T1059', ['T1603', 'T1086']],
    ['platform:"Network Devices"', ['T1059']],
    ['domain:mobile', ['T1603']],
    ['parent:T1059', ['T1059.001']],
    ['actor:G0016', ['T1059.001']],
    ['group:"apt 0"', ['T1059.001']],
    [`cve:${second}`, ['T1486']],
    ['cves:>=1', ['T1059', 'T1059.001', 'T1486']],
    ['modified:2025-04', ['T1059', 'T1059.001', 'T1486', 'T1603', 'T1086']],
  ])('techniques: %s', async (q, expected) => {
    expect(await techniques(q)).toEqual(expected);
  });

  test.each(techniqueLanguage.fields.map((field) => [exampleOf(field), field.name]))(
    'the example %s is answered, and whether there is a value',
    async (example, name) => {
      expect(await techniques(example)).toBeInstanceOf(Array);
      expect((await techniques(`${name}:*`)).length + (await techniques(`-${name}:*`)).length).toBe(5);
    },
  );

  test('techniques are counted, filtered and ordered by their CVEs', async () => {
    const { body } = await ask('/techniques?sort_by=cves&tactic=execution&domain=enterprise&page_size=1');
    expect(body).toMatchObject({ total: 3, total_pages: 3, items: [{ technique_id: 'T1059', cve_count: 1 }] });
    expect(await ask('/techniques?platform=*')).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'platform' }] },
    });
    expect(await ask('/techniques?q=tactik:x')).toMatchObject({
      status: 400,
      body: { code: 'invalid_query', position: 0 },
    });
  });

  test('a technique tells who uses it and which CVEs it is used with; what only follows is marked', async () => {
    const { body } = await ask('/techniques/t1059.001');
    expect(body).toMatchObject({
      technique_id: 'T1059.001',
      parent: { technique_id: 'T1059', name: 'Interpreter' },
      tactics: [{ short_name: 'execution', name: 'EXECUTION' }],
      actors: [{ actor_id: 'G0016', kind: 'group', name: 'Acme Bear' }],
      cves: [{ cve_id: first, mapping_types: ['exploitation_technique'], derived: false }],
      cve_count: 1,
      derived_cves: { derived: true, count: 0 },
    });
    const parent = await ask('/techniques/T1059');
    expect(parent.body).toMatchObject({
      sub_techniques: [{ technique_id: 'T1059.001', name: 'PowerShell' }],
      derived_cves: { derived: true, count: 2 },
    });
    expect(await ask('/techniques/T9999')).toMatchObject({ status: 404, body: { errors: [{ parameter: 'id' }] } });
  });

  test('the matrices stand in their order, with the CVEs that match at each technique', async () => {
    const { body } = await ask('/tactics');
    expect(body.items.map((t: { domain: string; short_name: string }) => `${t.domain} ${t.short_name}`)).toEqual([
      'enterprise execution',
      'enterprise impact',
      'mobile execution',
      'mobile impact',
    ]);
    const heat = async (query: string) => {
      const { body } = await ask(`/tactics?domain=enterprise${query}`);
      const cells = body.items.flatMap((t: { techniques: readonly object[] }) => t.techniques);
      return [
        body.cve_count,
        ...cells.map((c: { technique_id: string; cve_count: number }) => [c.technique_id, c.cve_count]),
      ];
    };
    expect(await heat('')).toEqual([2, ['T1059', 1], ['T1059.001', 1], ['T1486', 1]]);
    expect(await heat('&q=vendor:microsoft')).toEqual([1, ['T1059', 0], ['T1059.001', 0], ['T1486', 1]]);
    expect(await heat('&q=nobody')).toEqual([0, ['T1059', 0], ['T1059.001', 0], ['T1486', 0]]);
  });

  test('weaknesses are listed with their CVEs, and each tells what it may lead to', async () => {
    const list = await ask('/weaknesses');
    expect(list.body.items).toMatchObject([
      { weakness_id: 'CWE-79', cve_count: 2 },
      { weakness_id: 'CWE-80', cve_count: 0 },
    ]);
    expect((await ask('/weaknesses?q=80')).body).toMatchObject({ total: 1, items: [{ weakness_id: 'CWE-80' }] });
    expect((await ask('/weaknesses?q=nothing%20like%20it')).body.items).toEqual([]);
    expect((await ask('/weaknesses/79')).body).toMatchObject({
      weakness_id: 'CWE-79',
      children: [{ weakness_id: 'CWE-80', name: 'Weakness 80' }],
      attack_patterns: [{ attack_pattern_id: 'CAPEC-66' }],
      techniques: [
        { technique_id: 'T1059', derived: true, via: [{ weakness_id: 'CWE-79', attack_pattern_id: 'CAPEC-66' }] },
      ],
      cves: [{ cve_id: first }, { cve_id: second }],
      cve_count: 2,
    });
    expect((await ask('/weaknesses/CWE-80')).body.parents).toEqual([{ weakness_id: 'CWE-79', name: 'Weakness 79' }]);
    expect((await ask('/weaknesses/CWE-4711')).status).toBe(404);
  });

  test('vendors and products by part of the name, with their CVEs', async () => {
    expect((await ask('/vendors')).body.items).toEqual([
      { name: 'microsoft', cve_count: 2 },
      { name: 'apache', cve_count: 1 },
    ]);
    expect((await ask('/vendors?q=PACH')).body.items).toEqual([{ name: 'apache', cve_count: 1 }]);
    expect((await ask('/vendors?q=%25')).body.items).toEqual([]);
    const byName = await ask('/products?sort_by=name&page_size=2');
    expect(byName.body).toMatchObject({ total: 3, items: [{ name: 'log4j' }, { name: 'office' }] });
    expect((await ask('/products?vendor=Microsoft&q=windows%2010')).body.items).toEqual([
      { name: 'windows_10', cve_count: 1 },
    ]);
  });

  test('any text is answered or refused as a query', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...techniqueLanguage.fields.map(exampleOf)),
      fc.constantFrom(
        'T1059',
        'dump',
        '-',
        '(',
        ')',
        'OR',
        '"',
        '%_\\',
        "';--",
        '***:a',
        '(?i)',
        '\\m',
        '[[:<:]]',
        '€',
        '*',
      ),
      fc.string({ maxLength: 6, unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (parts) => {
        const { status } = await ask(`/techniques?page_size=1&q=${encodeURIComponent(parts.join(' '))}`);
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 100 },
    );
  });
});
