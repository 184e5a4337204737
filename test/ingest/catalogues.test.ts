import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { derivedTechniques, relatedTechniques } from '../../src/db/technique-links.ts';
import { actor, actorsUsing, derivedCveCount, mappedCves, technique } from '../../src/db/techniques.ts';
import { cvesWithWeakness, weakness } from '../../src/db/weaknesses.ts';
import type { CveId } from '../../src/domain/record.ts';
import { rebuildCatalogues } from '../../src/ingest/catalogue/rebuild.ts';
import { removeCatalogue } from '../../src/ingest/catalogue/remove.ts';
import { formatById } from '../../src/sources/registry.ts';
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
import { cataloguesOf, empty, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { countsOf, expectSums, load, loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-catalogues-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cve = 'CVE-2024-0001' as CveId;
const now = '2026-06-01T00:00:00.000Z';
const enterprise = (
  name = 'enterprise.json',
  changes: { without?: string; at?: string; more?: readonly object[] } = {},
) => {
  const objects = [
    techniqueObject('T1059', { platforms: ['Linux'], modified: changes.at }),
    techniqueObject('T1059.001', { tactics: ['impact', 'execution'] }),
    techniqueObject('T1190'),
    attackObject('G0001', { name: 'Acme Bear', aliases: ['Acme Bear', 'APT 0'] }),
    relation('G0001', 'uses', 'T1059'),
    relation('T1059.001', 'subtechnique-of', 'T1059'),
    ...(changes.more ?? []),
  ].filter((o) => !JSON.stringify(o).includes(`"external_id":"${changes.without}"`));
  return put(folder, name, bundle(matrix('enterprise', objects)));
};
const ics = () =>
  put(
    folder,
    'ics.json',
    bundle(
      matrix('ics', [
        techniqueObject('T1059', {
          domains: ['ics'],
          tactics: ['impact'],
          platforms: ['PLC'],
          name: 'Of ICS',
          modified: '2025-03-01T00:00:00.000Z',
        }),
        techniqueObject('T0801', { domains: ['ics'] }),
        attackObject('G0001', { name: 'Acme Bear', aliases: ['Acme Bear', 'Bear of ICS'] }),
        relation('G0001', 'uses', 'T0801'),
      ]),
    ),
  );
const kevMappings = (list = [mapping(cve, 'T1190'), mapping(cve, 'T1059', 'primary_impact')], version?: string) =>
  put(folder, 'kev-enterprise.json', mappings(list, 'enterprise', version));
const cweFile = (ids = [79, 89], date?: string) =>
  put(
    folder,
    'cwe.xml',
    weaknessCatalogue(
      ids.map((id) =>
        weaknessXml(
          id,
          id === 89 ? '<Related_Attack_Patterns><Related_Attack_Pattern CAPEC_ID="7"/></Related_Attack_Patterns>' : '',
        ),
      ),
      date,
    ),
  );
const capecFile = () =>
  put(
    folder,
    'capec.json',
    bundle([
      attackPatternObject('CAPEC-66', { weaknesses: ['CWE-89'], techniques: ['T1190', 'T1059'] }),
      attackPatternObject('CAPEC-7', { techniques: ['T1059'] }),
    ]),
  );

describe.each(testDatabases())('reference catalogues on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  const states = async (table = 'techniques', key = 'technique_id') => {
    const { rows } = await db.query<{ id: string; state: string }>(
      `SELECT ${key} AS id, state FROM ${table} ORDER BY 1`,
    );
    return Object.fromEntries(rows.map((row) => [row.id, row.state]));
  };
  const good = async (inputs: readonly string[]) => loadWell(db, inputs, now);

  test('every object is counted: those that make a row by it, the others as unchanged', async () => {
    const result = await good([enterprise(), kevMappings(), cweFile(), capecFile()]);
    // 3 techniques, 2 tactics and a group; a matrix and 2 relationships.
    expect(countsOf(result, 'mitre_attack')).toEqual([9, 6, 0, 3, 0, 0]);
    expect(countsOf(result, 'attack_mappings')).toEqual([2, 2, 0, 0, 0, 0]);
    expect(countsOf(result, 'cwe')).toEqual([2, 2, 0, 0, 0, 0]);
    expect(countsOf(result, 'capec')).toEqual([2, 2, 0, 0, 0, 0]);
    expect(await technique(db, 'T1059.001')).toMatchObject({
      tactics: ['execution', 'impact'],
      parentId: 'T1059',
      domains: ['enterprise'],
      state: 'active',
    });
    expect(await weakness(db, 'CWE-89')).toMatchObject({ name: 'Weakness 89', attackPatternIds: ['CAPEC-7'] });
  });

  test('the same again writes no row', async () => {
    const files = [enterprise(), ics(), kevMappings(), cweFile(), capecFile()];
    await good(files);
    const before = await writesOf(db);
    const result = await good(files);
    expect(await writesOf(db)).toEqual(before);
    for (const source of ['mitre_attack', 'attack_mappings', 'cwe', 'capec']) {
      const [fetched, inserted, updated, unchanged] = countsOf(result, source);
      expect([inserted, updated, unchanged]).toEqual([0, 0, fetched]);
    }
  });

  test('the order of the documents means nothing', async () => {
    const files = [enterprise(), ics(), kevMappings(), cweFile(), capecFile()];
    await good(files);
    const first = await cataloguesOf(db);
    expect(await technique(db, 'T1059')).toMatchObject({
      name: 'Technique T1059', // changed last
      tactics: ['execution', 'impact'],
      platforms: ['Linux', 'PLC'],
      domains: ['enterprise', 'ics'],
    });
    expect(await actor(db, 'G0001')).toMatchObject({
      names: ['acme_bear', 'apt_0', 'bear_of_ics'],
      techniqueIds: ['T0801', 'T1059'],
    });
    await empty(db);
    for (const file of files.toReversed()) await good([file]);
    expect(await cataloguesOf(db)).toEqual(first);
  });

  test('what vanishes from a newer release is withdrawn, and only there', async () => {
    await good([enterprise(), ics()]);
    const newer = enterprise('newer.json', {
      without: 'T1059',
      at: '2025-05-01T00:00:00.000Z',
      more: [techniqueObject('T1003', { modified: '2025-05-01T00:00:00.000Z' })],
    });
    const result = await good([newer]);
    expect(countsOf(result, 'mitre_attack')).toEqual([9, 1, 0, 8, 0, 2]);
    expect(await states()).toEqual({
      T0801: 'active',
      T1003: 'active',
      T1059: 'active',
      'T1059.001': 'active',
      T1190: 'active',
    });
    expect(await technique(db, 'T1059')).toMatchObject({ domains: ['ics'], platforms: ['PLC'], name: 'Of ICS' });
    expect(await actor(db, 'G0001')).toMatchObject({ techniqueIds: ['T0801'], state: 'active' });
    const last = put(
      folder,
      'last.json',
      bundle(matrix('ics', [techniqueObject('T0801', { domains: ['ics'], modified: '2025-06-01T00:00:00.000Z' })])),
    );
    await good([last]);
    expect(await states()).toMatchObject({ T1059: 'withdrawn', T0801: 'active' });
    expect(await technique(db, 'T1059')).toMatchObject({ platforms: ['Linux', 'PLC'] }); // what they said last
    expect(await states('attack_actors', 'actor_id')).toEqual({ G0001: 'withdrawn' });
    await good([enterprise('back.json', { at: '2025-07-01T00:00:00.000Z' })]);
    expect(await states()).toMatchObject({ T1059: 'active', T1003: 'withdrawn' });
  });

  test('an older release after a newer one gives and takes nothing, and says so', async () => {
    await good([enterprise('new.json', { at: '2025-05-01T00:00:00.000Z' }), cweFile([79, 89], '2024-07-16')]);
    const before = await writesOf(db);
    const result = await good([enterprise('old.json', { without: 'T1190' }), cweFile([79, 90], '2024-02-01')]);
    expect(countsOf(result, 'mitre_attack').slice(0, 4)).toEqual([8, 0, 0, 8]);
    expect([...(result.runs[0]?.notes.keys() ?? [])].join()).toMatch(
      /old\.json is older than the catalogue read before/,
    );
    expect(await writesOf(db)).toEqual(before);
  });

  test('a release from the future keeps no later one out', async () => {
    await good([enterprise('future.json', { at: '2099-01-01T00:00:00.000Z' })]);
    const result = await good([enterprise('now.json', { without: 'T1190' })]);
    expect(countsOf(result, 'mitre_attack')[5]).toBe(1);
  });

  test('a document that is cut off changes nothing', async () => {
    await good([enterprise(), cweFile()]);
    const before = await writesOf(db);
    const text = bundle(matrix('enterprise', [techniqueObject('T1003')]));
    for (const [name, cut] of [
      ['cut.json', text.slice(0, -1)],
      ['cut.xml', weaknessCatalogue([weaknessXml(1), weaknessXml(2)]).slice(0, -30)],
    ] as const) {
      const result = await load(db, [put(folder, name, cut)], now);
      expect(result.failures).toHaveLength(1);
      await expectSums(db, result);
      expect(await writesOf(db)).toEqual(before);
    }
  });

  test('an object that cannot be used is rejected, and then nothing is taken for vanished', async () => {
    await good([enterprise()]);
    const bad = put(
      folder,
      'bad.json',
      bundle(matrix('enterprise', [techniqueObject('T1003'), techniqueObject('T12'), { type: 'relationship' }])),
    );
    const result = await good([bad]);
    expect(countsOf(result, 'mitre_attack')).toEqual([6, 1, 0, 3, 2, 0]);
    expect(await states()).toMatchObject({ T1003: 'active', T1190: 'active' });
    const { rows } = await db.query<{ reason: string }>('SELECT reason FROM rejected_records ORDER BY id');
    expect(rows.map((r) => r.reason)).toEqual([
      'the attack-pattern has no ATT&CK id',
      'its id is not that of a STIX relationship',
    ]);
  });

  test('an excerpt of ATT&CK adds what is not known, and changes nothing that is', async () => {
    await good([enterprise()]);
    const at = '2025-06-01T00:00:00.000Z';
    const excerpt = put(
      folder,
      'excerpt.json',
      bundle([techniqueObject('T1059', { name: 'Poorer', modified: at }), techniqueObject('T1003', { modified: at })]),
    );
    const result = await good([excerpt]);
    expect(countsOf(result, 'mitre_attack')).toEqual([2, 1, 0, 1, 0, 0]);
    expect([...(result.runs[0]?.notes.keys() ?? [])].join()).toMatch(/is not a whole catalogue: nothing was withdrawn/);
    expect(await technique(db, 'T1059')).toMatchObject({ name: 'Technique T1059' });
  });

  test('observations that cite ATT&CK are not loaded as a catalogue', async () => {
    const report = { type: 'indicator', id: 'indicator--11111111-1111-4111-8111-111111111111' };
    const path = put(folder, 'report.json', bundle([techniqueObject('T1059'), report]));
    const result = await load(db, [path], now, { format: formatById('attack') });
    expect(result.failures.map((f) => f.reason)).toEqual([expect.stringMatching(/--format stix/)]);
    await expectSums(db, result);
    expect(countsOf(result, 'mitre_attack')).toEqual([2, 0, 0, 2, 0, 0]);
    expect(await states()).toEqual({});
  });

  test('a dry run counts and writes nothing', async () => {
    const before = await writesOf(db);
    const result = await load(db, [enterprise(), cweFile()], now, { dryRun: true });
    expect(countsOf(result, 'mitre_attack')).toEqual([9, 6, 0, 3, 0, 0]);
    expect(countsOf(result, 'cwe')).toEqual([2, 2, 0, 0, 0, 0]);
    expect(await writesOf(db)).toEqual(before);
  });

  test('two loads at once end as one after the other', async () => {
    const files = [enterprise(), ics()];
    await Promise.all([load(db, files, now), load(db, files.toReversed(), now), load(db, files, now)]);
    const together = await cataloguesOf(db);
    await empty(db);
    await good(files);
    expect(await cataloguesOf(db)).toEqual(together);
  });

  test('a mapping that is taken back goes; its matrix decides', async () => {
    await good([kevMappings()]);
    const mobile = put(folder, 'kev-mobile.json', mappings([mapping(cve, 'T1400')], 'mobile', '07/28/2025'));
    await good([mobile]);
    const result = await good([
      kevMappings([mapping(cve, 'T1190', 'exploitation_technique', { comments: 'Now so.' })], '08/01/2025'),
    ]);
    expect(countsOf(result, 'attack_mappings')).toEqual([1, 0, 1, 0, 0, 1]);
    const { mapped } = await relatedTechniques(db, { cveId: cve, weaknesses: [] }, 10);
    expect(mapped.map((m) => [m.techniqueId, m.mappingType, m.comment, m.name])).toEqual([
      ['T1190', 'exploitation_technique', 'Now so.', null],
      ['T1400', 'exploitation_technique', `${cve} is used so.`, null],
    ]);
  });

  test('techniques that follow from weaknesses are told apart from those that were mapped', async () => {
    await good([enterprise(), kevMappings([mapping(cve, 'T1190')]), cweFile(), capecFile()]);
    const related = await relatedTechniques(db, { cveId: cve, weaknesses: ['CWE-89', 'CWE-79'] }, 10);
    expect(related).toMatchObject({
      mapped: [
        {
          techniqueId: 'T1190',
          name: 'Technique T1190',
          source: 'attack_mappings',
          derived: false,
          tactics: ['execution'],
        },
      ],
      derived: [
        {
          techniqueId: 'T1059',
          derived: true,
          via: [
            { weaknessId: 'CWE-89', attackPatternId: 'CAPEC-66' },
            { weaknessId: 'CWE-89', attackPatternId: 'CAPEC-7' },
          ],
        },
      ],
      derivedCount: 1,
    });
    expect((await derivedTechniques(db, ['CWE-79'], 10)).total).toBe(0);
    expect((await derivedTechniques(db, [], 10)).total).toBe(0);
  });

  test('the most urgent CVEs of a technique and a weakness come first, and all are counted', async () => {
    const record = (id: string, score: number) => {
      const { cve: content } = nvdRecord(id, { score }) as { cve: object };
      return { cve: { ...content, weaknesses: [{ description: [{ lang: 'en', value: 'CWE-89' }] }] } };
    };
    const ids = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'];
    const nvd = put(folder, 'nvd.json', nvdFeed(ids.map((id, i) => record(id, 5 + i))));
    const list = [...ids, 'CVE-2024-9999'].flatMap((id) => [
      mapping(id, 'T1190'),
      mapping(id, 'T1190', 'primary_impact'),
    ]);
    await good([nvd, enterprise(), kevMappings(list), capecFile()]);
    const mapped = await mappedCves(db, 'T1190', 2);
    expect([mapped.total, mapped.cves.map((c) => c.cveId)]).toEqual([4, ['CVE-2024-0003', 'CVE-2024-0002']]);
    expect(mapped.cves[0]?.mappingTypes).toEqual(['exploitation_technique', 'primary_impact']);
    expect((await mappedCves(db, 'T1190', 10)).cves.at(-1)).toMatchObject({ cveId: 'CVE-2024-9999', title: null });
    expect(await derivedCveCount(db, 'T1190')).toBe(3);
    expect(await derivedCveCount(db, 'T9999')).toBe(0);
    expect(await cvesWithWeakness(db, 'CWE-89', 1)).toMatchObject({ total: 3, cves: [{ cveId: 'CVE-2024-0003' }] });
    expect(await actorsUsing(db, 'T1059', 10)).toMatchObject({
      total: 1,
      actors: [{ id: 'G0001', name: 'Acme Bear' }],
    });
  });

  test('a source that is removed leaves nothing of it behind', async () => {
    const others = [kevMappings(), cweFile()];
    await good(others);
    const before = await cataloguesOf(db);
    await good([enterprise(), ics(), capecFile()]);
    expect(await removeCatalogue(db, 'mitre_attack')).toBe(11);
    expect(await removeCatalogue(db, 'capec')).toBe(2);
    expect(await cataloguesOf(db)).toEqual(before);
    expect(await removeCatalogue(db, 'attack_mappings')).toBe(2);
    expect(await removeCatalogue(db, 'cwe')).toBe(2);
    expect((await db.query('SELECT source FROM source_state')).rows).toEqual([]);
    for (const digest of Object.values(await cataloguesOf(db))) expect(digest).toMatch(/^0 rows/);
    const again = await good([enterprise()]);
    expect(countsOf(again, 'mitre_attack').slice(0, 3)).toEqual([9, 6, 0]);
  });

  test('the rows can be made anew from what the sources said', async () => {
    await good([enterprise(), ics(), kevMappings(), cweFile(), capecFile()]);
    const before = await cataloguesOf(db);
    for (const table of [
      'techniques',
      'tactics',
      'attack_actors',
      'vulnerability_technique',
      'weaknesses',
      'attack_patterns',
    ])
      await db.query(`DELETE FROM ${table}`);
    expect(await rebuildCatalogues(db, () => new Date(now), new AbortController().signal)).toBe(15);
    expect(await cataloguesOf(db)).toEqual(before);
  });
});
