import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cvssVersion, isCvssScore, parseVector, scoreOf, severityNamed, severityOf } from '../../src/domain/cvss.ts';

test('severity follows the scale of the version', () => {
  expect([0, 3.9, 4, 6.9, 7, 9.8].map((score) => severityOf('2.0', score))).toEqual([
    'LOW',
    'LOW',
    'MEDIUM',
    'MEDIUM',
    'HIGH',
    'HIGH',
  ]);
  expect([0, 0.1, 4, 7, 8.9, 9].map((score) => severityOf('3.1', score))).toEqual([
    'NONE',
    'LOW',
    'MEDIUM',
    'HIGH',
    'HIGH',
    'CRITICAL',
  ]);
});

test('a score is 0 to 10, and 0 is one', () => {
  expect([0, 0.1, 10].every(isCvssScore)).toBe(true);
  expect([-0.1, 10.1, 11, Number.NaN, Number.POSITIVE_INFINITY].some(isCvssScore)).toBe(false);
});

test('a vector tells its version', () => {
  expect(parseVector('(AV:N/AC:L/Au:N/C:P/I:P/A:P)')).toEqual({ version: '2.0', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' });
  expect(parseVector('CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H')?.version).toBe('3.0');
  expect(parseVector('CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/U:Amber')?.version).toBe('4.0');
});

test.each([
  '',
  'AV:N',
  'CVSS:3.1/',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N',
  'CVSS:9.9/AV:N/AC:L/Au:N/C:P/I:P/A:P',
  'CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P',
  'AV:N/AC:L/Au:N/C:P/I:P/A:P/',
  '<script>',
])('%j is no vector', (text) => expect(parseVector(text)).toBeNull());

test('a missing score is computed as the publishers do', () => {
  expect(scoreOf('AV:N/AC:L/Au:N/C:P/I:P/A:P')).toBe(7.5);
  expect(scoreOf('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:U')).toBe(10); // the base score, without time
  expect(scoreOf('CVSS:4.0/AV:P/AC:H/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:P')).toBe(0.3); // CVE-2025-6666
  expect(scoreOf('CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H')).toBeNull();
});

test('versions and severities are read from the words in use', () => {
  expect(['3', '3.1', '5.0'].map(cvssVersion)).toEqual(['3.0', '3.1', null]);
  expect(['Important', ' moderate', 'constructor', 'x'].map(severityNamed)).toEqual(['HIGH', 'MEDIUM', null, null]);
});

test('any text has a score between 0 and 10 or none', () => {
  const metric = fc.constantFrom(
    'AV',
    'AC',
    'Au',
    'C',
    'I',
    'A',
    'PR',
    'UI',
    'S',
    'E',
    'VC',
    'VI',
    'VA',
    'SC',
    'SI',
    'SA',
    'AT',
  );
  const value = fc.constantFrom('N', 'L', 'H', 'P', 'C', 'U', 'A', 'M', 'S', 'X', 'Z');
  const vector = fc
    .tuple(fc.constantFrom('', 'CVSS:3.1/', 'CVSS:4.0/'), fc.array(fc.tuple(metric, value)))
    .map(([prefix, parts]) => prefix + parts.map((part) => part.join(':')).join('/'));
  fc.assert(
    fc.property(fc.oneof(fc.string(), vector), (text) => {
      const score = scoreOf(text);
      if (score !== null) expect(isCvssScore(score)).toBe(true);
    }),
  );
});
