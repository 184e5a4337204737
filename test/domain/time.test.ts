import fc from 'fast-check';
import { expect, test } from 'vitest';
import { day, utc } from '../../src/domain/time.ts';

test.each([
  ['2021-12-10T10:15:09.143', '2021-12-10T10:15:09.143Z'], // NVD: no zone is UTC
  ['2021-12-10T10:15:09.143Z', '2021-12-10T10:15:09.143Z'],
  ['2024-05-21T19:03:21.168759Z', '2024-05-21T19:03:21.168Z'],
  ['2025-08-25T17:04:19.9796Z', '2025-08-25T17:04:19.979Z'],
  ['2024-01-31T10:15:00.5', '2024-01-31T10:15:00.500Z'],
  ['2024-01-31T10:15', '2024-01-31T10:15:00.000Z'],
  ['2024-01-31', '2024-01-31T00:00:00.000Z'],
  [' 2024-01-31 ', '2024-01-31T00:00:00.000Z'],
  ['2024-01-31 10:15:00', '2024-01-31T10:15:00.000Z'],
  ['2024-01-31 10:15:00 UTC', '2024-01-31T10:15:00.000Z'],
  ['2024-01-31T23:30:00-05:00', '2024-02-01T04:30:00.000Z'],
  ['2024-01-01T00:30:00+0200', '2023-12-31T22:30:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2100-12-31', '2100-12-31T00:00:00.000Z'],
])('%j is %s', (text, expected) => expect(utc(text)).toBe(expected));

test.each([
  '',
  'yesterday',
  '2023-02-29',
  '2024-02-30',
  '2024-13-01',
  '2024-00-10',
  '2024-01-32',
  '9999-12-31',
  '0001-01-01',
  '1979-12-31',
  '2024-1-1',
  '2024-01-01T24:00:00',
  '2024-01-01T10:60:00',
  '2024-01-01T10:15:61',
  '2024-01-01T10:15:00.',
  '2024-01-01T10:15:00+25:00',
  '2024-01-01x',
  '1980-01-01T00:00:00+01:00',
  '2024-01-01T10:15:00.1234567890'.repeat(9),
])('%j is no usable date', (text) => expect(utc(text)).toBeNull());

test('a day is the day in UTC', () => {
  expect(day('2024-01-31T23:30:00-05:00')).toBe('2024-02-01');
  expect(day('2022-05-04')).toBe('2022-05-04');
  expect(day('soon')).toBeNull();
});

test('what comes out is left as it is, and agrees with the calendar', () => {
  const date = fc.date({
    min: new Date('1980-01-01T00:00:00.000Z'),
    max: new Date('2100-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(date, (moment) => {
      expect(utc(moment.toISOString())).toBe(moment.toISOString());
      expect(utc(moment.toISOString().slice(0, -1))).toBe(moment.toISOString());
    }),
  );
});

test('any text is a moment or null', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{0,9})?)?([+-]\d\d:?\d\d|Z)?$/),
      ),
      (text) => {
        const moment = utc(text);
        if (moment !== null) expect(new Date(moment).toISOString()).toBe(moment);
      },
    ),
  );
});
