import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonSplitter } from '../../../src/ingest/read/json-split.ts';
import { cuts, recordsOf, split, texts } from './splitting.ts';

const limits = { recordBytes: 1024 * 1024 };
const json = (text: string, at: readonly number[] = []) => split(new JsonSplitter(limits), Buffer.from(text), at);
const lists = ['vulnerabilities', 'objects', 'items', 'mapping_objects', 'data', 'response'];
const values = fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 8 });
const objects = fc
  .array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 })), { maxLength: 8 })
  .map((all) => all.map((one) => Object.fromEntries(Object.entries(one).filter(([name]) => !lists.includes(name)))));

describe('what is a record', () => {
  test.each([
    ['a top-level array', '[{"a":1}, {"b":[2,{}]},3,"x",null ]', ['{"a":1}', '{"b":[2,{}]}', '3', '"x"', 'null']],
    ['the list in an envelope', '{"n":2,"vulnerabilities":[{"a":1},{"b":2}],"z":{}}', ['{"a":1}', '{"b":2}']],
    ['one object', '{"a":{"vulnerabilities":[1,2]}}', ['{"a":{"vulnerabilities":[1,2]}}']],
    ['an object whose list is none', '{"vulnerabilities":{"a":[1]}}', ['{"vulnerabilities":{"a":[1]}}']],
    ['concatenated objects', '{"a":1}{"b":2} {"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['pretty-printed objects', '{\n "a": 1\n}\n{\n "b": 2\n}\n', ['{\n "a": 1\n}', '{\n "b": 2\n}']],
    ['lines', '{"a":1}\n{"b":2}\r\n\n{"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['pages, one after the other', '{"vulnerabilities":[1]}\n{"vulnerabilities":[2]}\n', ['1', '2']],
    [
      'brackets and quotes in texts',
      '[{"a":"]}\\"[{\\\\"},{"b":"\\\\\\""}]',
      ['{"a":"]}\\"[{\\\\"}', '{"b":"\\\\\\""}'],
    ],
    ['a STIX bundle', '{"type":"bundle","objects":[{"a":[1]},{"b":2}]}', ['{"a":[1]}', '{"b":2}']],
    ['a page of EUVD', '{"items":[{"a":1}],"total":1}', ['{"a":1}']],
    ['events of MISP', '{"response":[{"Event":{"Attribute":[1]}}]}', ['{"Event":{"Attribute":[1]}}']],
    ['one event of MISP', '{"Event":{"Attribute":[1]}}', ['{"Event":{"Attribute":[1]}}']],
    ['mappings', '{"metadata":{"data":[1]},"mapping_objects":[1,2]}', ['1', '2']],
    ['an answer of ThreatFox', '{"query_status":"ok","data":[{"a":1}]}', ['{"a":1}']],
    ['the first list of two', '{"objects":[1],"data":[2],"objects":[3]}', ['1', '3']],
    ['a record that has a member of that name', '{"cve_id":"x","data":[1,2]}', ['{"cve_id":"x","data":[1,2]}']],
    ['a name written in another way', '{"d\\u0061ta":[1]}', ['{"d\\u0061ta":[1]}']],
    [
      'names that only begin alike',
      '{"dat":[1],"data2":[2],"vulnerabilitiesss":[3]}',
      ['{"dat":[1],"data2":[2],"vulnerabilitiesss":[3]}'],
    ],
    ['no records', '{"vulnerabilities":[]}', []],
    ['an empty array', ' [ ] ', []],
  ])('%s', (_, text, records) => {
    const result = json(text);
    expect(result.failure).toBeNull();
    expect(texts(result)).toEqual(records);
    expect(result.count).toBe(records.length);
  });

  test('the scalar members around the list are its envelope', () => {
    const text =
      '{"version":"2.0","total":2,"more":{"a":1},"vulnerabilities":[{},{}],"released":null,"list":[],"final":true}';
    const result = json(text);
    expect(result.found[0]).toMatchObject({ kind: 'records', envelope: { version: '2.0', total: 2 } });
    expect(result.envelope).toEqual({ version: '2.0', total: 2, released: null, final: true });
  });

  test('records are called after their number, lines of NDJSON after their line', () => {
    expect(recordsOf(json('[1,2]')).map(({ place }) => place)).toEqual(['record 1', 'record 2']);
    expect(recordsOf(json('{"a":1}{"b":2}')).map(({ place }) => place)).toEqual(['record 1', 'record 2']);
    expect(recordsOf(json('{"a":1}\n')).map(({ place }) => place)).toEqual(['record 1']);
    expect(recordsOf(json('\n{"a":1}\n\n{"b":2}\n')).map(({ place }) => place)).toEqual(['line 2', 'line 4']);
  });
});

describe('laws', () => {
  test('the elements of any array come back, however the text is cut', () => {
    fc.assert(
      fc.property(values, fc.boolean(), fc.constantFrom(null, ...lists), cuts(), (all, pretty, list, at) => {
        const text = JSON.stringify(list ? { total: all.length, [list]: all } : all, null, pretty ? 2 : 0);
        const result = json(text, at);
        expect(result.failure).toBeNull();
        expect(texts(result).map((record) => JSON.parse(record))).toEqual(JSON.parse(JSON.stringify(all)));
        expect(result.envelope).toEqual(list ? { total: all.length } : {});
      }),
    );
  });

  test('so do objects one after the other, on lines or pretty-printed or both', () => {
    fc.assert(
      fc.property(
        objects,
        fc.infiniteStream(fc.constantFrom(0, 2)),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        cuts(),
        (all, indents, between, at) => {
          const text = all.map((value) => JSON.stringify(value, null, indents.next().value)).join(between);
          const result = json(text, at);
          expect(result.failure).toBeNull();
          expect(texts(result).map((record) => JSON.parse(record))).toEqual(JSON.parse(JSON.stringify(all)));
        },
      ),
    );
  });

  test('where any bytes are cut into chunks changes nothing', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\n',
      ' ',
      '1',
      'true',
      '{"a":1}',
      '{"vulnerabilities":[',
      '"data":[',
      '"cve":',
      '"b":"c"',
      'é',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
        cuts(),
        (text, at) => {
          const whole = json(text);
          const cut = json(text, at);
          expect(texts(cut)).toEqual(texts(whole));
          expect(cut.count).toBe(whole.count);
          expect(cut.failure).toBe(whole.failure);
          expect(cut.found.filter(({ kind }) => kind === 'rejected')).toEqual(
            whole.found.filter(({ kind }) => kind === 'rejected'),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a document that is cut off never passes for whole', () => {
    const text = JSON.stringify({ total: 3, vulnerabilities: [{ a: 1 }, { b: '}]' }, { c: [1, 2] }], end: 1 });
    for (let length = 1; length < text.length; length++) expect(json(text.slice(0, length)).failure).toMatch(/cut off/);
  });
});

describe('what is broken', () => {
  test('a cut-off document keeps the records before the cut', () => {
    const result = json('{"vulnerabilities":[{"a":1},{"b":2},{"c"');
    expect(texts(result)).toEqual(['{"a":1}', '{"b":2}']);
    expect(result.failure).toBe('is cut off after record 2');
  });

  test.each([
    [
      'garbage after the end',
      '{"vulnerabilities":[{"a":1}]}garbage',
      'holds something that is not JSON after record 1',
    ],
    ['a stray bracket', '[{"a":1}]]', 'holds something that is not JSON after record 1'],
    ['a missing comma', '[{"a":1} {"b":2}]', 'lacks a comma after record 1'],
    ['two commas', '[{"a":1},,{"b":2}]', 'has a bracket or comma out of place after record 1'],
    ['the wrong bracket', '[{"a":1}}', 'has a bracket or comma out of place after record 1'],
    ['a broken envelope', '{"a":oops,"vulnerabilities":[{"a":1}]}', 'is broken before its first record'],
    ['a word', '{"a":1} {"b":1} truth', 'holds something that is not JSON after record 2'],
  ])('%s ends the document', (_, text, failure) => {
    expect(json(text).failure).toBe(failure);
  });

  test.each([
    ['in the middle', '{"a":1}\n{"b":"\n{"c":3}\n', 'line 2', ['{"a":1}', '{"c":3}']],
    ['that is garbage', '{"a":1}\nnot json\n{"c":3}\n', 'line 2', ['{"a":1}', '{"c":3}']],
    ['that closes too much', '{"a":1}\n{"b":2}}\n{"c":3}\n', 'line 2', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['at the start', '{"a":1,"b":"x\n{"b":2}\n{"c":3}\n', 'line 1', ['{"b":2}', '{"c":3}']],
    ['at the start, cut after a value', '{"a":1\n{"b":2}\n{"c":3}\n', 'line 1', ['{"b":2}', '{"c":3}']],
    ['at the end', '{"a":1}\n{"b":2}\n{"c":\n', 'line 3', ['{"a":1}', '{"b":2}']],
  ])('a broken line %s is rejected and the rest is read', (_, text, place, records) => {
    const result = json(text);
    expect(result.failure).toBeNull();
    expect(texts(result)).toEqual(records);
    const rejected = result.found.filter((found) => found.kind === 'rejected');
    expect(rejected).toMatchObject([{ place }]);
    expect(rejected[0]?.excerpt).toBe(text.split('\n')[Number(place.slice(5)) - 1]?.trim());
    expect(result.count).toBe(records.length + 1);
  });

  test('NDJSON without its last bytes is cut off', () => {
    const result = json('{"a":1}\n{"b":2}\n{"c":');
    expect(texts(result)).toEqual(['{"a":1}', '{"b":2}']);
    expect(result.failure).toBe('is cut off in line 3');
  });
});

describe('a record that is too long', () => {
  const long = JSON.stringify({ text: 'x'.repeat(5000) });
  const short = (text: string, size = 100) => {
    const at = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => index * size);
    return split(new JsonSplitter({ recordBytes: 1000 }), Buffer.from(text), at);
  };

  test.each([
    ['in an array', `[{"a":1},${long},{"b":2}]`, 'record 2'],
    ['in an envelope', `{"vulnerabilities":[{"a":1},${long},{"b":2}]}`, 'record 2'],
    ['on a line', `{"a":1}\n${long}\n{"b":2}\n`, 'line 2'],
  ])('%s is rejected and the rest is read', (_, text, place) => {
    for (const size of [100, 100_000]) {
      const result = short(text, size);
      expect(result.failure).toBeNull();
      expect(texts(result)).toEqual(['{"a":1}', '{"b":2}']);
      const rejected = result.found.find(({ kind }) => kind === 'rejected');
      expect(rejected).toMatchObject({ place, reason: 'is 4.9 KiB long, more than the 1000 bytes allowed' });
      expect(rejected).toHaveProperty('excerpt', long.slice(0, 300));
    }
  });

  test('as the first and only line', () => {
    expect(short(long).found).toMatchObject([{ kind: 'rejected', place: 'record 1' }]);
    expect(short(`${long}\n{"b":2}\n`).found).toMatchObject([
      { kind: 'rejected', place: 'line 1' },
      { kind: 'records' },
    ]);
  });
});
