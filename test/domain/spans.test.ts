import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shifted, spanStarts, startOfSpan } from '../../src/domain/spans.ts';

const days = fc.integer({ min: 0, max: 40_000 }).map((n) => shifted('1990-01-01', n));
const intervals = fc.constantFrom('day' as const, 'week' as const, 'month' as const);

test('months begin on their first, weeks on Mondays', () => {
  expect(startOfSpan('month', '2024-02-29')).toBe('2024-02-01');
  expect(startOfSpan('week', '2024-06-02')).toBe('2024-05-27');
  expect(startOfSpan('week', '2024-05-27')).toBe('2024-05-27');
  expect(startOfSpan('day', '2024-02-29')).toBe('2024-02-29');
});

test('spans follow each other without a gap, from the one of the first day to the one of the last', () => {
  fc.assert(
    fc.property(intervals, days, fc.integer({ min: 0, max: 900 }), (interval, from, length) => {
      const to = shifted(from, length);
      const starts = spanStarts(interval, from, to, 10_000);
      expect([starts[0], starts.at(-1)]).toEqual([startOfSpan(interval, from), startOfSpan(interval, to)]);
      for (const [i, start] of starts.entries()) {
        expect(startOfSpan(interval, start)).toBe(start);
        if (i > 0) expect(startOfSpan(interval, shifted(start, -1))).toBe(starts[i - 1]);
      }
    }),
  );
});

test('too many spans are told by one more than were wanted', () => {
  expect(spanStarts('day', '2024-01-01', '2024-12-31', 10)).toHaveLength(11);
});
