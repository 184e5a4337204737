import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { priority, priorityFactors, type Scored } from '../../src/domain/priority.ts';

const quiet: Scored = {
  state: 'published',
  exploited: false,
  cvssScore: null,
  severity: 'UNKNOWN',
  ransomware: null,
  publicExploit: false,
  publishedAt: null,
  exploitedSince: null,
};
const day = '2026-01-01';

describe('priority', () => {
  test('the weights add up to 1', () => {
    expect(Object.values(priorityFactors).reduce((sum, f) => sum + f.weight, 0)).toBeCloseTo(1, 10);
  });

  test('the score is 0–1 and the sum of the shares, for any record on any day', () => {
    const scored = fc.record({
      state: fc.constantFrom('published' as const, 'rejected' as const),
      exploited: fc.boolean(),
      cvssScore: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: null }),
      severity: fc.constantFrom('CRITICAL' as const, 'UNKNOWN' as const, 'NONE' as const),
      ransomware: fc.option(fc.boolean(), { nil: null }),
      publicExploit: fc.boolean(),
      publishedAt: fc.constantFrom(
        null,
        '1999-01-01T00:00:00.000Z',
        '2025-12-31T00:00:00.000Z',
        '2099-01-01T00:00:00.000Z',
      ),
      exploitedSince: fc.constantFrom(null, '2020-05-05'),
    });
    const epss = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(scored, epss, (v, e) => {
        const { score, factors } = priority(v, e, day);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(factors.reduce((sum, f) => sum + f.share, 0)).toBeCloseTo(score, 3);
      }),
    );
  });

  test('an exploited hole comes before a critical one that nobody exploits', () => {
    const exploited = priority({ ...quiet, exploited: true, cvssScore: 5.5 }, null, day).score;
    expect(exploited).toBeGreaterThan(priority({ ...quiet, cvssScore: 10, publicExploit: true }, null, day).score);
  });

  test('it fades with age', () => {
    const fresh = { ...quiet, publishedAt: '2026-01-01T00:00:00.000Z' };
    const scores = ['2026-01-01', '2026-07-01', '2027-01-01', '2036-01-01'].map((d) => priority(fresh, null, d).score);
    expect(scores).toEqual([0.1, 0.071, 0.05, 0]);
  });

  test('of a rejected CVE it is 0, of one without any fact too', () => {
    expect(priority({ ...quiet, state: 'rejected', exploited: true, cvssScore: 10 }, 1, day).score).toBe(0);
    expect(priority(quiet, null, day).score).toBe(0);
  });
});
