import { expect, test } from 'vitest';
import { auditArguments, auditText } from '../../src/db/write/audit-text.ts';
import { momentBefore } from '../../src/domain/ago.ts';

test.each([
  ['postgresql://me:hunter2@db.example/threats', 'postgresql://me:…@db.example/threats'],
  [`ALTER ROLE me PASSWORD 'it''s hunter2' VALID UNTIL 'x'`, `ALTER ROLE me PASSWORD … VALID UNTIL 'x'`],
  ['host=db password=hunter2 user=me', 'host=db password=… user=me'],
  ['key ot_i1TCsF53yTib8E7JH0dZRBCBNGug-iFpeXkwFpDyCQs-hdx8g here', 'key ot_… here'],
  ['AGE-SECRET-KEY-1QQPQYRZSX9S', 'AGE-SECRET-KEY-…'],
  ['https://feed.example/?api_key=hunter2&page=3', 'https://feed.example/?api_key=…&page=3'],
  ['nothing of that kind: 2024-01-01', 'nothing of that kind: 2024-01-01'],
  ['a NUL \0 and half a pair \ud800', 'a NUL \ufffd and half a pair \ufffd'],
])('%j is written down as %j', (text, written) => {
  expect(auditText(text)).toBe(written);
});

test('arguments are bounded, and secrets told by their names are left out', () => {
  const found = auditArguments({
    authToken: 'hunter2',
    passphraseFile: '/etc/passphrase',
    files: Array.from({ length: 1000 }, (_, n) => `file ${n}`),
    long: 'x'.repeat(5000),
    deep: { a: { b: { c: { d: 'hunter2' } } } },
    full: true,
    since: new Date('2024-01-01'),
    nothing: undefined,
  });
  expect(found).toMatchObject({ authToken: '…', passphraseFile: '/etc/passphrase', full: true });
  expect(found.since).toBe('2024-01-01T00:00:00.000Z');
  expect(found.files).toHaveLength(21);
  expect((found.files as string[]).at(-1)).toBe('and 980 more');
  expect(JSON.stringify(found).length).toBeLessThan(1500);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test.each([
  ['7d', '2024-05-25T12:00:00.000Z'],
  ['90min', '2024-06-01T10:30:00.000Z'],
  ['2024-01-31', '2024-01-31T00:00:00.000Z'],
  ['2024-01-31T10:15Z', '2024-01-31T10:15:00.000Z'],
  ['7 weeks', null],
  ['', null],
  ['999999d', null],
])('%j is %j', (text, moment) => {
  expect(momentBefore(text, new Date('2024-06-01T12:00:00Z'))).toBe(moment);
});
