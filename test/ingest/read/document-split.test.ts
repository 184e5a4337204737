import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvFields } from '../../../src/ingest/read/csv.ts';
import { DocumentSplitter } from '../../../src/ingest/read/document-split.ts';
import { cuts, recordsOf, split, texts } from './splitting.ts';

const read = (content: string | Buffer, at: readonly number[] = []) =>
  split(new DocumentSplitter({ recordBytes: 1000 }), Buffer.from(content as string), at);
const rows = (result: ReturnType<typeof read>) => texts(result).map((text) => JSON.parse(text));
const quoted = (field: string) => (/[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

describe('encodings', () => {
  const text = '[{"name":"Zoë 🦊"}]';
  const swapped = (content: string) => Buffer.from(content, 'utf16le').swap16();

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 BE with a mark', swapped(`\uFEFF${text}`)],
    ['UTF-16 LE', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE', swapped(text)],
  ])('%s', (_, content) => {
    for (const at of [[], [1], [1, 2, 3, 5, 7, 20, 21, 22, 23, 24, 25]]) {
      const result = read(content, at);
      expect(result.failure).toBeNull();
      expect(texts(result)).toEqual(['{"name":"Zoë 🦊"}']);
    }
  });

  test('Latin-1 bytes pass as they are', () => {
    const [record] = recordsOf(read(Buffer.from('[{"name":"Zoë"}]', 'latin1')));
    expect(record?.bytes).toEqual(Buffer.from('{"name":"Zoë"}', 'latin1'));
  });
});

describe('what a document is', () => {
  test.each([
    ['nothing', '', 'is empty'],
    ['blanks', ' \r\n\n\t ', 'is empty'],
    ['only a mark', '\uFEFF', 'is empty'],
    ['a web page', '\n<!DOCTYPE html><html></html>', 'holds HTML, not JSON: check where it was downloaded from'],
    ['XML', '<?xml version="1.0"?><a/>', 'holds XML, not JSON: check where it was downloaded from'],
    ['prose', 'Not Found', 'is neither JSON nor CSV: it starts with "Not Found"'],
    ['comments', '# one\n# two', 'holds nothing but comments'],
    [
      'prose of several lines',
      'Service unavailable.\nSee status.example.org\n',
      'is neither JSON nor CSV: it starts with "Service unavailable."',
    ],
    ['a word', 'Forbidden\n', 'is neither JSON nor CSV: it starts with "Forbidden"'],
    [
      'a list with binary in it',
      'evil.example\n\u0001\u0002.example\n',
      'is neither JSON nor CSV: it starts with "evil.example"',
    ],
    ['binary', 'MZ\0\u0001,', 'is neither JSON nor CSV'],
    [
      'a binary line without end',
      Buffer.alloc(100_000, 'a,'),
      'is neither JSON nor CSV: it starts with "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,…"',
    ],
  ])('%s is refused', (_, content, failure) => {
    for (const at of [[], [1, 2, 3, 4, 5, 6, 7, 8]]) {
      expect(read(content, at)).toMatchObject({ failure, count: 0, found: [] });
    }
  });

  test('blank lines before it count as lines', () => {
    expect(recordsOf(read('\n\n{"a":1}\n{"a":2}')).map(({ place }) => place)).toEqual(['line 3', 'line 4']);
    expect(recordsOf(read('\n\na,b\n1,2')).map(({ place }) => place)).toEqual(['line 4']);
  });
});

describe('plain lists', () => {
  const list = [
    '# Bad hosts',
    '',
    'evil.example',
    '  http://evil[.]example/a?b=c,d "e"  ',
    '1.2.3.4:80 # since May',
    '',
    '# more',
    '; and more',
    '2001:db8::1\t17',
    'd41d8cd98f00b204e9800998ecf8427e',
    'user@evil.example',
    'C:\\x.exe',
    'evil.example',
  ].join('\r\n');

  test('each line that is no comment is a JSON text', () => {
    for (const at of [[], [3], Array.from({ length: list.length }, (_, index) => index)]) {
      const result = read(list, at);
      expect(result.failure).toBeNull();
      expect(rows(result)).toEqual([
        'evil.example',
        'http://evil[.]example/a?b=c,d "e"',
        '1.2.3.4:80 # since May',
        '2001:db8::1\t17',
        'd41d8cd98f00b204e9800998ecf8427e',
        'user@evil.example',
        'C:\\x.exe',
        'evil.example',
      ]);
      expect(recordsOf(result).map(({ place }) => place)).toEqual(
        [3, 4, 5, 9, 10, 11, 12, 13].map((line) => `line ${line}`),
      );
      expect(result.envelope).toEqual({ comment: 'Bad hosts' });
    }
  });

  test.each([
    ['one entry', 'evil.example', ['evil.example']],
    [
      'lines with commas',
      'a.example\nb.example,c.example\nd.example\n',
      ['a.example', 'b.example,c.example', 'd.example'],
    ],
    ['a comma first', 'a.example, b\nc.example\nd.example\n', ['a.example, b', 'c.example', 'd.example']],
    [
      'a hosts file',
      '127.0.0.1 localhost\n0.0.0.0 a.example\n0.0.0.0 b.example',
      ['127.0.0.1 localhost', '0.0.0.0 a.example', '0.0.0.0 b.example'],
    ],
    ['networks with comments', '; List\n192.0.2.0/24 ; SBL1\n', ['192.0.2.0/24 ; SBL1']],
    ['some dirt', 'host=>7119\na.example\nb.example\n', ['host=>7119', 'a.example', 'b.example']],
  ])('%s', (_, text, lines) => {
    const result = read(text);
    expect(result.failure).toBeNull();
    expect(rows(result)).toEqual(lines);
  });

  test('a line that is too long is rejected', () => {
    const text = `a.example\n${'x'.repeat(2000)}.example\nb.example`;
    for (const at of [[], [500, 1500]]) {
      const result = read(text, at);
      expect(rows(result)).toEqual(['a.example', 'b.example']);
      expect(result.found.filter(({ kind }) => kind === 'rejected')).toMatchObject([
        { place: 'line 2', reason: 'is 2 KiB long, more than the 1000 bytes allowed' },
      ]);
      expect(result.count).toBe(3);
    }
  });

  test('lines of any text come back, however they are cut', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\\', '\t', ' ', '#', '🦊'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 9 }), cuts(), (lines, at) => {
        const all = [...Array.from({ length: 20 }, () => 'evil.example'), ...lines].map((text) => text.trim());
        const result = read(all.join('\n'), at);
        expect(result.failure).toBeNull();
        expect(rows(result)).toEqual(all.filter((text) => text !== '' && !text.startsWith('#')));
      }),
    );
  });
});

describe('CSV', () => {
  test('a row is an object from column to text', () => {
    const result = read('cve,name,note\r\nCVE-1,"A, ""quoted"" name",\r\n\r\nCVE-2,"two\r\nlines",x y\r\n');
    expect(result.failure).toBeNull();
    expect(rows(result)).toEqual([
      { cve: 'CVE-1', name: 'A, "quoted" name', note: '' },
      { cve: 'CVE-2', name: 'two\r\nlines', note: 'x y' },
    ]);
    expect(recordsOf(result).map(({ place }) => place)).toEqual(['line 2', 'line 4']);
  });

  test('quotes inside a plain field are text', () => {
    expect(csvFields('5" disk,"a"b,"')).toEqual(['5" disk', 'ab', '']);
    expect(rows(read('a,b\n5" disk,x\n6" disk,y'))).toEqual([
      { a: '5" disk', b: 'x' },
      { a: '6" disk', b: 'y' },
    ]);
  });

  test('comments before the header are passed over', () => {
    for (const at of [[], [1, 5, 20]]) {
      const result = read('#version:1,date:2\n# more\na,b\n1,#2\n', at);
      expect(result.failure).toBeNull();
      expect(recordsOf(result)).toEqual([{ bytes: Buffer.from('{"a":"1","b":"#2"}'), place: 'line 4' }]);
    }
  });

  test('what they say is the comment of the envelope', () => {
    const { found, envelope } = read('#version:1,date:2\n#########\n#  more  #\n#\na,b\n1,2\n');
    expect(envelope).toEqual({ comment: 'version:1,date:2\nmore' });
    expect(found).toMatchObject([{ kind: 'records', envelope }]);
  });

  test.each([
    [
      'quoted rows',
      '# abuse\n#\n# id,url\n"1","http://a.example/,x"\n# "between\n"2","b"\n# END 2 entries',
      ['1', '2'],
    ],
    ['rows that look like no header', '#id,url\n10.1.1.1,TEST\n', ['10.1.1.1']],
    ['quoted columns, blanks after commas', '# "id", "url"\n"1", "a,b"\n"2", "c"\n', ['1', '2']],
  ])('the last comment is the header of %s', (_, text, ids) => {
    for (const at of [[], Array.from({ length: text.length }, (_, index) => index)]) {
      const result = read(text, at);
      expect(result.failure).toBeNull();
      expect(rows(result).map((row) => Object.keys(row))).toEqual(ids.map(() => ['id', 'url']));
      expect(rows(result).map((row) => row.id)).toEqual(ids);
    }
    expect(rows(read('# "id", "url"\n"1", "a,b"\n'))).toEqual([{ id: '1', url: 'a,b' }]);
  });

  test('a comment is no header where a header follows, or a row of another width', () => {
    expect(rows(read('# one, two\nid,url\n1,2\n'))).toEqual([{ id: '1', url: '2' }]);
    expect(rows(read('# one, two\nid,url,3rd\n1,2,3\n'))).toEqual([{ id: '1', url: '2', '3rd': '3' }]);
  });

  test('a row that begins with # is a comment, a field that does is a field', () => {
    const result = read('a,b\n#1,2\n"#1",#2\n # 3,4\n', [4]);
    expect(rows(result)).toEqual([
      { a: '#1', b: '#2' },
      { a: ' # 3', b: '4' },
    ]);
    expect(recordsOf(result).map(({ place }) => place)).toEqual(['line 3', 'line 4']);
  });

  test('a column may have any name', () => {
    expect(texts(read('__proto__,a"b\n1,2'))).toEqual(['{"__proto__":"1","a\\"b":"2"}']);
  });

  test('Latin-1 bytes become replacement characters', () => {
    expect(rows(read(Buffer.from('a,b\nZoë,1\n', 'latin1')))).toEqual([{ a: 'Zo\uFFFD', b: '1' }]);
  });

  test('a row with too few or too many columns is rejected, and so is one that is too long', () => {
    const result = read(`a,b\n1,2\n1\n1,2,3\n1,${'x'.repeat(2000)}\n3,4`);
    expect(result.failure).toBeNull();
    expect(rows(result)).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
    expect(result.found.filter(({ kind }) => kind === 'rejected')).toMatchObject([
      { place: 'line 3', reason: 'has 1 columns where the header has 2', excerpt: '1' },
      { place: 'line 4', reason: 'has 3 columns where the header has 2', excerpt: '1,2,3' },
      { place: 'line 5', reason: 'is 2 KiB long, more than the 1000 bytes allowed' },
    ]);
    expect(result.count).toBe(5);
  });

  test.each([
    ['an open quote', 'a,b\n1,2\n3,"4\n5,6\n', 'is cut off in line 3: a quote is not closed'],
    ['a column named twice', 'a,b,a\n1,2,3\n', 'has two columns named "a"'],
  ])('%s ends the document', (_, text, failure) => {
    expect(read(text).failure).toBe(failure);
  });

  test('any table comes back, however it is cut', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ', '🦊'), maxLength: 6 });
    const table = fc.array(fc.tuple(field, field, fc.constantFrom('end', 'e,"nd')), { maxLength: 6 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), cuts(), (all, newline, at) => {
        const text = [['first', 'second', 'third'], ...all].map((row) => row.map(quoted).join(',')).join(newline);
        const result = read(text, at);
        expect(result.failure).toBeNull();
        expect(rows(result)).toEqual(all.map(([first, second, third]) => ({ first, second, third })));
      }),
    );
  });
});
