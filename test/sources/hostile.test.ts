import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStorable } from '../../src/domain/text.ts';
import type { Format, Parsed } from '../../src/sources/contract.ts';
import { vulnerabilityFormat, vulnerabilityFormats } from '../../src/sources/registry.ts';
import { replaced, strings } from '../support/hostile-values.ts';

const units = fc.array(fc.oneof(fc.constantFrom(0, 0xd83d, 0xdfff, 65, 47), fc.nat(0xffff)), { maxLength: 8 });
const hostileText = fc.oneof(
  units.map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(
    '',
    '9999-12-31',
    'CVE-2024-0001',
    'CVE-1-1',
    'https://\0',
    'http://a\ud83d',
    'cpe:2.3:a:\ud83d:b',
    'cpe:2.3:a:\0:\0:\0',
    '<= 1.\0',
    '__proto__',
    'constructor',
    'toString',
  ),
);
const hostile = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    0,
    -1,
    11,
    1e308,
    Number.POSITIVE_INFINITY,
    [],
    {},
    [null],
    [[]],
    [{}],
    { length: 3 },
  ),
  fc.jsonValue(),
  fc.array(hostileText),
);

function inputsOf(format: Format): unknown[] {
  const folder = new URL(`../fixtures/${format.id}/input/`, import.meta.url);
  return readdirSync(folder).flatMap((file) => {
    const document = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    return Array.isArray(document.vulnerabilities) && document.catalogVersion ? document.vulnerabilities : [document];
  });
}

function expectUsable(result: Parsed): void {
  for (const text of strings(result)) expect(isStorable(text)).toBe(true);
  if (result.kind === 'rejected') expect(result.reason).not.toBe('');
  else {
    expect(result.records.length).toBeGreaterThan(0);
    for (const record of result.records)
      for (const { score } of record.cvss) expect(score >= 0 && score <= 10).toBe(true);
  }
}

for (const format of vulnerabilityFormats) {
  test(`${format.id}: any value becomes records or a rejection that can be stored`, () => {
    fc.assert(
      fc.property(
        hostile,
        fc.dictionary(fc.string(), fc.constantFrom(null, 1, 'x', '9999-01-01')),
        (value, envelope) => {
          expectUsable(format.parse(value, envelope));
          expect(typeof format.recognises(value, envelope)).toBe('boolean');
        },
      ),
      { numRuns: 500 },
    );
  });

  test(`${format.id}: so does a real record with anything in any place`, () => {
    const inputs = inputsOf(format);
    fc.assert(
      fc.property(
        fc.constantFrom(...inputs),
        fc.array(fc.tuple(fc.nat(1_000_000), hostile), { minLength: 1, maxLength: 4 }),
        (input, changes) => {
          const document = changes.reduce((value, [choice, by]) => replaced(value, choice, by), input);
          expectUsable(format.parse(document, {}));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test(`${format.id}: the same input gives the same bytes`, () => {
    for (const input of inputsOf(format)) {
      expect(JSON.stringify(format.parse(structuredClone(input), {}))).toBe(JSON.stringify(format.parse(input, {})));
    }
  });
}

const nvdRecord = (members: Record<string, unknown>) => ({
  cve: { id: 'CVE-2024-0001', descriptions: [], ...members },
});

function only(result: Parsed) {
  if (result.kind !== 'records') throw new Error(result.reason);
  return { record: result.records[0], notes: result.notes };
}

test('a record without a usable CVE id is rejected, and the reason names what it has', () => {
  expect(vulnerabilityFormat('nvd').parse({ cve: { id: 'CVE-1-2' } }, {})).toEqual({
    kind: 'rejected',
    reason: '"CVE-1-2" is not a CVE id',
  });
  expect(vulnerabilityFormat('deduplicated').parse({ title: 'x' }, {})).toEqual({
    kind: 'rejected',
    reason: 'it has no CVE id',
  });
  expect(vulnerabilityFormat('kev').parse([], {})).toEqual({
    kind: 'rejected',
    reason: 'it is not an object with a CVE',
  });
});

test('a CVSS score of 11 rejects the record, one of 0 is kept', () => {
  expect(vulnerabilityFormat('deduplicated').parse({ cve_id: 'CVE-2024-0001', cvss_score: 11 }, {})).toEqual({
    kind: 'rejected',
    reason: 'CVSS score 11 is outside 0–10',
  });
  expect(
    only(vulnerabilityFormat('deduplicated').parse({ cve_id: 'CVE-2024-0001', cvss_score: 0 }, {})).record?.cvss[0],
  ).toMatchObject({ score: 0, severity: 'NONE' });
});

test('ten thousand references are kept, each once', () => {
  const references = Array.from({ length: 20_000 }, (_, index) => ({
    url: `https://example.org/${index % 10_000}`,
    tags: ['Patch'],
  }));
  const { record, notes } = only(vulnerabilityFormat('nvd').parse(nvdRecord({ references }), {}));
  expect(record?.references).toHaveLength(10_000);
  expect(notes).toEqual([]);
});

test('thousands of bad references are noted in a few words', () => {
  const references = Array.from({ length: 10_000 }, (_, index) => ({ url: `nowhere ${index}` }));
  const { notes } = only(vulnerabilityFormat('nvd').parse(nvdRecord({ references }), {}));
  expect(notes).toHaveLength(21);
  expect(notes.at(-1)).toBe('and 9980 more');
});

test('thousands of CPE matches become one product with each version once', () => {
  const cpeMatch = Array.from({ length: 5_000 }, (_, index) => ({
    vulnerable: true,
    criteria: `cpe:2.3:a:v:p:1.${index % 2_500}:*:*:*:*:*:*:*`,
  }));
  const { record } = only(
    vulnerabilityFormat('nvd').parse(nvdRecord({ configurations: [{ nodes: [{ operator: 'OR', cpeMatch }] }] }), {}),
  );
  expect(record?.affected).toHaveLength(1);
  expect(record?.affected[0]?.versions).toHaveLength(2_500);
  expect(record?.affected[0]?.versions.slice(8, 11)).toEqual(['1.8', '1.9', '1.10']);
});

test('a record nested deeper than any stack is read like any other', () => {
  let deep: unknown = 'x';
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(
    only(vulnerabilityFormat('nvd').parse(nvdRecord({ references: deep, metrics: { cvssMetricV31: deep } }), {})).record
      ?.references,
  ).toEqual([]);
});

test('a run of CPE names is not mistaken for another product', () => {
  const names = [
    '*:*:*:*',
    'foo:bar:*:*',
    'foo:bar:1.0:*',
    'foo:bar:1.0:sp1',
    'foo:bar\\:1.0:2:*',
    'foo:bar:1.0\\:2:*',
    'foo:barn:1.0:*',
  ];
  const cpeMatch = names.map((name) => ({ vulnerable: true, criteria: `cpe:2.3:a:${name}:*:*:*:*:*:*` }));
  const { record } = only(
    vulnerabilityFormat('nvd').parse(nvdRecord({ configurations: [{ nodes: [{ cpeMatch }] }] }), {}),
  );
  expect(record?.affected.map(({ vendor, product, versions }) => [vendor, product, versions])).toEqual([
    ['', '', [{}]],
    ['foo', 'bar', ['1.0', '1.0 sp1', '1.0:2', {}]],
    ['foo', 'bar:1.0', ['2']],
    ['foo', 'barn', ['1.0']],
  ]);
});
