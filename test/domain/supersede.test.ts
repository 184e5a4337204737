import { describe, expect, test } from 'vitest';
import { emptyRecord, type SourceRecord } from '../../src/domain/record.ts';
import { supersede } from '../../src/domain/supersede.ts';
import type { StoredRecord } from '../../src/domain/vulnerability.ts';

const version = (day: string | null, over: Partial<SourceRecord> = {}): SourceRecord => ({
  ...emptyRecord('CVE-2024-0001', 'nvd'),
  modifiedAt: day && `${day}T00:00:00.000Z`,
  description: `as of ${day}`,
  ...over,
});
const rejected = (day: string) => version(day, { state: 'rejected', description: 'a duplicate' });
const play = (...records: SourceRecord[]) =>
  records.reduce<StoredRecord | null>((stored, r) => supersede(stored, r) ?? stored, null);

describe('a source that speaks again', () => {
  test('newer replaces older, older never replaces newer', () => {
    expect(play(version('2024-01-01'), version('2024-02-01'))?.record.description).toBe('as of 2024-02-01');
    expect(play(version('2024-02-01'), version('2024-01-01'))?.record.description).toBe('as of 2024-02-01');
  });

  test('a record without a date is what the source says now', () => {
    expect(play(version('2024-02-01'), version(null))?.record.description).toBe('as of null');
  });

  test('a rejection keeps what was published, in whatever order they come', () => {
    const [old, newer, end] = [version('2024-01-01'), version('2024-02-01'), rejected('2024-03-01')];
    for (const order of [
      [old, newer, end],
      [end, old, newer],
      [end, newer, old],
      [newer, end, old],
    ]) {
      const stored = play(...order);
      expect(stored?.record.state).toBe('rejected');
      expect(stored?.published?.description).toBe('as of 2024-02-01');
    }
  });

  test('a CVE that is published again is published', () => {
    expect(play(rejected('2024-01-01'), version('2024-02-01'))).toMatchObject({
      record: { state: 'published' },
      published: null,
    });
  });
});
