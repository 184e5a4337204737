import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleOf } from '../../../scripts/docs/fields.ts';
import type { Query } from '../../../src/domain/query/ast.ts';
import { indicatorLanguage } from '../../../src/domain/query/indicator-fields.ts';
import { parseQuery } from '../../../src/domain/query/parse.ts';
import { printQuery } from '../../../src/domain/query/print.ts';
import { QueryError } from '../../../src/domain/query/query-error.ts';
import { techniqueLanguage } from '../../../src/domain/query/technique-fields.ts';

const languages = { indicators: indicatorLanguage, techniques: techniqueLanguage };

test.each([
  ['paypal type:domain', '"paypal" type:domain'],
  ['hxxp://evil[.]example/a', '"http://evil.example/a"'],
  ['evil-bad.com:8080', '"evil-bad.com"'],
  ['2a0c:9a40::1', '"2a0c:9a40::1"'],
  ['EVIL-shop[.]co[.]uk', '"evil-shop.co.uk"'],
  ['*.ru', 'value:*.ru'],
  ['45.61.* -evil', 'value:45.61.* -"evil"'],
  ['value:45[.]61[.]3[.]4', 'value:45.61.3.4'],
  ['ioc:D41D8CD98F00B204E9800998ECF84270', 'value:d41d8cd98f00b204e9800998ecf84270'],
  ['threat:C2', 'threat:botnet_cc'],
  ['malware:"Cobalt Strike"', 'tag:"cobalt strike"'],
  ['tag:cve-2021-44228', 'tag:CVE-2021-44228'],
  ['technique:t1071.001', 'technique:T1071.001'],
  ['confidence:[0.5 TO 1} seen:>-7d', 'confidence:[0.5 TO 1} last_seen:>-7d'],
  ['type:(ip,domain) -cve:*', 'type:(ip,domain) -cve:*'],
  ['https://evil.example/a?b=(c)', '"https://evil.example/a?b=" "c"'],
  ['--', ''],
])('for indicators, %s is read as %s', (text, expected) => {
  expect(printQuery(parseQuery(text, indicatorLanguage))).toBe(expected);
});

test.each([
  ['credential dump*', 'credential dump*'],
  ['t1059.001', 'T1059.001'],
  ['id:t1059', 'technique:T1059'],
  ['platform:"Network Devices"', 'platform:network_devices'],
  ['tactic:*access -state:revoked', 'tactic:*access -state:revoked'],
  ['group:"Cobalt Group"', 'actor:cobalt_group'],
])('for techniques, %s is read as %s', (text, expected) => {
  expect(printQuery(parseQuery(text, techniqueLanguage))).toBe(expected);
});

test.each([
  ['typ:ip', indicatorLanguage, 'did you mean "type:"?', 0],
  ['evil type:dmain', indicatorLanguage, 'did you mean domain?', 10],
  ['confidence:90', indicatorLanguage, 'takes a number from 0 to 1, not "90"', 11],
  ['cve:4711', indicatorLanguage, 'takes an id such as CVE-2021-44228', 4],
  ['tactik:x', techniqueLanguage, 'did you mean "tactic:"?', 0],
  ['state:gone', techniqueLanguage, 'takes active, deprecated, revoked, withdrawn', 6],
])('%s', (text, language, message, position) => {
  expect(() => parseQuery(text, language)).toThrow(message);
  expect(() => parseQuery(text, language)).toThrow(expect.objectContaining({ position }));
});

describe.each(Object.entries(languages))('the language of %s', (_, language) => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a',
      'OR',
      'AND',
      'NOT',
      '-',
      '(',
      ')',
      '"',
      '"x y"',
      ':',
      '*',
      '!',
      ',',
      '[',
      '>=',
      '[1 TO 2]',
      '\\',
    ),
    fc.constantFrom(
      'hxxp://evil[.]com',
      '1.2.3.4:80',
      'evil[.]com',
      '*.ru',
      'a*b',
      'T1059',
      '\u0000',
      '\ud800',
      'İ',
      'a@b.org',
    ),
    fc.constantFrom(...language.fields.map((field) => `${field.name}:`)),
    fc.constantFrom(...language.fields.map(exampleOf)),
    fc.string({ maxLength: 8, unit: 'grapheme' }),
  );
  const texts = fc.oneof(
    fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(' ')),
    fc.array(piece, { maxLength: 14 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );

  test('any text is a query or an error with a position in it; a query printed and parsed is itself', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let query: Query;
        try {
          query = parseQuery(text, language);
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError);
          const { position } = error as QueryError;
          expect(position >= 0 && position <= text.length).toBe(true);
          return;
        }
        expect(parseQuery(printQuery(query), language)).toEqual(query);
      }),
      { numRuns: 2_000 },
    );
  });
});
