import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CatalogueEntry, CataloguePart } from '../../src/domain/catalogue.ts';
import { isStorable } from '../../src/domain/text.ts';
import { readInputs } from '../../src/ingest/read/read.ts';
import type { CatalogueFormat, Envelope } from '../../src/sources/contract.ts';
import { catalogueFormats, formats } from '../../src/sources/registry.ts';
import {
  attackObject,
  attackPatternObject,
  mapping,
  matrix,
  relation,
  techniqueObject,
} from '../support/catalogues.ts';
import { replaced, strings } from '../support/hostile-values.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const inputsOf = ({ id }: CatalogueFormat) =>
  readdirSync(new URL(`${id}/input/`, fixtures)).map((file) => [id, file] as const);
const formatOf = (id: string): CatalogueFormat => {
  const format = catalogueFormats.find((f) => f.id === id);
  if (!format) throw new Error(id);
  return format;
};

interface Document {
  readonly values: readonly unknown[];
  readonly envelope: Envelope;
}

/** A document as it goes through the reader. */
async function read(id: string, file: string): Promise<Document> {
  const values: unknown[] = [];
  let envelope: Envelope = {};
  for await (const event of readInputs([fileURLToPath(new URL(`${id}/input/${file}`, fixtures))])) {
    if (event.kind === 'failed' || event.kind === 'rejected') throw new Error(event.reason);
    if (event.kind === 'records') values.push(...event.records.map((r) => JSON.parse(r.bytes.toString())));
    if (event.kind !== 'progress') envelope = event.kind === 'end' ? event.envelope : envelope;
  }
  const { document: _, ...own } = envelope;
  return { values, envelope: own };
}

function entriesIn(format: CatalogueFormat, { values, envelope }: Document) {
  const parsed = values.map((value) => format.parse(value, envelope));
  return {
    entries: parsed.flatMap((p): readonly CatalogueEntry[] => (p.kind === 'records' ? p.records : [])),
    rejected: parsed.flatMap((p) => (p.kind === 'rejected' ? [p.reason] : [])),
    notes: parsed.flatMap((p) => (p.kind === 'records' ? p.notes : [])),
  };
}

function partsOf(
  format: CatalogueFormat,
  entries: readonly CatalogueEntry[],
  envelope: Envelope = {},
): readonly CataloguePart[] {
  const made = format.assemble(entries, envelope);
  if ('wrong' in made) throw new Error(made.wrong);
  return made.parts;
}

describe.each(catalogueFormats.flatMap(inputsOf))('%s: %s', (id, file) => {
  const format = formatOf(id);

  test('is recognised and read as expected', async () => {
    const document = await read(id, file);
    for (const value of document.values.slice(0, 1))
      expect(formats.find((f) => f.recognises(value, document.envelope))?.id).toBe(id);
    const { entries, rejected, notes } = entriesIn(format, document);
    const result = { rejected, notes, parts: partsOf(format, entries, document.envelope) };
    const expected = file.replace(/\.[a-z]+$/, '.json');
    await expect(`${JSON.stringify(result, null, 2)}\n`).toMatchFileSnapshot(
      fileURLToPath(new URL(`${id}/expected/${expected}`, fixtures)),
    );
  });

  test('the order of its records means nothing', async () => {
    const document = await read(id, file);
    const { entries } = entriesIn(format, document);
    const sorted = (list: readonly CatalogueEntry[]) =>
      partsOf(format, list, document.envelope).map((part) => ({
        ...part,
        records: part.records.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      }));
    fc.assert(
      fc.property(fc.shuffledSubarray([...entries], { minLength: entries.length }), (shuffled) => {
        expect(sorted(shuffled)).toEqual(sorted(entries));
      }),
      { numRuns: 50 },
    );
  });

  test('with anything in any place it becomes entries or rejections that can be stored', async () => {
    const { values, envelope } = await read(id, file);
    const junk = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        '',
        0,
        [],
        {},
        [null],
        [[]],
        '\0',
        '\ud83d',
        '__proto__',
        'constructor',
        'T1059',
        'CWE-79',
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...values),
        fc.array(fc.tuple(fc.nat(1_000_000), junk), { maxLength: 4 }),
        (value, changes) => {
          const parsed = format.parse(
            changes.reduce<unknown>((v, [place, by]) => replaced(v, place, by), value),
            envelope,
          );
          for (const text of strings(parsed)) expect(isStorable(text)).toBe(true);
          if (parsed.kind === 'rejected') expect(parsed.reason).not.toBe('');
          else
            for (const text of strings(format.assemble(parsed.records, envelope))) expect(isStorable(text)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test.each(catalogueFormats.map((f) => [f.id, f] as const))('%s: any value is read or rejected', (_, format) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(['records', 'rejected']).toContain(format.parse(value, {}).kind);
      expect(typeof format.recognises(value, {})).toBe('boolean');
    }),
  );
});

describe('what is recognised', () => {
  const recognised = (value: unknown, envelope: Envelope = {}) =>
    catalogueFormats.find((f) => f.recognises(value, envelope))?.id ?? null;

  test.each([
    ['a technique', techniqueObject('T1059'), 'attack'],
    ['a collection', { type: 'x-mitre-collection', id: 'x-mitre-collection--1' }, 'attack'],
    ["ATT&CK's identity", { type: 'identity', id: 'identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5' }, 'attack'],
    ['an attack pattern of CAPEC', attackPatternObject('CAPEC-66'), 'capec'],
    ["CAPEC's identity", { type: 'identity', id: 'identity--e50ab59c-5c4f-4d40-bf6a-d58418d89bcd' }, 'capec'],
    ['a mapping', mapping('CVE-2024-0001', 'T1190'), 'attack_mappings'],
    ['a mapping of controls', mapping('AC-2', 'T1190'), null],
    ["somebody's identity", { type: 'identity', id: 'identity--11111111-1111-4111-8111-111111111111' }, null],
    [
      "somebody's attack pattern that cites ATT&CK",
      {
        ...techniqueObject('T1059'),
        created_by_ref: 'identity--11111111-1111-4111-8111-111111111111',
        x_mitre_id: 'T1059',
      },
      null,
    ],
    ['an indicator', { type: 'indicator', id: 'indicator--1', pattern: '[]' }, null],
  ])('%s', (_, value, id) => {
    expect(recognised(value)).toBe(id);
  });
});

describe('ATT&CK', () => {
  const attack = formatOf('attack');
  const assembled = (objects: readonly object[]) => {
    const { entries } = entriesIn(attack, { values: objects, envelope: {} });
    return attack.assemble(entries, {});
  };

  test('a bundle of several matrices is as many parts', () => {
    const shared = techniqueObject('T1001', { domains: ['enterprise', 'ics'] });
    const both = assembled([
      ...matrix('enterprise', [shared]),
      ...matrix('ics', [techniqueObject('T0801', { domains: ['ics'] })]),
    ]);
    expect('parts' in both && both.parts.map((p) => [p.part, p.whole, p.records.map((r) => r.id)])).toEqual([
      ['enterprise', true, ['T1001', 'TA0000', 'TA0001']],
      ['ics', true, ['T1001', 'T0801', 'TA2000', 'TA2001']],
    ]);
  });

  test('without its matrix it is an excerpt', () => {
    const excerpt = assembled([techniqueObject('T1001'), attackObject('G0001'), relation('G0001', 'uses', 'T1001')]);
    expect('parts' in excerpt && excerpt.parts.map((p) => [p.whole, p.records.map((r) => r.id)])).toEqual([
      [false, ['T1001', 'G0001']],
    ]);
  });

  test('observations that cite ATT&CK are not taken for it', () => {
    const report = { type: 'indicator', id: 'indicator--11111111-1111-4111-8111-111111111111' };
    expect(assembled([techniqueObject('T1001'), report])).toEqual({
      wrong: 'holds observations beside what it takes from ATT&CK: load it with --format stix',
    });
    expect(assembled([attackObject('G0001')])).toEqual({
      wrong: 'holds no technique of ATT&CK: nothing was taken from it',
    });
  });

  test('of two objects with one id the one in force counts', () => {
    const other = {
      ...techniqueObject('T1001', { name: 'Other', revoked: true, modified: '2026-01-01T00:00:00.000Z' }),
    };
    const twice = assembled(
      matrix('enterprise', [
        { ...other, id: 'attack-pattern--11111111-1111-4111-8111-111111111111' },
        techniqueObject('T1001'),
      ]),
    );
    expect('parts' in twice && twice.parts[0]?.records.filter((r) => r.id === 'T1001')).toMatchObject([
      { name: 'Technique T1001', state: 'active' },
    ]);
  });
});

test.each([
  ['capec', 'holds no attack pattern: nothing was taken from it'],
  ['cwe', 'holds no weakness: nothing was taken from it'],
])('%s: nothing is no catalogue', (id, wrong) => {
  expect(formatOf(id).assemble([], {})).toEqual({ wrong });
});

test('mappings that do not say of which matrix they are withdraw nothing', () => {
  const format = formatOf('attack_mappings');
  const { entries } = entriesIn(format, { values: [mapping('CVE-2024-0001', 'T1190')], envelope: {} });
  expect(partsOf(format, entries, {})).toMatchObject([{ part: 'all', whole: false, releasedAt: null, version: null }]);
  const dated = { 'metadata.technology_domain': 'mobile', 'metadata.last_update': '13/45/2025' };
  expect(partsOf(format, entries, dated)).toMatchObject([{ part: 'mobile', whole: true, releasedAt: null }]);
});

test('every fixture has what is expected of it, and no more', () => {
  for (const { id } of catalogueFormats) {
    const inputs = readdirSync(new URL(`${id}/input/`, fixtures)).map((file) => file.replace(/\.[a-z]+$/, '.json'));
    expect(readdirSync(new URL(`${id}/expected/`, fixtures)).toSorted()).toEqual(inputs.toSorted());
    for (const file of inputs) expect(readFileSync(new URL(`${id}/expected/${file}`, fixtures), 'utf8')).not.toBe('');
  }
});
