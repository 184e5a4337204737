import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asOf } from '../../src/domain/as-of.ts';
import { canonical, differences, revert } from '../../src/domain/changes.ts';
import { merge } from '../../src/domain/merge.ts';
import type { Vulnerability } from '../../src/domain/vulnerability.ts';
import { storedRecords } from '../support/arbitraries.ts';

/** Lists are sets: sorted, they can be compared. */
function sorted(v: Vulnerability | null): unknown {
  return (
    v &&
    Object.fromEntries(
      Object.entries(v).map(([k, x]) => [k, Array.isArray(x) ? [...new Set(x.map(canonical))].sort() : canonical(x)]),
    )
  );
}

const merged = storedRecords()
  .map(merge)
  .filter((v) => v !== null);

test('what changed, taken back, gives what was', () => {
  fc.assert(
    fc.property(merged, merged, (before, after) => {
      const changes = JSON.parse(JSON.stringify(differences(before, after)));
      expect(sorted(revert(after, changes))).toEqual(sorted(before));
    }),
  );
});

test('a record does not differ from itself', () => {
  fc.assert(
    fc.property(merged, (v) => {
      expect(differences(v, JSON.parse(JSON.stringify(v)))).toEqual({});
    }),
  );
});

test('as of a day: the steps after it are taken back, and before the first there is nothing', () => {
  fc.assert(
    fc.property(merged, merged, merged, (a, b, c) => {
      const steps = [
        { changedAt: '2024-03-01T00:00:00.000Z', changes: differences(b, c) },
        { changedAt: '2024-02-01T00:00:00.000Z', changes: differences(a, b) },
      ];
      const at = (day: string) => sorted(asOf(c, '2024-01-01T00:00:00.000Z', steps, `${day}T12:00:00.000Z`));
      expect(at('2023-12-31')).toBeNull();
      expect(at('2024-01-15')).toEqual(sorted(a));
      expect(at('2024-02-15')).toEqual(sorted(b));
      expect(at('2024-03-15')).toEqual(sorted(c));
    }),
  );
});
