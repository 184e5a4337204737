import { describe, expect, test } from 'vitest';
import {
  isFilter,
  partsAbout,
  partsOf,
  says,
  withCondition,
  withoutCondition,
  withoutPart,
} from '../../web/src/lib/search-text.ts';

const texts = (text: string) => partsOf(text).map((part) => part.text);

describe('the parts of a query', () => {
  test('are kept as they are written', () => {
    expect(texts('log4j AND severity:(high, critical) NOT vendor:"a b" -kev:* cvss:[7 TO 9]')).toEqual([
      'log4j',
      'severity:(high, critical)',
      'NOT vendor:"a b"',
      '-kev:*',
      'cvss:[7 TO 9]',
    ]);
  });

  test('are one where OR stands between them', () => {
    expect(texts('apache OR nginx severity:high')).toEqual(['apache OR nginx severity:high']);
  });

  test('are found in text that is not finished', () => {
    expect(texts('vendor:"a b severity:(')).toEqual(['vendor:"a b severity:(']);
    expect(texts('a AND')).toEqual(['a']);
    expect(texts('  ')).toEqual([]);
  });

  test('are filters where they are more than words', () => {
    const filters = partsOf('"use after" log4j -x severity:high https://a.example').filter(isFilter);
    expect(filters.map((part) => part.text)).toEqual(['-x', 'severity:high']);
  });

  test('go with the AND that joined them', () => {
    const text = 'a AND severity:high b';
    const [first, second] = partsOf(text);
    expect(first && withoutPart(text, first)).toBe('severity:high b');
    expect(second && withoutPart(text, second)).toBe('a b');
  });
});

describe('a condition', () => {
  test('is added behind what was typed, and in brackets where that has OR', () => {
    expect(withCondition('', 'kev:*')).toBe('kev:*');
    expect(withCondition('Log4J ', 'severity:HIGH')).toBe('Log4J severity:HIGH');
    expect(withCondition('a OR b', 'severity:HIGH')).toBe('(a OR b) severity:HIGH');
  });

  test('joins the values that its field is asked for already', () => {
    expect(withCondition('severity:high x', 'severity:LOW', true)).toBe('severity:(high,LOW) x');
    expect(withCondition('severity:(high,low)', 'severity:NONE', true)).toBe('severity:(high,low,NONE)');
    expect(withCondition('-severity:high', 'severity:LOW', true)).toBe('-severity:high severity:LOW');
  });

  test('is taken away alone', () => {
    expect(withoutCondition('x severity:(high,LOW) y', 'severity:low')).toBe('x severity:high y');
    expect(withoutCondition('x AND severity:high y', 'severity:HIGH')).toBe('x y');
    expect(withoutCondition('a -kev:*', 'kev:*')).toBe('a -kev:*');
  });

  test('is known however it is capitalised or quoted', () => {
    expect(says('Vendor:"A B"', 'vendor:"a b"')).toBe(true);
    expect(says('vendor:a', 'vendor:"a"')).toBe(true);
    expect(says('-kev:*', 'kev:*')).toBe(false);
    expect(partsAbout('kev:* -kev:>2024 x', 'kev')).toHaveLength(2);
  });
});
