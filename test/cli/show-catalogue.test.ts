import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { json, openthreat } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, put } from '../support/feeds.ts';
import { load } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-show-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const evil = 'a\u001b[31mred\u001b]0;title\u0007\u009b2J\u202eb';
const cve = 'CVE-2024-0001';

/** Whatever the database is, these are the same: they are asked once. */
const onlyOnce = testDatabases()[0];

describe.each(testDatabases())('show on $name', (server) => {
  let test_: TestDatabase;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    test_ = await server.open();
    env = test_.env;
    const objects = [
      techniqueObject('T1059', { name: 'Interpreter' }),
      techniqueObject('T1059.001', { name: 'PowerShell', description: 'First.\n\n- one\n- two(Citation: X)' }),
      techniqueObject('T1086', { name: 'Old PowerShell', revoked: true }),
      techniqueObject('T1666', { name: evil, description: evil }),
      attackObject('G0016', { name: 'Acme Bear', aliases: ['Acme Bear', 'APT 0'] }),
      attackObject('S0154', { name: 'AcmeLoader' }),
      attackObject('M1001', { name: 'Signing' }),
      relation('T1059.001', 'subtechnique-of', 'T1059'),
      relation('T1086', 'revoked-by', 'T1059.001'),
      relation('G0016', 'uses', 'T1059.001'),
      relation('S0154', 'uses', 'T1059.001'),
      relation('M1001', 'mitigates', 'T1059.001', 'Sign scripts.'),
    ];
    const capec = [
      attackPatternObject(
        'CAPEC-66',
        { weaknesses: ['CWE-79'], techniques: ['T1059', 'T1059.001'] },
        { name: 'Injection' },
      ),
    ];
    const files = [
      put(folder, 'attack.json', bundle(matrix('enterprise', objects))),
      put(folder, 'capec.json', bundle(capec)),
      put(folder, 'cwe.xml', weaknessCatalogue([weaknessXml(79)])),
      put(folder, 'mappings.json', mappings([mapping(cve, 'T1059.001')])),
      put(folder, 'kev.json', kevCatalogue([kevEntry(cve)])),
    ];
    const result = await load(test_.database, files, '2026-06-01T00:00:00.000Z');
    expect(result.failures).toEqual([]);
  });
  afterAll(() => test_.drop());

  const shown = async (id: string) => {
    const { code, stdout, stderr } = await openthreat(env, ['show', id]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toMatch(control);
    return stdout;
  };

  test('a CVE has the names of its weaknesses, and its techniques by who says so', async () => {
    const text = await shown(cve);
    expect(text).toContain('  CWE-79  Weakness 79\n');
    expect(text).toContain('Techniques\n  T1059.001  PowerShell: exploitation technique, by attack_mappings\n');
    expect(text).toContain('(derived: nobody says so)\n  T1059      Interpreter, via CWE-79 › CAPEC-66\n');
    expect(await json(env, ['show', cve])).toMatchObject({
      weaknesses: ['CWE-79'],
      weaknessNames: { 'CWE-79': 'Weakness 79' },
      techniques: {
        mapped: [
          {
            techniqueId: 'T1059.001',
            derived: false,
            source: 'attack_mappings',
            mappingType: 'exploitation_technique',
          },
        ],
        derived: [
          { techniqueId: 'T1059', derived: true, via: [{ weaknessId: 'CWE-79', attackPatternId: 'CAPEC-66' }] },
        ],
        derivedCount: 1,
      },
    });
  });

  test('a technique: what it is, how to see it and stop it, who uses it, which CVEs', async () => {
    const text = await shown('t1059.001');
    expect(text).toContain('T1059.001  Interpreter: PowerShell\nEXECUTION · Linux · ATT&CK enterprise\n');
    expect(text).toContain('What\n  First.\n  - one\n  - two\n');
    expect(text).toContain('  Signing (M1001): Sign scripts.\n');
    expect(text).toContain('  groups: Acme Bear (G0016)\n  malware: AcmeLoader (S0154)\n');
    expect(text).toMatch(/CVEs mapped to it\n {2}0\.\d{3} {2}CVE-2024-0001 .*\(exploited, exploitation technique\)\n/);
    expect(text).toContain('  1 CVE has a weakness that leads here');
    expect(await json(env, ['show', 'T1059.001'])).toMatchObject({
      techniqueId: 'T1059.001',
      parentId: 'T1059',
      usedBy: [{ id: 'G0016' }, { id: 'S0154' }],
      usedByCount: 2,
      mappedCves: [{ cveId: cve, mappingTypes: ['exploitation_technique'] }],
      mappedCveCount: 1,
      derivedCveCount: 1,
    });
    expect(await shown('T1059')).toContain('Sub-techniques\n  T1059.001  PowerShell\n');
    expect(await shown('T1086')).toContain('REVOKED: T1059.001 took its place\n');
    await shown('T1666');
  });

  test('a group, software, a weakness and an attack pattern', async () => {
    expect(await shown('g0016')).toMatch(
      /^G0016 {2}Acme Bear\ngroup · also apt 0\n[\s\S]*Techniques \(1\)\n {2}T1059\.001 {2}PowerShell\n/,
    );
    expect(await shown('S0154')).toMatch(/^S0154 {2}AcmeLoader\nmalware\n/);
    expect(await shown('cwe-079')).toMatch(
      /^CWE-79 {2}Weakness 79\nbase\n[\s\S]*Attack patterns\n {2}CAPEC-66 {3}Injection\n[\s\S]*CVEs\n {2}0\.\d+ {2}CVE-2024-0001/,
    );
    expect(await shown('CAPEC-66')).toMatch(
      /^CAPEC-66 {2}Injection\n[\s\S]*Weaknesses it uses\n {2}CWE-79 {5}Weakness 79\n/,
    );
    expect(await json(env, ['show', 'G0016'])).toMatchObject({
      kind: 'group',
      techniques: [{ id: 'T1059.001', name: 'PowerShell' }],
    });
    expect(await json(env, ['show', 'CWE-79'])).toMatchObject({ weaknessId: 'CWE-79', cveCount: 1 });
    expect(await json(env, ['show', 'CAPEC-66'])).toMatchObject({ weaknessIds: ['CWE-79'] });
  });

  const refused: readonly (readonly [number, readonly string[], RegExp])[] = [
    [3, ['T9999'], /T9999 is in no catalogue that is loaded: "openthreat sync mitre_attack" fetches its catalogue\./],
    [3, ['CWE-99999'], /openthreat sync cwe/],
    [2, ['log4j'], /"log4j" is not a CVE id, nor one of a catalogue/],
    [2, ['T1059', '--sources'], /are for a CVE, which T1059 is not/],
  ];
  test.each(server.name === onlyOnce?.name ? refused : [])('ends with %i for %j', async (exit, args, message) => {
    const { code, stdout, stderr } = await openthreat(env, ['show', ...args]);
    expect([code, stdout]).toEqual([exit, '']);
    expect(stderr).toMatch(message);
  });
});
