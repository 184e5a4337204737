import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/docs/pages.ts';
import { unlicensed } from '../../scripts/licences/check.ts';
import { isMet } from '../../scripts/licences/spdx.ts';
import type { Sbom } from '../../scripts/sbom/settled.ts';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
}

const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

describe('licences', () => {
  test.each([
    ['MIT', true],
    ['GPL-3.0', false],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND GPL-3.0', false],
    ['GPL-3.0 OR MIT AND ISC', true],
    ['MIT OR GPL-3.0 AND AGPL-3.0', true],
    ['(MIT OR GPL-3.0) AND AGPL-3.0', false],
    ['GPL-2.0 WITH Classpath-exception-2.0', false],
    ['(MIT', false],
    ['SEE LICENSE IN LICENSE', false],
    ['', false],
  ])('%s', (expression, met) => {
    expect(isMet(expression, new Set(['MIT', 'ISC']))).toBe(met);
  });

  test('all packages have one that is allowed', () => expect(unlicensed(lock)).toEqual([]));

  test('others are found: unknown ones, none, and an exception that is shipped', () => {
    const exception = { name: /^tool$/, licence: 'MPL-2.0', reason: 'a test' };
    const packages = {
      'node_modules/a': { license: 'GPL-3.0', dev: true },
      'node_modules/b': {},
      'node_modules/a/node_modules/tool': { license: 'MPL-2.0' },
      'node_modules/tool': { license: 'MPL-2.0', dev: true },
    };
    const paths = (given: typeof packages | object) =>
      unlicensed({ packages: { ...given } }, [exception]).map(({ path }) => path);
    expect(paths(packages)).toEqual(['node_modules/a', 'node_modules/b', 'node_modules/a/node_modules/tool']);
    expect(paths({})).toEqual(['/^tool$/']);
  });
});

test('the SBOM names us and everything that is needed at run time, the same each time', () => {
  const made = () =>
    execFileSync(process.execPath, [join(root, 'scripts', 'sbom.ts')], {
      encoding: 'utf8',
      env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
    });
  const first = made();
  const sbom: Sbom & { bomFormat: string } = JSON.parse(first);
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { timestamp: '2023-11-14T22:13:20.000Z', component: { name: 'openthreat', type: 'application' } },
  });
  const wanted = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
  const named = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
  const refs = new Set(sbom.components.map((component) => component['bom-ref']));
  for (const { ref, dependsOn } of sbom.dependencies) {
    expect(ref === sbom.metadata.component['bom-ref'] || refs.has(ref)).toBe(true);
    for (const other of dependsOn) expect(refs).toContain(other);
  }
  expect(wanted.length).toBeGreaterThan(100);
  expect([...named].sort()).toEqual([...new Set(wanted)].sort());
  expect(made()).toBe(first);
}, 60_000);
