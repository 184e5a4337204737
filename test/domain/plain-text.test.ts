import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from '../../src/domain/plain-text.ts';

test.each([
  ['Plain.', 'Plain.'],
  ['Use [Empire](https://attack.mitre.org/software/S0363).', 'Use Empire.'],
  ['See [this](https://example.org/a).', 'See this (https://example.org/a).'],
  ['See [https://example.org/a](https://example.org/a).', 'See https://example.org/a.'],
  ['Known.(Citation: A B 2020) Or (Citation: C (D) 2021) not.', 'Known. Or not.'],
  ['Run <code>ps -ef</code><br>now', 'Run ps -ef\nnow'],
  ['a[0](b) and f(Citation) stay', 'a[0](b) and f(Citation) stay'],
  ['if 1 < 2 and 3 > 2', 'if 1 < 2 and 3 > 2'],
  ['&lt;b&gt; &amp;lt; &nbsp;x', '<b> &lt; x'],
  [
    '<xhtml:p>One\n  two</xhtml:p>\n<xhtml:ul><xhtml:li>three</xhtml:li>\n\n<xhtml:li>four</xhtml:li></xhtml:ul>',
    'One\ntwo\n- three\n- four',
  ],
  ['a\n\n\n\n  b  \n', 'a\n\nb'],
])('%j reads %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test('it says nothing that was not there, and the second time changes nothing of what has no markup', () => {
  const words = fc.array(
    fc.constantFrom('a', '(Citation: ', ')', '[', '](https://x.org', '\n', ' ', '<p>', '- ', '&'),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(words, (parts) => {
      const plain = plainText(parts.join(''));
      expect(plain).toBe(plain.trim());
      expect(plain).not.toContain('\n\n\n');
      expect(plain.replaceAll(/[^a]/g, '').length).toBeLessThanOrEqual(parts.join('').replaceAll(/[^a]/g, '').length);
    }),
  );
});

test('long text full of beginnings takes no long time', () => {
  for (const start of ['(Citation: ', '[', '[a](https://', '<p ', ' ', '\n', '(Citation: (']) {
    const text = start.repeat(100_000);
    expect(plainText(text).length).toBeLessThanOrEqual(text.length);
  }
});
