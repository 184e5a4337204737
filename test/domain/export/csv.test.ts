import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cell, csvWriter } from '../../../src/domain/export/csv.ts';
import { exportRecords, record, text } from './records.ts';

/** RFC 4180 as a reader has it: every line's cells. */
function parse(csv: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let rest = csv;
  while (rest !== '') {
    const [whole = '', quoted, bare = '', end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    expect(whole, `not CSV: ${rest.slice(0, 50)}`).not.toBe('');
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      lines.push(cells);
      cells = [];
    }
    rest = rest.slice(whole.length);
  }
  return lines;
}

test('any records are a table: each line has a cell for each column, and no cell begins a formula', () => {
  fc.assert(
    fc.property(exportRecords(), (records) => {
      const [titles = [], ...rows] = parse(text(csvWriter(), records));
      expect(rows.map((row) => row.length)).toEqual(records.map(() => titles.length));
      expect(rows.map((row) => row[0])).toEqual(records.map((r) => r.cveId));
      for (const value of rows.flat()) expect(value).not.toMatch(/^[=+\-@\t\r\n]/);
    }),
  );
});

test('texts come back as they were, but for an apostrophe before formulas', () => {
  const [, row = []] = parse(text(csvWriter(), [record({ title: 'say "hi",\r\nthere', description: '=cmd|x' })]));
  expect(row).toContain('say "hi",\r\nthere');
  expect(row).toContain("'=cmd|x");
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['  +1', `"'  +1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\uff1d1', `"'\uff1d1"`],
  ['\t=1', `"'\t'=1"`],
  ['a;=1', `"a;'=1"`],
  ['a\n=1', `"a\n'=1"`],
  ['a=1', '"a=1"'],
  ['C++', '"C++"'],
])('%j becomes %j', (value, expected) => {
  expect(cell(value)).toBe(expected);
});

test('numbers and booleans stay what they are, nothing stays empty, and 0 is a number', () => {
  expect([cell(0), cell(9.8), cell(false), cell(null), cell('')]).toEqual(['0', '9.8', 'false', '', '']);
});
