import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentInWords } from '../../src/sources/moment-in-words.ts';

const format = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
const date = fc.date({ min: new Date('1980-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });

test('every second of a century is read back from its words', () => {
  fc.assert(
    fc.property(date, (moment) => {
      moment.setUTCMilliseconds(0);
      expect(momentInWords(format.format(moment))).toBe(moment.toISOString());
    }),
  );
});

test.each([
  ['Jul 9, 2026, 12:00:00 AM', '2026-07-09T00:00:00.000Z'],
  ['Jul 9, 2026, 12:00:00 PM', '2026-07-09T12:00:00.000Z'],
  ['July 9, 2026', '2026-07-09T00:00:00.000Z'],
  ['2026-07-09T10:00:00+02:00', '2026-07-09T08:00:00.000Z'],
  ['Feb 29, 2023, 1:00:00 PM', null],
  ['Jul 9, 2026, 13:00:00 PM', null],
  ['Jul 9, 2026, 0:00:00 AM', null],
  ['Foo 9, 2026, 1:00:00 PM', null],
  ['yesterday', null],
  ['', null],
])('%j', (text, moment) => {
  expect(momentInWords(text)).toBe(moment);
});
