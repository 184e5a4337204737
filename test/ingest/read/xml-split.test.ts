import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentSplitter } from '../../../src/ingest/read/document-split.ts';
import { weaknessCatalogue, weaknessXml } from '../../support/catalogues.ts';
import { cuts, recordsOf, split, texts } from './splitting.ts';

const read = (content: string | Buffer, at: readonly number[] = [], recordBytes = 2000) =>
  split(new DocumentSplitter({ recordBytes }), Buffer.from(content as string), at);
const root = (inside: string) => `<Weakness_Catalog Name="CWE">${inside}</Weakness_Catalog>`;

test('weaknesses, categories and views are records; the rest is passed over', () => {
  const result = read(
    root(
      `<Weaknesses><Weakness ID="1"/></Weaknesses><Categories><Category ID="2"><Weakness ID="9"/></Category></Categories>
       <Views><View ID="3"/></Views><External_References><External_Reference ID="4"/></External_References>`,
    ),
  );
  expect(result.failure).toBeNull();
  expect(texts(result).map((text) => JSON.parse(text))).toEqual([
    { element: 'Weakness', attributes: { ID: '1' }, text: '', children: [] },
    {
      element: 'Category',
      attributes: { ID: '2' },
      text: '',
      children: [{ element: 'Weakness', attributes: { ID: '9' }, text: '', children: [] }],
    },
    { element: 'View', attributes: { ID: '3' }, text: '', children: [] },
  ]);
  expect(recordsOf(result).map((r) => r.place)).toEqual(['record 1', 'record 2', 'record 3']);
  expect(result.envelope).toEqual({ Name: 'CWE' });
});

test('markup is part of the text around it; what is written as text stays text', () => {
  const text = `One\n   <xhtml:b>two</xhtml:b> &lt;script&gt; &amp; &#8212; <![CDATA[<b>]]>
    <xhtml:p>three</xhtml:p><xhtml:ul><xhtml:li>four</xhtml:li><xhtml:li>five</xhtml:li></xhtml:ul>six`;
  const [record] = texts(read(root(`<Weaknesses><Weakness ID="1"><D>${text}</D></Weakness></Weaknesses>`)));
  expect(JSON.parse(record ?? '{}').children[0].text.replaceAll(/ *\n+ */g, '|')).toBe(
    'One two <script> & — <b>|three|- four|- five|six',
  );
});

test('where the bytes are cut changes nothing', () => {
  const whole = Buffer.from(weaknessCatalogue([weaknessXml(79, '<Note>Zoë 🦊 &lt;</Note>'), weaknessXml(80)]));
  const expected = texts(read(whole));
  expect(expected).toHaveLength(2);
  fc.assert(
    fc.property(cuts(), (at) => {
      const result = read(whole, at);
      expect(result.failure).toBeNull();
      expect(texts(result)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

describe('what is refused', () => {
  const notOurs = 'holds XML, not JSON: check where it was downloaded from';

  const withDoctype = expect.stringMatching(/^is XML with a document type .*: take it out of the file/);

  test.each([
    ['another root', '<?xml version="1.0"?><rss><channel/></rss>', notOurs],
    ['XML that is none', '<?xml version="1.0"?><', notOurs],
    ['XHTML', '<?xml version="1.0"?><!DOCTYPE html><html/>', notOurs],
    ['a document type', `<!DOCTYPE x>${root('')}`, withDoctype],
    ['entities', `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>${root('')}`, withDoctype],
    ['an undefined entity', root('<Weaknesses>&a;</Weaknesses>'), 'is broken in line 1: undefined entity'],
    ['a wrong end', root('<Weaknesses></Categories>'), 'is broken in line 1: unexpected close tag'],
    ['two roots', `${root('')}${root('')}`, 'is broken in line 1: documents may contain only one root'],
    ['a cut', root('<Weaknesses>').slice(0, 40), 'is cut off in line 1'],
    ['depth', root('<a>'.repeat(1000)), 'is nested more than 50 deep'],
  ])('%s', (_, text, failure) => {
    for (const at of [[], [1, 5, 20, 30]]) expect(read(text, at).failure).toEqual(failure);
  });

  test('a text without end is not kept', () => {
    const splitter = new DocumentSplitter({ recordBytes: 2000 });
    splitter.push(Buffer.from('<Weakness_Catalog><Weaknesses><Weakness ID="'));
    for (let n = 0; n < 20 && splitter.failure === null; n++) splitter.push(Buffer.alloc(1024 * 1024, 'a'));
    expect(splitter.failure).toBe('holds a text or tag of more than 4 MiB');
  });

  test('a record that is too long is rejected with its place, and the next one is read', () => {
    const long = weaknessXml(1, `<a><b>${'x'.repeat(3000)}</b><Weakness><b/></Weakness></a><c/>`);
    const result = read(weaknessCatalogue([long, weaknessXml(2)]));
    expect(result.failure).toBeNull();
    expect(result.count).toBe(2);
    expect(result.found.find((f) => f.kind === 'rejected')).toMatchObject({
      place: 'record 1',
      reason: expect.stringMatching(/^is 3(\.\d)? KiB long, more than the 2 KiB allowed$/),
      excerpt: 'Weakness 1 Weakness 1',
    });
    expect(texts(result).map((text) => JSON.parse(text).attributes.ID)).toEqual(['2']);
  });

  test('so is one of very many elements', () => {
    const result = read(weaknessCatalogue([weaknessXml(1, '<a/>'.repeat(30_000)), weaknessXml(2)]), [], 1_000_000);
    expect(result.found.map((f) => f.kind)).toEqual(['rejected', 'records']);
  });
});

test('no bytes bring it down', () => {
  const whole = weaknessCatalogue([weaknessXml(79), weaknessXml(80)]);
  fc.assert(
    fc.property(fc.nat(whole.length), fc.string({ maxLength: 10 }), fc.nat(20), (at, insert, skip) => {
      const broken = whole.slice(0, at) + insert + whole.slice(at + skip);
      const result = read(broken);
      expect(result.failure === null || result.failure.length > 5).toBe(true);
      // With something before its first bracket it is a list of lines to whoever reads it.
      if (broken.trimStart().startsWith('<')) expect(result.count).toBeLessThanOrEqual(2);
    }),
    { numRuns: 500 },
  );
});
