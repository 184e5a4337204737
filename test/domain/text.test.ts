import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalName } from '../../src/domain/names.ts';
import { cleanText, isStorable, truncated } from '../../src/domain/text.ts';
import { cweId, cweIdsIn } from '../../src/domain/weakness.ts';

/** Any UTF-16 units: with U+0000 and halves of surrogate pairs. */
const anyText = fc
  .array(fc.oneof(fc.constantFrom(0, 32, 65, 0xd83d, 0xde00, 0xdfff), fc.nat(0xffff)))
  .map((units) => String.fromCharCode(...units));

test('what PostgreSQL refuses is replaced and counted', () => {
  expect(cleanText(' a\0b\ud83d ')).toEqual({ text: 'a\uFFFDb\uFFFD', replaced: 2 });
  expect(cleanText('whole 😀')).toEqual({ text: 'whole 😀', replaced: 0 });
});

test('a cleaned or truncated text can always be stored', () => {
  fc.assert(
    fc.property(anyText, fc.nat(20), (text, length) => {
      const clean = cleanText(text);
      expect(isStorable(clean.text)).toBe(true);
      expect(clean.replaced === 0).toBe(isStorable(text));
      expect(isStorable(truncated(clean.text, length))).toBe(true);
    }),
  );
});

test('one vendor and one product have one name, whoever writes it', () => {
  expect(canonicalName('Microsoft')).toBe(canonicalName('microsoft'));
  expect(canonicalName(' Internet  Explorer ')).toBe('internet_explorer');
  expect(canonicalName('Notepad++')).toBe('notepad++');
});

test.each(['n/a', 'N/A', '-', '*', '', ' ', 'Unspecified', 'unknown'])('%j names nobody', (text) =>
  expect(canonicalName(text)).toBe(''),
);

test('a canonical name stays as it is and is short', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText.map((text) => cleanText(text).text),
        fc.string({ unit: 'grapheme', maxLength: 400 }),
      ),
      (text) => {
        const name = canonicalName(text);
        expect(canonicalName(name)).toBe(name);
        expect(name.length).toBeLessThanOrEqual(200);
        expect(isStorable(name)).toBe(true);
      },
    ),
  );
});

test('weaknesses are CWE ids in one spelling', () => {
  expect(cweId('cwe-079')).toBe('CWE-79');
  expect(cweId('NVD-CWE-noinfo')).toBeNull();
  expect(cweIdsIn('CWE-79 XSS, CWE 89; cwe-79')).toEqual(['CWE-79', 'CWE-89']);
});
