import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { vulnerability } from '../../src/db/vulnerabilities.ts';
import type { CveId } from '../../src/domain/record.ts';
import { formatById } from '../../src/sources/registry.ts';
import { empty, merged, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { countsOf, expectSums, load, loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-kev-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [a, b, c]: CveId[] = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'];
if (!a || !b || !c) throw new Error('three ids');
const catalogue = (ids: readonly string[], day: string, changes: object = {}) =>
  put(
    folder,
    `${day}.json`,
    kevCatalogue(
      ids.map((id) => kevEntry(id)),
      `2024-03-${day}`,
      changes,
    ),
  );

describe.each(testDatabases())('the whole catalogue on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  const exploited = async () => {
    const { rows } = await db.query<{ cve_id: string }>(
      'SELECT cve_id FROM vulnerabilities WHERE exploited_in_the_wild ORDER BY 1',
    );
    return rows.map((r) => r.cve_id);
  };

  test('an entry that vanished is withdrawn; a CVE known from nowhere else stays readable', async () => {
    await loadWell(db, [
      put(folder, 'nvd.json', nvdFeed([nvdRecord(a, { description: 'NVD on it' })])),
      catalogue([a, b, c], '05'),
    ]);
    expect(await exploited()).toEqual([a, b, c]);
    const result = await loadWell(db, [catalogue([c], '06')]);
    expect(countsOf(result, 'cisa_kev')).toEqual([1, 0, 0, 1, 0, 2]);
    expect(await exploited()).toEqual([c]);
    expect(await vulnerability(db, a)).toMatchObject({
      state: 'published',
      description: 'NVD on it',
      sources: ['nvd'],
      dueDate: null,
    });
    expect(await vulnerability(db, b)).toMatchObject({
      state: 'withdrawn',
      exploited: false,
      title: `Acme Gateway flaw ${b}`,
      priorityScore: 0,
    });
  });

  test('it stays exploited while somebody else says so', async () => {
    const cve = { ...(nvdRecord(a) as { cve: object }).cve, cisaExploitAdd: '2024-03-01', cisaActionDue: '2024-03-22' };
    await loadWell(db, [put(folder, 'nvd.json', nvdFeed([{ cve }])), catalogue([a, b], '05')]);
    await loadWell(db, [catalogue([b], '06')]);
    expect(await vulnerability(db, a)).toMatchObject({ exploited: true, exploitedSince: '2024-03-01' });
  });

  test('an entry that reappears comes back, and then nothing changes any more', async () => {
    await loadWell(db, [catalogue([a, b], '05')]);
    const first = await merged(db);
    await loadWell(db, [catalogue([b], '06')]);
    const back = await loadWell(db, [catalogue([a, b], '07')]);
    expect(countsOf(back, 'cisa_kev')).toEqual([2, 1, 0, 1, 0, 0]);
    expect(await merged(db)).toEqual(first);
    const before = await writesOf(db);
    await loadWell(db, [catalogue([a, b], '07')]);
    expect(await writesOf(db)).toEqual(before);
  });

  test('an older catalogue after a newer one takes and gives nothing, and says so', async () => {
    await loadWell(db, [catalogue([a, b], '06')]);
    const before = await writesOf(db);
    const result = await loadWell(db, [catalogue([a, c], '05')]);
    expect(countsOf(result, 'cisa_kev')).toEqual([2, 0, 0, 2, 0, 0]);
    expect([...(result.runs[0]?.notes.keys() ?? [])].join()).toMatch(/older than the catalogue read before/);
    expect(await writesOf(db)).toEqual(before);
  });

  test('a count that does not fit withdraws nothing and fails the run; the watermark stays', async () => {
    await loadWell(db, [catalogue([a, b], '05')]);
    const result = await load(db, [catalogue([b, c], '07', { count: 5 })]);
    expect(result.runs.map((r) => [r.status, r.error])).toEqual([
      ['failed', expect.stringMatching(/says it has 5 entries, but 2 came/)],
    ]);
    await expectSums(db, result);
    expect(await exploited()).toEqual([a, b, c]);
    expect((await db.query('SELECT released_at FROM source_state')).rows).toEqual([
      { released_at: '2024-03-05T14:00:00.000Z' },
    ]);
    await loadWell(db, [catalogue([b], '06')]);
    expect(await exploited()).toEqual([b]);
  });

  test('a catalogue that is cut off withdraws nothing', async () => {
    await loadWell(db, [catalogue([a, b, c], '05')]);
    const text = kevCatalogue(
      [c, b].map((id) => kevEntry(id)),
      '2024-03-06',
    );
    const packed = gzipSync(text);
    for (const cut of [
      Buffer.from(text.slice(0, -30)),
      Buffer.from(text.slice(0, -1)),
      packed.subarray(0, packed.length - 20),
    ]) {
      const result = await load(db, [put(folder, 'cut.json', cut)]);
      expect(result.failures).toHaveLength(1);
      await expectSums(db, result);
      expect(await exploited()).toEqual([a, b, c]);
    }
  });

  test('an entry that is listed but cannot be used is not taken for vanished', async () => {
    await loadWell(db, [catalogue([a, b], '05')]);
    const long = kevEntry(a, { notes: 'x'.repeat(5000) });
    const path = put(folder, 'long.json', kevCatalogue([kevEntry(b), long], '2024-03-06'));
    const result = await load(db, [path], undefined, { limits: { recordBytes: 2000 } });
    expect(countsOf(result, 'cisa_kev')).toEqual([2, 0, 0, 1, 1, 0]);
    expect(await exploited()).toEqual([a, b]);
  });

  test('a file of another kind that is called a catalogue withdraws nothing', async () => {
    await loadWell(db, [catalogue([a, b], '05')]);
    const path = put(folder, 'other.json', JSON.stringify([{ name: 'one' }, { name: 'two' }]));
    const result = await load(db, [path], undefined, { format: formatById('kev') });
    expect(countsOf(result, 'cisa_kev')).toEqual([2, 0, 0, 0, 2, 0]);
    expect(await exploited()).toEqual([a, b]);
  });

  test('an empty catalogue withdraws nothing', async () => {
    await loadWell(db, [catalogue([a, b], '05')]);
    await load(db, [catalogue([], '06')]);
    expect(await exploited()).toEqual([a, b]);
  });

  test('the CSV is the same catalogue', async () => {
    const row = (id: string) =>
      `${id},Acme,Gateway,Acme Gateway flaw ${id},2024-03-01,Acme Gateway has the flaw ${id}.,Apply the update.,2024-03-22,Unknown,,CWE-79`;
    const header =
      'cveID,vendorProject,product,vulnerabilityName,dateAdded,shortDescription,requiredAction,dueDate,knownRansomwareCampaignUse,notes,cwes';
    await loadWell(db, [put(folder, 'kev.csv', `${[header, row(a), row(b)].join('\r\n')}\r\n`)]);
    const csv = await merged(db);
    await empty(db);
    await loadWell(db, [catalogue([a, b], '05')]);
    expect(await merged(db)).toEqual(csv);
  });
});
