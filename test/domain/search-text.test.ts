import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestCorrection, slips } from '../../src/domain/spelling.ts';
import { terms } from '../../src/domain/terms.ts';

describe('spelling', () => {
  test('a swap of neighbours is one slip', () => {
    expect(slips('micorsoft', 'microsoft')).toBe(1);
    expect(slips('exchnage', 'exchange')).toBe(1);
    expect(slips('', 'abc')).toBe(3);
  });

  test('slips are symmetric and bounded by the longer word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(slips(a, b)).toBe(slips(b, a));
        expect(slips(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(slips(a, a)).toBe(0);
      }),
    );
  });

  test('the nearest word wins, of equally near ones the most common', () => {
    const candidates = [
      { term: 'exchanged', documents: 900 },
      { term: 'exchange', documents: 300 },
      { term: 'exchanse', documents: 2 },
    ];
    expect(bestCorrection('exchnage', candidates)?.term).toBe('exchange');
    expect(bestCorrection('xyz', [{ term: 'abc', documents: 9 }])).toBeNull();
  });

  test('the words of a record: names split, no numbers, none twice', () => {
    const found = terms({
      title: 'Log4j2 Log4j2',
      description: 'in 2.14.1 of it',
      vendors: ['apache'],
      products: ['log4j_core'],
      weaknesses: ['CWE-502'],
    });
    expect([...found].sort()).toEqual([
      'apache',
      'core',
      'cwe:CWE-502',
      'log4j',
      'log4j2',
      'product:log4j_core',
      'vendor:apache',
    ]);
  });
});
