import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyText } from '../../../src/ops/backup/copy-text.ts';

const columns = 3;
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** What PostgreSQL reads in the text form of COPY. */
function read(text: string): (string | null)[][] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t').map((raw) => (raw === '\\N' ? null : unescaped(raw))));
}

function unescaped(raw: string): string {
  return raw.replaceAll(/\\(x[0-9a-f]{1,2}|.)/gi, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? code),
  );
}

const value = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\\N', '\\.', '\\', '"', '\t', '\n', 'null', '\u001bA', '漢😀'),
  ),
);
const rows = fc.array(fc.array(value, { minLength: columns, maxLength: columns }));

test('COPY reads the values that the lines hold', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const lines = Buffer.from(given.map((row) => `${JSON.stringify(row)}\n`).join(''));
      expect(read(copyText(lines, columns)?.toString() ?? '')).toEqual(given);
    }),
  );
});

describe('what is no row is refused', () => {
  test.each([
    '["a","b"]',
    '["a","b","c","d"]',
    '["a","b",1]',
    '["a","b",nul]',
    '["a","b",{}]',
    '["a","b","c"',
    '["a","b","c',
    '["a","b","c\\',
    '["a","b","\\."]',
    '["a","b","\\N"]',
    '["a","b","\\x41"]',
    '["a","b","\\u0041"]',
    '["a","b","\\u001"]',
    '["a","b","a\tb"]',
    '["a","b","a\nb"]',
    '["a","b","c"] ',
    '\\.',
    '',
  ])('%j', (line) => {
    expect(copyText(Buffer.from('["a","b","c"]\n'), columns)?.toString()).toBe('a\tb\tc\n');
    expect(copyText(Buffer.from(`["a","b","c"]\n${line}\n["a","b","c"]\n`), columns)).toBeNull();
  });
});
