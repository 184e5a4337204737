import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyScore,
  curveUntil,
  type EpssPoint,
  epssFactor,
  epssStep,
  hasMoved,
  historyStep,
  needsNoCurve,
  sampled,
} from '../../src/domain/epss.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
const point = (n: number, epss: number, percentile = epss): EpssPoint => ({ day: day(n), epss, percentile });

/** One CVE as the database has it, and the scores of days played into it. */
class Stored {
  current: EpssPoint | null = null;
  readonly points = new Map<string, EpssPoint>();
  writes = 0;

  say(said: EpssPoint): void {
    const before = this.curve.findLast((p) => p.day <= said.day) ?? null;
    const standing = needsNoCurve(said, this.current)
      ? { before: this.current, later: false }
      : { before, later: this.curve.some((p) => p.day > said.day) };
    const change = applyScore(said, { current: this.current, ...standing }, this.current?.day ?? null);
    if (change.current) this.current = change.current;
    for (const p of change.points) this.points.set(p.day, p);
    this.writes += change.points.length + (change.current ? 1 : 0);
  }

  get curve(): EpssPoint[] {
    return [...this.points.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  }
}

const score = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.01, noNaN: true }));
const days = fc
  .uniqueArray(fc.record({ n: fc.nat(60), epss: score }), { minLength: 1, maxLength: 40, selector: (d) => d.n })
  .map((list) => list.map(({ n, epss }) => point(n, Number(epss.toFixed(5)))));
const inOrder = (list: readonly EpssPoint[]) => [...list].sort((a, b) => (a.day < b.day ? -1 : 1));

describe('the curve of a CVE', () => {
  test.each([
    [0.002, 0.0029, false], // below 0.01 a step is 0.001
    [0.002, 0.003, true],
    [0.05, 0.054, false], // a tenth
    [0.05, 0.055, true],
    [0.9, 0.909, false], // never more than 0.01
    [0.9, 0.91, true],
    [0.91, 0.9, true],
    [0.00012, 0.00002, false],
  ])('from %d to %d is a step: %s', (kept, epss, moved) => {
    expect(hasMoved(kept, epss)).toBe(moved);
  });

  test('no score on any day is a step away from the last point before it, when the days come in order', () => {
    fc.assert(
      fc.property(days, (list) => {
        const stored = new Stored();
        for (const said of inOrder(list)) stored.say(said);
        for (const said of list) {
          const shown = stored.curve.findLast((p) => p.day <= said.day);
          expect(shown && Math.abs(shown.epss - said.epss)).toBeLessThan(historyStep.most);
          expect(shown && hasMoved(shown.epss, said.epss)).toBe(false);
        }
      }),
    );
  });

  test('begins with the first day, and all its points were said', () => {
    fc.assert(
      fc.property(days, (list) => {
        const stored = new Stored();
        for (const said of inOrder(list)) stored.say(said);
        expect(stored.curve[0]).toEqual(inOrder(list)[0]);
        expect(list).toEqual(expect.arrayContaining(stored.curve));
      }),
    );
  });

  test('the same days again write nothing', () => {
    fc.assert(
      fc.property(days, (list) => {
        const stored = new Stored();
        for (const said of inOrder(list)) stored.say(said);
        const before = stored.writes;
        for (const said of inOrder(list)) stored.say(said);
        expect(stored.writes).toBe(before);
      }),
    );
  });

  test('in any order the newest day is the current one, and the curve ends near it', () => {
    fc.assert(
      fc.property(days, (list) => {
        const stored = new Stored();
        for (const said of list) stored.say(said);
        expect(stored.current).toEqual(inOrder(list).at(-1));
        expect(list).toEqual(expect.arrayContaining(stored.curve));
        const last = stored.curve.at(-1);
        expect(last && stored.current && hasMoved(last.epss, stored.current.epss)).toBe(false);
      }),
    );
  });

  test('a day that is said anew with another score takes its place', () => {
    const stored = new Stored();
    for (const p of [point(0, 0.1), point(1, 0.5), point(1, 0.6)]) stored.say(p);
    expect(stored.current).toEqual(point(1, 0.6));
    expect(stored.curve).toEqual([point(0, 0.1), point(1, 0.6)]);
  });

  test('a CVE that a newer day does not list is not brought back by an older one', () => {
    const change = applyScore(point(3, 0.5), { current: null, before: null, later: false }, day(4));
    expect(change).toEqual({ current: null, points: [point(3, 0.5)] });
  });

  test('is cut at a day, and sampled evenly: a score stands until the next one', () => {
    const curve = [point(0, 0.1), point(4, 0.5), point(8, 0.2)];
    expect(curveUntil(curve, day(5))).toEqual(curve.slice(0, 2));
    expect(sampled(curve, 5)).toEqual([0.1, 0.1, 0.5, 0.5, 0.2]);
    expect(sampled([], 5)).toEqual([]);
  });
});

test('in the priority a score counts in steps, and no step is further than half of one from the score', () => {
  expect([null, 0, 0.009, 0.0101, 0.94358, 1].map(epssFactor)).toEqual([0, 0, 0, 0.02, 0.94, 1]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (epss) => {
      expect(Math.abs(epssFactor(epss) - epss)).toBeLessThanOrEqual(epssStep / 2 + 1e-9);
      expect(epssFactor(epss)).toBe(Number(epssFactor(epss).toFixed(2)));
    }),
  );
});
