import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCpe } from '../../src/domain/cpe.ts';

test('escaped characters belong to the value', () => {
  expect(parseCpe('cpe:2.3:a:yahoo\\!:tool\\:bar\\\\:6.1\\(2\\):p1:*:*:*:node.js:*:*')).toEqual({
    part: 'a',
    vendor: 'yahoo!',
    product: 'tool:bar\\',
    version: '6.1(2)',
    update: 'p1',
    targetSw: 'node.js',
  });
});

test('missing attributes are ANY, and an escaped * or - is not a logical value', () => {
  expect(parseCpe('cpe:2.3:o:linux:linux_kernel')).toMatchObject({ version: '*', update: '*', targetSw: '*' });
  expect(parseCpe('cpe:2.3:a:v:p:\\-:\\*')).toMatchObject({ version: '\\-', update: '\\*' });
});

test('a CPE 2.2 URI is read too', () => {
  expect(parseCpe('cpe:/a:hp:insight_diagnostics:7.4.0.1570:-:~~online~win2003~x64~')).toEqual({
    part: 'a',
    vendor: 'hp',
    product: 'insight_diagnostics',
    version: '7.4.0.1570',
    update: '-',
    targetSw: 'win2003',
  });
  expect(parseCpe('cpe:/o:cisco:ios:12.2%284%29%01')).toMatchObject({ version: '12.2(4)?' });
  expect(parseCpe('cpe:/a:v:p:%zz')).toMatchObject({ version: '%zz' });
});

test.each([
  '',
  'cpe:',
  'cpe:2.3:',
  'cpe:2.3:x:v:p',
  'cpe:2.3:a:v',
  'cpe:2.3:a::p',
  'cpe:/',
  'cpe:/a:v',
  'not a cpe',
  `cpe:2.3:a:v:${'p'.repeat(5_000)}`,
])('%j is none', (text) => expect(parseCpe(text)).toBeNull());

test('what is escaped comes back, whatever it is', () => {
  const value = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text !== '*' && text !== '-');
  const escaped = (text: string) => text.replace(/[^A-Za-z0-9_.]/g, '\\$&');
  fc.assert(
    fc.property(value, value, value, value, value, (vendor, product, version, update, targetSw) => {
      const text = `cpe:2.3:h:${[vendor, product, version, update].map(escaped).join(':')}:*:*:*:${escaped(targetSw)}:*:*`;
      expect(parseCpe(text)).toEqual({ part: 'h', vendor, product, version, update, targetSw });
    }),
  );
});

test('any text is a CPE or null', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `cpe:2.3:a:${text}`),
        fc.string().map((text) => `cpe:/o:${text}`),
      ),
      (text) => {
        const cpe = parseCpe(text);
        if (cpe) expect(cpe.vendor).not.toBe('');
      },
    ),
  );
});
