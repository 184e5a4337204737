import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Affected } from '../../src/domain/record.ts';
import { affects, compareVersions, isWithin, sortedVersions } from '../../src/domain/versions.ts';

const product = (versions: Affected['versions'], rest: Partial<Affected> = {}): Affected => ({
  vendor: 'v',
  product: 'p',
  versions,
  ...rest,
});

test.each([
  ['1.9', '1.10'],
  ['1.0.1f', '1.0.1g'],
  ['1.0.1', '1.0.1a'],
  ['1.0-alpha', '1.0-beta'],
  ['1.0-beta', '1.0-rc1'],
  ['1.0-rc1', '1.0'],
  ['1.0-rc.2', '1.0-rc.10'],
  ['3.4 beta18', '3.4'],
  ['2.0.0.M1', '2.0.0.RC1'],
  ['3.9b2', '3.9'],
  ['4.0', '4.0 sp1'],
  ['4.0 sp2', '4.0 sp6'],
  ['1.8.0 update 9', '1.8.0 update 10'],
  ['7u121', '7u131'],
  ['2.0.0', '2.0.0p9'],
  ['1.0~rc1', '1.0'],
  ['5.10.9', '5.10.*'],
  ['5.10.*', '5.11'],
  ['2023.q3.4', '2023.q4.1'],
  ['99999999999999999998', '99999999999999999999'],
])('%s comes before %s', (earlier, later) => {
  expect(compareVersions(earlier, later)).toBeLessThan(0);
  expect(compareVersions(later, earlier)).toBeGreaterThan(0);
});

test.each([
  ['1.0', '1.0.0'],
  ['v1.2', '1.2'],
  ['1.0.Final', '1.0'],
  ['01.02', '1.2'],
  ['1.0-RC1', '1.0 rc1'],
])('%s is %s', (a, b) => expect(compareVersions(a, b)).toBe(0));

test('semver: pre-release identifiers count one by one, build metadata does not', () => {
  const order = [
    '1.0.0-0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
  ];
  expect(order.toReversed().toSorted((a, b) => compareVersions(a, b, 'semver'))).toEqual(order);
  expect(compareVersions('1.0.0+build1', '1.0.0', 'semver')).toBe(0);
});

test('packages: the epoch comes first', () => {
  expect(compareVersions('1:1.0', '2.0', 'rpm')).toBeGreaterThan(0);
  expect(compareVersions('0:1.0', '1.0', 'deb')).toBe(0);
});

const piece = fc.constantFrom(
  '1',
  '0',
  '00',
  '10',
  '2',
  '9',
  'a',
  'b',
  'f',
  'rc',
  'beta',
  'alpha',
  'x',
  '*',
  '.',
  '-',
  '~',
  ' ',
  '+',
  ':',
  'sp',
  'u',
  'final',
  'v',
  'ü',
  'constructor',
);
const version = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ maxLength: 12 }),
);
const type = fc.constantFrom(undefined, 'semver', 'rpm', 'custom');

test('the order is total: antisymmetric, transitive, and equal to itself', () => {
  fc.assert(
    fc.property(version, version, version, type, (a, b, c, kind) => {
      const compare = (x: string, y: string) => Math.sign(compareVersions(x, y, kind));
      expect(compare(a, a)).toBe(0);
      expect(compare(a, b) + compare(b, a)).toBe(0);
      const [low = '', middle = '', high = ''] = [a, b, c].sort(compare);
      expect(compare(low, middle)).toBeLessThanOrEqual(0);
      expect(compare(middle, high)).toBeLessThanOrEqual(0);
      expect(compare(low, high)).toBeLessThanOrEqual(0);
    }),
  );
});

test('sorting gives one answer whatever the order was', () => {
  fc.assert(
    fc.property(fc.uniqueArray(version), (versions) => {
      expect(sortedVersions(versions.toReversed())).toEqual(sortedVersions(versions));
    }),
  );
});

test('ends are included unless excluded', () => {
  expect(isWithin({ from: '1.0.1', to: '1.0.1g', toExcluded: true }, '1.0.1f')).toBe(true);
  expect(isWithin({ from: '1.0.1', to: '1.0.1g', toExcluded: true }, '1.0.1g')).toBe(false);
  expect(isWithin({ to: '2.0' }, '2.0.0')).toBe(true);
  expect(isWithin({ from: '4.0', fromExcluded: true }, '4.0')).toBe(false);
  expect(isWithin({}, 'anything')).toBe(true);
  expect(isWithin({ from: '5.x', to: '6.2.x' }, '5.0')).toBe(true);
  expect(isWithin({ from: '5.x', to: '6.2.x' }, '6.2.99')).toBe(true);
});

test('what has no order is not decided', () => {
  expect(isWithin({ from: '10.0', to: 'publication', toExcluded: true }, '10.1')).toBeNull();
  expect(isWithin({ from: '10.0', to: 'publication', toExcluded: true }, '9.0')).toBe(false);
  expect(isWithin({ from: 'Android 12', to: 'Android 14' }, '13')).toBeNull();
  expect(
    isWithin({ from: '52539ca89f36', to: '80ac0cc9c0be', toExcluded: true, type: 'git' }, '33ac5a4eb3d4'),
  ).toBeNull();
  expect(
    isWithin({ from: '52539ca89f36', to: '80ac0cc9c0be', toExcluded: true, type: 'git' }, '52539ca89f36aabbcc'),
  ).toBe(true);
});

test('a CPE configuration: listed versions and ranges, and nothing else', () => {
  const openssl = product(['1.0.2 beta1', { from: '1.0.1', to: '1.0.1g', toExcluded: true }]);
  expect(affects(openssl, '1.0.1f')).toEqual({
    affected: true,
    because: { kind: 'range', range: openssl.versions[1] },
  });
  expect(affects(openssl, '1.0.2-beta1')).toEqual({
    affected: true,
    because: { kind: 'version', version: '1.0.2 beta1' },
  });
  expect(affects(openssl, '1.0.1g')).toEqual({ affected: false, because: { kind: 'unlisted' } });
  expect(affects(product([{}]), '3')).toEqual({ affected: true, because: { kind: 'all' } });
});

test('NA alone means a product whose versions are not told apart', () => {
  expect(affects(product(['-']), '10.0.19045')).toEqual({ affected: true, because: { kind: 'all' } });
  expect(affects(product(['-', 'r2']), '10.0.19045')?.affected).toBe(false);
});

test('a CVE record of the Linux kernel: affected by default, fixed in each branch', () => {
  const kernel = product(
    [
      '4.18',
      { to: '4.18', toExcluded: true, type: 'semver', status: 'unaffected' },
      { from: '5.10.224', to: '5.10.*', type: 'semver', status: 'unaffected' },
    ],
    { defaultStatus: 'affected' },
  );
  expect(affects(kernel, '4.18')?.affected).toBe(true);
  expect(affects(kernel, '4.17.3')?.affected).toBe(false);
  expect(affects(kernel, '5.10.223')).toEqual({ affected: true, because: { kind: 'default' } });
  expect(affects(kernel, '5.10.230')?.affected).toBe(false);
  expect(affects(kernel, '5.11')?.affected).toBe(true);
});

test('a version listed by itself comes before the ranges', () => {
  const fixed = product(
    [
      { to: '3.0', type: 'custom' },
      { from: '2.5', to: '2.5', status: 'unaffected' },
    ],
    { defaultStatus: 'unaffected' },
  );
  expect(affects(fixed, '2.5')?.affected).toBe(false);
  expect(affects(fixed, '2.4')?.affected).toBe(true);
});

test('wildcards stand for what starts so', () => {
  expect(affects(product(['2.7.x']), '2.7.4')?.affected).toBe(true);
  expect(affects(product(['2.7.x']), '2.70')?.affected).toBe(false);
  expect(affects(product(['5*']), '55.1')?.affected).toBe(true);
});

test('nothing said is no verdict', () => {
  expect(affects(product([]), '1.0')).toBeNull();
  expect(affects(product(['1.0'], { defaultStatus: 'unknown' }), '2.0')).toBeNull();
  expect(
    affects(product([{ to: 'publication', toExcluded: true }], { defaultStatus: 'unaffected' }), '1.0'),
  ).toBeNull();
});
