import { describe, expect, test } from 'vitest';
import { differing, listDifference } from '../../web/src/lib/differences.ts';
import { day, exactTime, percent, time } from '../../web/src/lib/format.ts';
import { valueText } from '../../web/src/lib/values.ts';
import { weaknessName } from '../../web/src/lib/weakness-name.ts';

describe('what changed', () => {
  test('of two long texts, what differs is left with a little around it', () => {
    const before = `${'word '.repeat(40)}through 1.0.1f ${'more '.repeat(40)}`;
    const { from, to } = differing(before, before.replace('1.0.1f', '1.0.1g'));
    expect(from).toContain('1.0.1f');
    expect(to).toContain('1.0.1g');
    expect(from.startsWith('… ') && from.endsWith(' …')).toBe(true);
    expect(to.length).toBeLessThan(120);
  });

  test('short texts stay whole', () => {
    expect(differing('HIGH', 'CRITICAL')).toEqual({ from: 'HIGH', to: 'CRITICAL' });
  });

  test('what is on both sides of a list has changed in its details only', () => {
    expect(listDifference(['a', 'b'], ['b', 'c'])).toEqual({ added: ['a'], removed: ['c'], changed: ['b'] });
  });
});

describe('values in words', () => {
  test('what nobody said is left out, days are for people', () => {
    expect(valueText({ since: '2024-04-12', action: 'Update.', ransomware: null })).toBe(
      'since 12 Apr 2024, action Update',
    );
  });

  test('numbers and names of nothing stay themselves', () => {
    expect([valueText(0), valueText(false), valueText(null), valueText([])]).toEqual(['0', 'no', '–', '–']);
  });

  test('times are in UTC, months of three letters', () => {
    expect(day('2026-09-01T23:59:59Z')).toBe('1 Sep 2026');
    expect(time('2026-11-23T19:27:28.534Z')).toBe('23 Nov 2026, 19:27 UTC');
    expect(exactTime('2026-11-23T19:27:28.534Z')).toBe('2026-11-23 19:27:28 UTC');
  });

  test('a chance is never rounded to certain, nor to nothing', () => {
    const shown = [0.9999, 1, 0.943, 0.0001, 0.00001].map((value) => percent(value).replace('\u00a0', ' '));
    expect(shown).toEqual(['99.9 %', '100.0 %', '94.3 %', '0.01 %', '0.001 %']);
  });

  test('a weakness has the name that people use, where CWE gives one', () => {
    expect(weaknessName("Improper Neutralization of Input ('Cross-site Scripting')")).toBe('Cross-site Scripting');
    expect(weaknessName('Use After Free')).toBe('Use After Free');
  });
});
