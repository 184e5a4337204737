import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dataVersions, noteDataChange } from '../../src/db/data-version.ts';
import { type Database, transaction } from '../../src/db/database.ts';
import { deferIndexes } from '../../src/db/write/deferred.ts';
import { removeCatalogue } from '../../src/ingest/catalogue/remove.ts';
import { ageIndicators } from '../../src/ingest/indicators/age.ts';
import { removeIndicators } from '../../src/ingest/indicators/remove.ts';
import { rebuild, rescore } from '../../src/ingest/rebuild.ts';
import { recover } from '../../src/ingest/recover.ts';
import { removeSource } from '../../src/ingest/remove-source.ts';
import { removeScores } from '../../src/ingest/scores.ts';
import { syncSource } from '../../src/ingest/sync/sync-source.ts';
import { bundle, mapping, mappings, matrix, techniqueObject } from '../support/catalogues.ts';
import { empty } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { epssDay, kevCatalogue, kevEntry, ndjson, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { reportFormat } from '../support/indicators.ts';
import { load, loadWell } from '../support/loading.ts';
import { FakeFeed, nvdPage, syncContext } from '../support/syncing.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-versions-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const start = '2026-03-01T00:00:00.000Z';
const on = (day: string) => () => new Date(day);
const nvd = (ids: readonly string[], score = 5) =>
  put(
    folder,
    'nvd.json',
    nvdFeed(ids.map((id) => nvdRecord(id, { score, modified: `2024-02-0${score}T00:00:00.000` }))),
  );

describe.each(testDatabases())('versions of the data on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  /** The families whose version is another one after `work`, without that of operations, which every run changes. */
  async function changedBy(work: () => Promise<unknown>): Promise<string[]> {
    return (await allChangedBy(work)).filter((family) => family !== 'operations');
  }

  async function allChangedBy(work: () => Promise<unknown>): Promise<string[]> {
    const before = await dataVersions(db);
    await work();
    const after = await dataVersions(db);
    return [...after].flatMap(([family, version]) => (before.get(family) === version ? [] : [family])).toSorted();
  }

  /** `work` changes these families, and the same again changes none. */
  async function expectChanges(families: readonly string[], work: () => Promise<unknown>): Promise<void> {
    expect(await changedBy(work)).toEqual(families);
    expect(await changedBy(work)).toEqual([]);
  }

  test('records about CVEs: new, changed, withdrawn, taken out', async () => {
    const ids = ['CVE-2024-0001', 'CVE-2024-0002'];
    await expectChanges(['vulnerabilities'], () => loadWell(db, [nvd(ids)]));
    await expectChanges(['vulnerabilities'], () => loadWell(db, [nvd(ids, 9)]));
    expect(await changedBy(() => load(db, [nvd(['CVE-2024-0003'])], start, { dryRun: true }))).toEqual([]);
    const kev = (entries: readonly object[], day: string) => put(folder, 'kev.json', kevCatalogue(entries, day));
    const entries = ids.map((id) => kevEntry(id));
    await expectChanges(['vulnerabilities'], () => loadWell(db, [kev(entries, '2024-03-05')]));
    await expectChanges(['vulnerabilities'], () => loadWell(db, [kev(entries.slice(1), '2024-03-06')]));
    await expectChanges(['vulnerabilities'], () => removeSource(db, 'cisa_kev', on(start), never));
  });

  test('a document in which nothing can be used changes only what is known of runs', async () => {
    const broken = put(folder, 'broken.json', nvdFeed([{ cve: { id: 'CVE-2024-1' } }]));
    expect(await allChangedBy(() => load(db, [broken]))).toEqual(['operations']);
  });

  test('priorities: by EPSS, by the day, by its removal', async () => {
    const ids = ['CVE-2024-0001', 'CVE-2024-0002'];
    await loadWell(db, [nvd(ids)], start);
    const day = put(folder, 'epss.csv', epssDay('2026-03-01', { 'CVE-2024-0001': 0.9, 'CVE-2099-0001': 0.1 }));
    await expectChanges(['vulnerabilities'], () => loadWell(db, [day], start));
    const next = put(folder, 'next.csv', epssDay('2026-03-02', { 'CVE-2099-0001': 0.1 }));
    await expectChanges(['vulnerabilities'], () => loadWell(db, [next], start));
    await expectChanges(['vulnerabilities'], () => rescore(db, '2027-03-01', never));
    expect(await changedBy(() => removeScores(db, on(start), never))).toEqual(['vulnerabilities']);
  });

  test('what a rebuild puts right', async () => {
    await loadWell(db, [nvd(['CVE-2024-0001'])]);
    await db.query(`UPDATE vulnerabilities SET title = 'Somebody edited this.'`);
    expect(await changedBy(() => rebuild(db, on(start), never))).toEqual(['vulnerabilities']);
  });

  test('indicators: reported, grown old, taken out', async () => {
    const reports = [{ type: 'domain', value: 'bad.example.net' }];
    const file = put(folder, 'reports.ndjson', ndjson(reports));
    await expectChanges(['indicators'], () => load(db, [file], start, { format: reportFormat('list') }));
    await expectChanges(['indicators'], () => ageIndicators(db, new Date('2036-01-01')));
    await expectChanges(['indicators'], () => removeIndicators(db, 'list', on(start)));
  });

  test('indexes of indicators that were put off: some answers wait for them', async () => {
    await transaction(db, (tx) => deferIndexes(tx, ['iocs'], start));
    await expectChanges(['indicators'], () => recover(db, on(start)));
  });

  test('reference catalogues, with the CVEs and indicators that are shown and found by them', async () => {
    const every = ['catalogues', 'indicators', 'vulnerabilities'];
    const attack = put(folder, 'attack.json', bundle(matrix('enterprise', [techniqueObject('T1001')])));
    await expectChanges(every, () => loadWell(db, [attack], start));
    const mapped = put(folder, 'mappings.json', mappings([mapping('CVE-2024-0001', 'T1001')]));
    await expectChanges(every, () => loadWell(db, [mapped], start));
    await expectChanges(every, () => removeCatalogue(db, 'mitre_attack'));
  });

  test('a sync that finds nothing new changes only what is known of sources and runs', async () => {
    const feed = new FakeFeed('nvd');
    feed.documents = [nvdPage([nvdRecord('CVE-2024-0001')])];
    const context = syncContext(db, join(folder, 'downloads'));
    expect(await allChangedBy(() => syncSource(context, feed.connector))).toEqual(['operations', 'vulnerabilities']);
    expect(await allChangedBy(() => syncSource(context, feed.connector))).toEqual(['operations']);
    feed.remove();
  });

  test('a change that is rolled back is none', async () => {
    const rolledBack = async () => {
      const work = transaction(db, async (tx) => {
        await noteDataChange(tx, 'catalogues');
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
    };
    expect(await allChangedBy(rolledBack)).toEqual([]);
  });

  test('however often data change, no version comes again, and few rows tell it', async () => {
    const sequence = `pg_get_serial_sequence('data_changes', 'id')`;
    const seen = new Set<string>();
    for (let n = 0; n < 20; n++) {
      // As if hundreds had come before: numbers also go to what is rolled back.
      await db.query(`SELECT setval(${sequence}, (nextval(${sequence}) / 512 + 1) * 512 - 1)`);
      await transaction(db, (tx) => noteDataChange(tx, n % 4 === 0 ? 'catalogues' : 'indicators'));
      const versions = await dataVersions(db);
      seen.add(`${versions.get('catalogues')} ${versions.get('indicators')}`);
    }
    expect(seen.size).toBe(20);
    const { rows } = await db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM data_changes WHERE family = 'indicators'`,
    );
    expect(rows[0]?.n).toBeLessThan(10);
  });
});
