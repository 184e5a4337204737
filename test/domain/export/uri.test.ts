import { expect, test } from 'vitest';
import { uriOf } from '../../../src/domain/export/uri.ts';

test.each([
  ['https://a.example/b?c=d#e', 'https://a.example/b?c=d#e'],
  ['https://a.example/b c|d', 'https://a.example/b%20c%7Cd'],
  ['https://a.example/%zz', 'https://a.example/%25zz'],
  ['https://a.example/#a#b', 'https://a.example/#a%23b'],
  ['https://ä.example/ü', 'https://xn--4ca.example/%C3%BC'],
  ['https://a.example/x[1]', 'https://a.example/x%5B1%5D'],
  ['no address', null],
])('%s is written %s', (text, expected) => {
  expect(uriOf(text)).toBe(expected);
});
