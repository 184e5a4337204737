import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Query } from '../../../src/domain/query/ast.ts';
import { parseQuery } from '../../../src/domain/query/parse.ts';
import { printQuery } from '../../../src/domain/query/print.ts';
import { QueryError } from '../../../src/domain/query/query-error.ts';
import { vulnerabilityLanguage as language } from '../../../src/domain/query/vulnerability-fields.ts';

const parse = (text: string) => parseQuery(text, language);
const printed = (text: string) => printQuery(parse(text));

function problem(text: string): { message: string; position: number } {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof QueryError) return { message: error.message, position: error.position };
    throw error;
  }
  throw new Error(`"${text}" is a query`);
}

test.each([
  ['', ''],
  ['Buffer  Overflow', 'buffer overflow'],
  ['a AND b', 'a b'],
  ['a b OR c', '(a b) OR c'],
  ['a OR b OR c', 'a OR b OR c'],
  ['a (b OR c)', 'a (b OR c)'],
  ['-a', '-a'],
  ['NOT a', '-a'],
  ['NOT NOT a', 'a'],
  ['-(a b)', '-(a b)'],
  ['a -"b c"', 'a -"b c"'],
  ['log4j-core prod*', 'log4j-core prod*'],
  ['cve-2021-44228', 'CVE-2021-44228'],
  ['2021-44228 44228', '2021-44228 44228'],
  ['severity:high', 'severity:HIGH'],
  ['severity:(high, critical)', 'severity:(HIGH,CRITICAL)'],
  ['severity:(high OR critical)', 'severity:(HIGH,CRITICAL)'],
  ['cvss:>=7', 'cvss:>=7'],
  ['cvss:[7 TO 9.5}', 'cvss:[7 TO 9.5}'],
  ['cvss:[* TO 9]', 'cvss:<=9'],
  ['cvss:[* TO *]', 'cvss:*'],
  ['-cvss:*', '-cvss:*'],
  ['vendor:"Internet Explorer"', 'vendor:internet_explorer'],
  ['product:open*', 'product:open*'],
  ['published:>-30d', 'published:>-30d'],
  ['published:2024-05', 'published:2024-05'],
  ['published:[2024 TO 2024-06]', 'published:[2024 TO 2024-06]'],
  ['cwe:79', 'cwe:CWE-79'],
  ['id:2021-44228', 'cve:CVE-2021-44228'],
  ['cpe:2.3:a:apache:log4j:2.14.1', 'cpe:cpe:2.3:a:apache:log4j:2.14.1'],
  ['pkg:npm/lodash@4.17.20', 'purl:pkg:npm/lodash@4.17.20'],
  ['https://example.org/a', 'https example.org a'],
  ['exploited:yes', 'exploited:true'],
  ['av:n', 'av:N'],
  ['a - b', 'a b'],
  ['()'.slice(0, 0), ''],
])('%s is read as %s', (text, expected) => {
  expect(printed(text)).toBe(expected);
});

test.each([
  ['(a b', 'this bracket is not closed', 0],
  ['a b)', 'this bracket closes nothing', 3],
  ['a "b c', 'this quote is not closed', 2],
  ['sevrity:high', 'did you mean "severity:"?', 0],
  ['a vnedor:x', 'did you mean "vendor:"?', 2],
  ['severity:hihg', 'did you mean high?', 9],
  ['cvss:11', 'takes a number from 0 to 10, not "11"', 5],
  ['cvss:>=x', 'takes a number from 0 to 10, not "x"', 7],
  ['published:2024-13', 'takes a date', 10],
  ['kev:true', '"kev:*" finds whatever has one', 4],
  ['vendor:', 'a value is missing after vendor:, such as microsoft', 7],
  ['vendor:>a', 'has no order', 7],
  ['cvss:[1 2]', 'TO is missing here', 8],
  ['cvss:[1 TO 2', 'this bracket is not closed', 5],
  ['cvss:[9 TO 2]', 'the range ends before it begins', 5],
  ['a AND', 'something is missing after AND', 5],
  ['OR a', 'something to search for is missing here', 0],
  ['a OR', 'something to search for is missing here', 4],
  ['()', 'something to search for is missing here', 1],
  ['NOT', 'something is missing after NOT', 3],
  ['exploited:perhaps', 'takes true or false', 10],
  ['severity:()', 'a value is missing in the list', 9],
  ['technique:x', 'takes an id such as T1190', 10],
])('%s: %s, at %i', (text, message, position) => {
  const found = problem(text);
  expect(found.message).toContain(message);
  expect(found.position).toBe(position);
});

test('what is too long, too deep or has too many parts is refused', () => {
  expect(problem('a'.repeat(2001)).message).toContain('at most 2,000 characters');
  expect(problem('('.repeat(30)).message).toContain('at most 20 deep');
  expect(problem('a '.repeat(150)).message).toContain('at most 100 parts');
});

const piece = fc.oneof(
  fc.constantFrom(
    ...[
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
      'prod*',
      'cvss:',
      '>=7',
      '[1 TO 2]',
      'cvss:{1 TO *]',
    ],
    ...['severity:(high,low)', 'vendor:micro*', 'published:>-3d', 'published:2024', '-exploited:*', 'cwe:79', '2021-4'],
    ...[
      'CVE-2024',
      'text:"a b"',
      'tag:x',
      ' ',
      ',',
      ']',
      '}',
      '||',
      '&&',
      '!',
      '=',
      '\\',
      "'",
      'İ',
      '\u0000',
      '\ud800',
    ],
  ),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
);
const anyText = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(' '));
const glued = fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(''));

test('any text is either a query or an error with a position in it; a query printed and parsed is itself', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, glued, fc.string({ unit: 'binary' })), (text) => {
      let query: Query;
      try {
        query = parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
        const { position } = error as QueryError;
        expect(position >= 0 && position <= text.length).toBe(true);
        return;
      }
      const again = printQuery(query);
      expect(parse(again)).toEqual(query);
      expect(printQuery(parse(again))).toBe(again);
    }),
    { numRuns: 5_000 },
  );
});
