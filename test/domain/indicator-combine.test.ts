import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IndicatorReport } from '../../src/domain/indicator.ts';
import { combineReports } from '../../src/domain/indicator-combine.ts';
import { foldedFamily, spellingsOfFamily } from '../../src/domain/indicator-family.ts';
import { hostOf } from '../../src/domain/indicator-parts.ts';
import { report } from '../support/indicators.ts';

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const time = maybe(fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'));
const word = maybe(fc.constantFrom('emotet', 'qakbot', 'trickbot'));

const anyReport: fc.Arbitrary<IndicatorReport> = fc.record({
  type: fc.constant('domain' as const),
  value: fc.constant('bad.example.net'),
  threatType: word,
  malware: word,
  tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'emotet')),
  confidence: maybe(fc.constantFrom(0.2, 0.5, 0.9)),
  firstSeen: time,
  lastSeen: time,
  active: maybe(fc.boolean()),
  sourceUrl: word,
  context: fc.dictionary(fc.constantFrom('port', 'file'), fc.constantFrom<string | number>(80, 8080, 'x')),
});

describe('reports of one input on one indicator', () => {
  test('are joined in any order and any groups to the same', () => {
    fc.assert(
      fc.property(anyReport, anyReport, anyReport, (a, b, c) => {
        const one = combineReports(combineReports(a, b), c);
        expect(combineReports(c, combineReports(b, a))).toEqual(one);
        expect(combineReports(combineReports(a, c), b)).toEqual(one);
        expect(combineReports(one, a)).toEqual(one);
      }),
    );
  });

  test('the one seen last speaks, and other families stay as tags', () => {
    const old = report({
      type: 'ip',
      value: '45.61.3.4',
      malware: 'emotet',
      tags: ['c2'],
      lastSeen: '2026-01-01T00:00:00.000Z',
    });
    const recent = { ...old, malware: 'qakbot', tags: [], active: false, lastSeen: '2026-02-01T00:00:00.000Z' };
    expect(combineReports(old, recent)).toEqual({ ...recent, tags: ['c2', 'emotet'] });
  });
});

test.each([
  ['url', 'http://user@bad.example.net:8080/a@b?c', 'bad.example.net'],
  ['url', 'http://[2a0c:9a40::1]:8080/x', '2a0c:9a40::1'],
  ['url', 'https://bad.example.net?x', 'bad.example.net'],
  ['email', 'a@bad.example.net', 'bad.example.net'],
  ['domain', 'bad.example.net', null],
] as const)('the host of the %s %s', (type, value, host) => {
  expect(hostOf({ type, value })).toBe(host);
});

test('the spellings of a family are one', () => {
  const spellings = spellingsOfFamily('cobalt_strike');
  expect(spellings).toEqual(['cobalt_strike', 'cobaltstrike', 'cobalt-strike', 'cobalt strike']);
  expect(new Set(spellings.map(foldedFamily))).toEqual(new Set(['cobaltstrike']));
});
