import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { type RejectedRow, rejectedRecords } from '../../src/db/runs.ts';
import { vulnerability } from '../../src/db/vulnerabilities.ts';
import type { CveId } from '../../src/domain/record.ts';
import { rebuild } from '../../src/ingest/rebuild.ts';
import { formatById } from '../../src/sources/registry.ts';
import { empty, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { deduplicatedRecord, kevCatalogue, kevEntry, ndjson, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { countsOf, expectSums, load, loadWell } from '../support/loading.ts';
import { idsFor } from '../support/searching.ts';
import { zip } from './read/archives.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const id: CveId = 'CVE-2024-0001';
const good = () => put(folder, 'good.json', nvdFeed([nvdRecord('CVE-2024-0100'), nvdRecord('CVE-2024-0101')]));
/** What is kept, and what the last of a kind says of the others, adds up. */
function expectCounted(kept: readonly RejectedRow[], rejected: number): void {
  const more = kept.flatMap(({ place }) => (/ more$/.exec(place) ? [Number(place.replaceAll(/\D/g, ''))] : []));
  expect(more).toHaveLength(1);
  expect(kept.length - 1 + (more[0] ?? 0)).toBe(rejected);
  expect(kept.length).toBeLessThan(200);
}
const oneSentence = /^[^\n]{10,400}$/;

describe.each(testDatabases())('hostile input on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  const ids = async () => {
    const { rows } = await db.query<{ cve_id: string }>('SELECT cve_id FROM vulnerabilities ORDER BY 1');
    return rows.map((r) => r.cve_id);
  };

  /** Every merged row has its record, every record its merged row, and a rebuild finds nothing to repair. */
  async function expectWhole(): Promise<void> {
    const checked = await rebuild(db, () => new Date(), new AbortController().signal);
    expect(checked).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  }

  const feed = nvdFeed([nvdRecord(id), nvdRecord('CVE-2024-0002')]);
  const packed = gzipSync(feed);
  test.each<[string, string | Buffer, RegExp]>([
    ['a cut-off gzip', packed.subarray(0, packed.length - 30), /is cut off/],
    [
      'a damaged gzip',
      Buffer.concat([packed.subarray(0, 60), Buffer.from('damage!'), packed.subarray(67)]),
      /is damaged|is cut off/,
    ],
    ['a cut-off JSON', feed.slice(0, -40), /cut off|ends/],
    ['a cut-off zip', zip([{ name: 'a.json', content: feed }]).subarray(0, 200), /cut off|damaged|zip/i],
    ['HTML', '<!DOCTYPE html><html><body>Service unavailable</body></html>', /holds HTML, not JSON/],
    ['an empty file', '', /is empty/],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), /neither JSON nor CSV/],
    ['prose', 'Too many requests. Try again later.', /neither JSON nor CSV/],
    ['JSON of something else', '[{"name":"x"},{"name":"y"}]', /not in a format that OpenThreat knows/],
  ])('%s is told in one sentence, and the other files are loaded', async (_, content, reason) => {
    const bad = put(folder, 'bad.json', content);
    const result = await load(db, [bad, good()]);
    expect(result.failures).toEqual([{ document: bad, reason: expect.stringMatching(reason) }]);
    expect(`${result.failures[0]?.document} ${result.failures[0]?.reason}`).toMatch(oneSentence);
    expect(await ids()).toEqual(expect.arrayContaining(['CVE-2024-0100', 'CVE-2024-0101']));
    expect(result.runs.filter((r) => r.status === 'failed')).toHaveLength(1);
    await expectSums(db, result);
    await expectWhole();
    expect((await load(db, [good()])).runs.map((r) => r.status)).toEqual(['success']);
  });

  test('a large file of an unknown kind is told once', async () => {
    const bad = put(folder, 'unknown.ndjson', '{"something":"else"}\n'.repeat(20_000));
    const result = await load(db, [bad, good()]);
    expect(result.failures).toHaveLength(1);
    expect(await ids()).toHaveLength(2);
  });

  test('thousands of broken lines are rejected, some kept with their places, and the good ones between them stored', async () => {
    const lines = Array.from({ length: 3000 }, (_, n) =>
      n % 300 === 0
        ? JSON.stringify(deduplicatedRecord(`CVE-2024-${2000 + n}`))
        : `{"cve_id":"CVE-2024-${2000 + n}", broken ${n}}`,
    );
    const result = await load(db, [put(folder, 'broken.ndjson', lines.join('\n'))]);
    expect(countsOf(result, 'deduplicated')).toEqual([3000, 10, 0, 0, 2990, 0]);
    await expectSums(db, result);
    const kept = await rejectedRecords(db, 5000, null);
    const [, one] = kept; // after the one that counts the others
    const line = Number(one?.place.replace('line ', ''));
    expect(one?.excerpt).toContain(`broken ${line - 1}}`);
    expectCounted(kept, 2990);
  });

  test.each<[string, (text: string) => Buffer]>([
    ['a BOM', (text) => Buffer.from(`\ufeff${text}`)],
    ['CRLF', (text) => Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['UTF-16 with a BOM', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['blank lines', (text) => Buffer.from(`\n\n${text.replaceAll('\n', '\n\n')}\n`)],
    ['no line end at the end', (text) => Buffer.from(text.trimEnd())],
    ['zstd', (text) => zstdCompressSync(text)],
    ['a zip in a zip', (text) => zip([{ name: 'in.zip', content: zip([{ name: 'x.ndjson', content: text }]) }])],
  ])('%s changes nothing of what is read', async (_, write) => {
    const text = ndjson([deduplicatedRecord(id, { title: 'Zürich café' }), deduplicatedRecord('CVE-2024-0002')]);
    await loadWell(db, [put(folder, 'form.txt', write(text))]);
    expect(await ids()).toEqual([id, 'CVE-2024-0002']);
    expect(await vulnerability(db, id)).toMatchObject({ title: 'Zürich café' });
  });

  test('Latin-1 bytes are replaced, and it is said', async () => {
    const bytes = Buffer.from(ndjson([deduplicatedRecord(id, { title: 'Zürich' })]), 'latin1');
    const result = await loadWell(db, [put(folder, 'latin1.ndjson', bytes)]);
    expect(await vulnerability(db, id)).toMatchObject({ title: 'Z\ufffdrich' });
    expect([...(result.runs[0]?.notes.keys() ?? [])]).toEqual(['bytes that are not UTF-8 were replaced']);
  });

  test('characters that PostgreSQL refuses are replaced, and it is said where and how many', async () => {
    const record = `{"cve_id":"${id}","title":"a\\u0000b\\ud800c","description":"\\udfff","vendors":["ven\\u0000dor"],"references":["https://example.org/\\u0000"],"source":"x\\u0000"}`;
    const result = await loadWell(db, [put(folder, 'refused.ndjson', record)]);
    expect(await vulnerability(db, id)).toMatchObject({ title: 'a\ufffdb\ufffdc', description: '\ufffd' });
    expect([...(result.runs[0]?.notes.keys() ?? [])]).toContain(
      'replaced 2 characters PostgreSQL cannot store in title',
    );
    const { rows } = await db.query<{ error_details: { notes: object } }>('SELECT error_details FROM ingestion_runs');
    expect(Object.keys(rows[0]?.error_details.notes ?? {})).toContain(
      'replaced 2 characters PostgreSQL cannot store in title',
    );
    await expectWhole();
  });

  test('a line with raw bytes of zero is rejected like any other broken one', async () => {
    const lines = `{"cve_id":"CVE-2024-0001","title":"\0"}\n{"cve_id":\0}\n{"\ud83d`;
    const result = await load(db, [
      put(folder, 'zero.ndjson', Buffer.concat([Buffer.from(lines), Buffer.from([0xff, 0xfe, 0])])),
      good(),
    ]);
    expect(countsOf(result, 'nvd')).toEqual([2, 2, 0, 0, 0, 0]);
    await expectSums(db, result);
  });

  test.each<[string, object, RegExp]>([
    ['an id that is none', { cve_id: 'CVE-20240001' }, /"CVE-20240001" is not a CVE id/],
    ['an id from the future', { cve_id: 'CVE-9999-0001' }, /is not a CVE id/],
    ['an id with an injection', { cve_id: "CVE-2024-0001'; DROP TABLE vulnerabilities; --" }, /is not a CVE id/],
    ['an id that is a number', { cve_id: 20240001 }, /is not a CVE id/],
    ['an id with a control character', { cve_id: 'CVE-2024-0001\u0000' }, /is not a CVE id/],
    ['no id', { cve_id: null }, /it has no CVE id/],
    ['a CVSS score of 11', { cvss_score: 11 }, /CVSS score 11 is outside 0–10/],
    ['a CVSS score below 0', { cvss_score: -1 }, /CVSS score -1 is outside 0–10/],
    ['a CVSS score without end', { cvss_score: 1e308 }, /outside 0–10/],
  ])('%s is rejected with place, reason and excerpt', async (_, changes, reason) => {
    const records = [
      deduplicatedRecord('CVE-2024-0100'),
      deduplicatedRecord(id, changes),
      deduplicatedRecord('CVE-2024-0101'),
    ];
    const path = put(folder, 'one-bad.ndjson', ndjson(records));
    const result = await load(db, [path]);
    expect(countsOf(result, 'deduplicated')).toEqual([3, 2, 0, 0, 1, 0]);
    expect(await ids()).toEqual(['CVE-2024-0100', 'CVE-2024-0101']);
    expect(await rejectedRecords(db, 10, null)).toMatchObject([
      {
        document: path,
        place: 'line 2',
        reason: expect.stringMatching(reason),
        excerpt: expect.stringContaining('cve_id'),
      },
    ]);
  });

  test('dates that are none, or not of this age, are left out, and it is said', async () => {
    const records = ['2024-02-30', '9999-12-31', '0001-01-01', 'yesterday', '2024-13-01T00:00:00Z', 17, {}].map(
      (published, n) => deduplicatedRecord(`CVE-2024-000${n}`, { published }),
    );
    const result = await loadWell(db, [put(folder, 'dates.ndjson', ndjson(records))]);
    expect((await db.query('SELECT DISTINCT published_at FROM vulnerabilities')).rows).toEqual([
      { published_at: null },
    ]);
    expect([...(result.runs[0]?.notes.keys() ?? [])]).toContain(
      'left out published: "9999-12-31" is not a usable date',
    );
  });

  test('an enormous record is stored, found and unchanged when it comes again', async () => {
    const record = deduplicatedRecord(id, {
      title: 'x'.repeat(100_000),
      description: `needle ${'y'.repeat(100_000)} ${Array.from({ length: 90_000 }, (_, n) => `w${n.toString(36)}`).join(' ')}`,
      references: Array.from({ length: 10_000 }, (_, n) => `https://example.org/${n}`),
      vendors: Array.from({ length: 2000 }, (_, n) => `vendor-${n}`),
      products: ['z'.repeat(100_000)],
    });
    const path = put(folder, 'large.ndjson', ndjson([record]));
    await loadWell(db, [path]);
    const stored = await vulnerability(db, id);
    expect(stored?.references).toHaveLength(10_000);
    expect(stored?.title).toHaveLength(100_000);
    expect(await idsFor(db, 'needle')).toEqual([id]);
    const before = await writesOf(db);
    expect(countsOf(await loadWell(db, [path]), 'deduplicated')).toEqual([1, 0, 0, 1, 0, 0]);
    expect(await writesOf(db)).toEqual(before);
    await expectWhole();
  });

  test('words without end in four-byte letters are stored', async () => {
    const letters = Array.from({ length: 40 }, (_, n) => String.fromCodePoint(0x10400 + n));
    const word = (n: number) =>
      [n % 40, Math.floor(n / 40) % 40, Math.floor(n / 1600) % 40].map((i) => letters[i]).join('');
    const text = (length: number) => Array.from({ length }, (_, n) => `${word(n)}-${word(n * 7)}`).join(' ');
    await loadWell(db, [
      put(
        folder,
        'letters.ndjson',
        ndjson([
          deduplicatedRecord(id, {
            title: text(3000),
            description: text(30_000),
            vendors: Array.from({ length: 6000 }, (_, n) => `${word(n)}-${word(n * 11)}`),
          }),
        ]),
      ),
    ]);
    expect(await ids()).toEqual([id]);
  });

  test('a record over the limit is rejected, the ones beside it are stored', async () => {
    const records = [
      deduplicatedRecord('CVE-2024-0100'),
      deduplicatedRecord(id, { description: 'x'.repeat(50_000) }),
      deduplicatedRecord('CVE-2024-0101'),
    ];
    const path = put(folder, 'long.ndjson', ndjson(records));
    const result = await load(db, [path], undefined, { limits: { recordBytes: 20_000 } });
    expect(countsOf(result, 'deduplicated')).toEqual([3, 2, 0, 0, 1, 0]);
    expect(await ids()).toEqual(['CVE-2024-0100', 'CVE-2024-0101']);
    expect(await rejectedRecords(db, 1, null)).toMatchObject([
      { place: 'line 2', reason: expect.stringMatching(/longer than|KiB|bytes/) },
    ]);
    expect((await rejectedRecords(db, 1, null))[0]?.excerpt.length).toBeLessThanOrEqual(500);
  });

  test('of rows that the reader cannot use the first are kept with their places, and the others counted', async () => {
    const rows = Array.from({ length: 2500 }, (_, n) => `CVE-2024-${10000 + n},too,short`);
    const path = put(
      folder,
      'short.csv',
      ['cveID,vendorProject,product,vulnerabilityName,dateAdded', ...rows].join('\n'),
    );
    const result = await load(db, [path, good()]);
    expect(result.runs.map((r) => r.counts.rejected)).toEqual([2500, 0]);
    await expectSums(db, result);
    const kept = await rejectedRecords(db, 5000, null);
    expect(kept.at(-1)?.place).toBe('line 2');
    expectCounted(kept, 2500);
  });

  test('a first record over the limit does not hide what the file is', async () => {
    const records = [deduplicatedRecord(id, { description: 'x'.repeat(50_000) }), deduplicatedRecord('CVE-2024-0101')];
    const result = await load(db, [put(folder, 'first.ndjson', ndjson(records))], undefined, {
      limits: { recordBytes: 20_000 },
    });
    expect(result.runs.reduce((sum, r) => sum + r.counts.fetched, 0)).toBe(2);
    expect(await ids()).toEqual(['CVE-2024-0101']);
    await expectSums(db, result);
  });

  test('nesting without end, numbers without end and names of prototypes do no harm', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const lines = [
      `{"cve_id":"CVE-2024-0001","references":${deep},"title":"deep"}`,
      `{"cve_id":"CVE-2024-0002","cvss_score":${'9'.repeat(400)}}`,
      '{"cve_id":"CVE-2024-0003","__proto__":{"title":"polluted"},"constructor":{"prototype":{"x":1}},"toString":1,"hasOwnProperty":null}',
      '{"cve_id":"CVE-2024-0004","title":{"__proto__":"x"},"vendors":"__proto__","products":["constructor","__proto__"],"cwes":1e999,"published":1e21}',
    ];
    const result = await load(db, [put(folder, 'odd.ndjson', lines.join('\n'))]);
    expect(result.failures).toEqual([]);
    expect(countsOf(result, 'deduplicated')).toEqual([4, 3, 0, 0, 1, 0]);
    expect(await vulnerability(db, 'CVE-2024-0003')).toMatchObject({ title: null });
    expect(await vulnerability(db, 'CVE-2024-0004')).toMatchObject({ title: null, vendors: ['__proto__'] });
    expect(({} as { title?: string }).title).toBeUndefined();
    await expectWhole();
  });

  test('a bomb is not unpacked, and what else was named is loaded', async () => {
    const bomb = put(folder, 'bomb.json.gz', gzipSync(Buffer.alloc(2_000_000, ' ')));
    const result = await load(db, [bomb, good()], undefined, { limits: { documentBytes: 1_000_000 } });
    expect(result.failures).toEqual([{ document: bomb, reason: expect.stringMatching(/unpacks to more than/) }]);
    expect(await ids()).toHaveLength(2);
  });

  test('the sound entries of an archive are loaded, the others told', async () => {
    const archive = put(
      folder,
      'mixed.zip',
      zip([
        { name: 'good.json', content: feed },
        { name: 'bad.html', content: '<html>' },
        { name: 'wrong.json', content: feed, lies: { crc32: 1 } },
        { name: 'last.ndjson', content: ndjson([deduplicatedRecord('CVE-2024-0300')]) },
      ]),
    );
    const result = await load(db, [archive]);
    expect(result.failures.map((f) => f.document)).toEqual([`${archive} › bad.html`, `${archive} › wrong.json`]);
    expect(await ids()).toEqual([id, 'CVE-2024-0002', 'CVE-2024-0300']);
  });

  test('a missing file, a folder without files and a pattern without matches stop before anything is read', async () => {
    mkdirSync(join(folder, 'hollow'), { recursive: true });
    for (const missing of ['missing.json', 'hollow', '*.nothing']) {
      const before = await writesOf(db);
      await expect(load(db, [good(), join(folder, missing)])).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringMatching(oneSentence),
      });
      expect(await writesOf(db)).toEqual(before);
    }
  });

  // Whoever is root may read everything, so there is nothing to see.
  test.skipIf(process.getuid?.() === 0)(
    'a folder without permission is told (needs a user who is not root)',
    async () => {
      const closed = join(folder, 'closed');
      mkdirSync(closed);
      chmodSync(closed, 0);
      await expect(load(db, [closed])).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringMatching(/permission denied/),
      });
    },
  );

  test('a stream that breaks keeps what came before', async () => {
    async function* broken() {
      for (let n = 0; n < 100; n++) yield Buffer.from(ndjson([deduplicatedRecord(`CVE-2024-${1000 + n}`)]));
      throw Object.assign(new Error('read EIO'), { code: 'EIO', syscall: 'read' });
    }
    const result = await load(db, ['-'], undefined, { stdin: Readable.from(broken()) });
    expect(result.failures).toHaveLength(1);
    expect(await ids()).toHaveLength(100);
    await expectSums(db, result);
  });

  test('a format that is named wrongly rejects, and stores nothing', async () => {
    const result = await load(db, [good()], undefined, { format: formatById('cve5') });
    expect(countsOf(result, 'cve_list')).toEqual([2, 0, 0, 0, 2, 0]);
    expect(await ids()).toEqual([]);
    const kev = await load(db, [put(folder, 'kev.json', kevCatalogue([kevEntry(id)]))], undefined, {
      format: formatById('nvd'),
    });
    expect(countsOf(kev, 'nvd')).toEqual([1, 0, 0, 0, 1, 0]);
  });
});
