import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { history, vulnerability } from '../../src/db/vulnerabilities.ts';
import { asOf } from '../../src/domain/as-of.ts';
import type { CveId } from '../../src/domain/record.ts';
import type { SourceId } from '../../src/domain/source-id.ts';
import { rebuild, rescore } from '../../src/ingest/rebuild.ts';
import { removeSource } from '../../src/ingest/remove-source.ts';
import { contentOf, empty, historyOf, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import {
  cve5Record,
  deduplicatedRecord,
  kevCatalogue,
  kevEntry,
  ndjson,
  nvdFeed,
  nvdRecord,
  put,
} from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-history-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const id: CveId = 'CVE-2024-0001';
const [first, second, third] = ['2024-06-01T10:00:00.000Z', '2024-06-05T10:00:00.000Z', '2024-06-09T10:00:00.000Z'];
const never = new AbortController().signal;
const later = () => new Date('2024-09-01T00:00:00.000Z');

const nvd = (name: string, ...records: object[]) => put(folder, `${name}.json`, nvdFeed(records));
const kev = (name: string, entries: readonly object[], day = '05') =>
  put(folder, `kev-${name}.json`, kevCatalogue(entries, `2024-03-${day}`));

describe.each(testDatabases())('what changed, on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  const known = async (cve: CveId) => {
    const v = await vulnerability(db, cve);
    if (!v) throw new Error(`${cve} is not there`);
    return v;
  };
  const at = async (time: string) => {
    const now = await known(id);
    return asOf(now, now.createdAt, await history(db, id, 100), time);
  };
  const nothing = { inserted: 0, updated: 0, deleted: 0 };

  /** A life: arrival, a new score, exploitation, words of others, withdrawal. */
  async function live(): Promise<void> {
    await loadWell(db, [nvd('one', nvdRecord(id, { score: 5, vendor: 'acme' }), nvdRecord('CVE-2024-0002'))], first);
    await loadWell(
      db,
      [
        nvd('two', nvdRecord(id, { score: 9.8, vendor: 'acme', modified: '2024-06-04T00:00:00.000' })),
        kev('one', [kevEntry(id), kevEntry('CVE-2024-0003')]),
      ],
      second,
    );
    await loadWell(
      db,
      [
        put(folder, 'cve.json', JSON.stringify(cve5Record(id, { title: 'A name', cisa: 'active' }))),
        kev('two', [kevEntry('CVE-2024-0003')], '06'),
      ],
      third,
    );
  }

  test('each change is kept with its time, its source, and what was there before', async () => {
    await live();
    const steps = await history(db, id, 100);
    expect(steps.map((s) => [s.changedAt, s.source])).toEqual([
      [third, 'cisa_kev'],
      [third, 'cisa_adp'],
      [third, 'cve_list'],
      [second, 'cisa_kev'],
      [second, 'nvd'],
    ]);
    expect(steps[4]?.changes).toMatchObject({
      cvssScore: { from: 5, to: 9.8 },
      severity: { from: 'MEDIUM', to: 'CRITICAL' },
    });
    expect(steps[3]?.changes).toMatchObject({
      exploited: { from: false, to: true },
      dueDate: { from: null, to: '2024-03-22' },
      sources: { added: ['cisa_kev'], removed: [] },
    });
    expect(steps[2]?.changes).toMatchObject({ title: { from: `Acme Gateway flaw ${id}`, to: 'A name' } });
    expect(steps[1]?.changes).toMatchObject({ publicExploit: { from: false, to: true } });
    expect(steps[0]?.changes).toMatchObject({ exploited: { from: true, to: false } });
  });

  test('the record as it was known before, between and after', async () => {
    await loadWell(db, [nvd('one', nvdRecord(id, { score: 5, vendor: 'acme' }))], first);
    const one = await known(id);
    await loadWell(
      db,
      [nvd('two', nvdRecord(id, { score: 9.8, vendor: 'acme', modified: '2024-06-04T00:00:00.000' }))],
      second,
    );
    const two = await known(id);
    await loadWell(db, [kev('one', [kevEntry(id)])], third);
    const row = { priorityScore: 0, scoredOn: '', updatedAt: '' };
    expect(await at('2024-06-01T09:59:59.999Z')).toBeNull();
    expect(await at(first)).toMatchObject({ cvssScore: 5, exploited: false });
    expect({ ...(await at('2024-06-05T09:59:59.999Z')), ...row }).toEqual({ ...one, ...row });
    expect({ ...(await at(second)), ...row }).toEqual({ ...two, ...row });
    expect(await at('2030-01-01T00:00:00.000Z')).toEqual(await known(id));
  });

  test('sources that change a CVE in one run are told apart, so that one can be taken out', async () => {
    const files = (day: string) => [
      nvd('one', nvdRecord(id, { score: Number(day), modified: `2024-06-0${day}T00:00:00.000` })),
      kev('one', [kevEntry(id, { dueDate: `2024-04-0${day}` })], `0${day}`),
    ];
    await loadWell(db, files('1'));
    await loadWell(db, files('2'));
    expect((await history(db, id, 100)).map((s) => [s.source, Object.keys(s.changes).sort()])).toEqual([
      ['cisa_kev', ['dueDate']],
      ['nvd', ['cvss', 'cvssScore', 'modifiedAt']],
    ]);
    await removeSource(db, 'cisa_kev', later, never);
    expect((await history(db, id, 100)).map((s) => s.source)).toEqual(['nvd']);
  });

  test('a load that changes nothing leaves no step', async () => {
    await live();
    const before = await history(db, id, 100);
    await loadWell(
      db,
      [put(folder, 'cve.json', JSON.stringify(cve5Record(id, { title: 'A name', cisa: 'active' })))],
      '2024-07-01T00:00:00.000Z',
    );
    expect(await history(db, id, 100)).toEqual(before);
  });

  test('the sample gives way to the first real record without a step in the history', async () => {
    const sample = deduplicatedRecord(id, {
      source: 'sample',
      title: 'ours',
      vendors: ['samplevendor'],
      last_modified: '2030-01-01',
    });
    await loadWell(
      db,
      [put(folder, 'sample.ndjson', ndjson([sample, deduplicatedRecord('CVE-2024-0009', { source: 'sample' })]))],
      first,
    );
    await loadWell(db, [nvd('real', nvdRecord(id, { vendor: 'acme' }))], second);
    expect(await known(id)).toMatchObject({ sources: ['nvd'], vendors: ['acme'], title: null });
    expect(await history(db, id, 100)).toEqual([]);
  });

  test.each<[SourceId, string]>([
    ['sample', 'first'],
    ['sample', 'last'],
    ['nvd', 'first'],
    ['nvd', 'last'],
    ['cisa_kev', 'last'],
    ['deduplicated', 'first'],
  ])('%s, loaded %s and removed, leaves no trace', async (source, when) => {
    const ids = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'];
    const files: Partial<Record<SourceId, string>> = {
      sample: put(
        folder,
        'sample.ndjson',
        ndjson(
          ids
            .slice(0, 2)
            .map((i) =>
              deduplicatedRecord(i, { source: 'sample', title: `rare${i.slice(-1)} words`, vendors: ['rarevendor'] }),
            ),
        ),
      ),
      deduplicated: put(folder, 'dedup.ndjson', ndjson(ids.map((i) => deduplicatedRecord(i, { title: 'uncommon' })))),
      nvd: nvd('all', ...ids.map((i) => nvdRecord(i, { score: 8, vendor: 'acme', description: `Peculiar ${i}` }))),
      cisa_kev: kev(
        'some',
        ids.slice(1).map((i) => kevEntry(i)),
      ),
    };
    const others = Object.entries(files)
      .filter(([key]) => key !== source)
      .map(([, file]) => file);
    for (const file of others) await loadWell(db, [file]);
    const without = { ...(await contentOf(db)), ...(when === 'last' && (await historyOf(db))) };
    await empty(db);
    for (const file of when === 'first' ? [files[source] ?? '', ...others] : [...others, files[source] ?? ''])
      await loadWell(db, [file]);
    await removeSource(db, source, () => new Date('2024-06-01T00:00:00.000Z'), never);
    expect({ ...(await contentOf(db)), ...(when === 'last' && (await historyOf(db))) }).toEqual(without);
    expect((await db.query('SELECT 1 FROM source_state WHERE source = $1', [source])).rows).toEqual([]);
    expect(await rebuild(db, later, never)).toMatchObject(nothing);
  });

  test('a rebuild after a full life changes not one row, and counts the same words', async () => {
    await live();
    await removeSource(db, 'cisa_adp', later, never);
    await rescore(db, '2025-06-01', never);
    const before = await writesOf(db);
    const content = await contentOf(db);
    expect(await rebuild(db, later, never)).toMatchObject(nothing);
    expect(await contentOf(db)).toEqual(content);
    const { search_terms: _before, ...rows } = before;
    const { search_terms: _after, ...after } = await writesOf(db);
    expect(after).toEqual(rows);
  });

  test('a rebuild repairs what was edited, lost or made up', async () => {
    await live();
    await rescore(db, '2024-06-09', never);
    const content = await contentOf(db);
    await db.query(
      `UPDATE vulnerabilities SET cvss_score = 1, title = 'edited', vendors = '["nobody"]' WHERE cve_id = $1`,
      [id],
    );
    await db.query(`DELETE FROM vulnerabilities WHERE cve_id = 'CVE-2024-0002'`);
    await db.query(`INSERT INTO vulnerabilities (cve_id, title) VALUES ('CVE-2024-9999', 'made up')`);
    await db.query(`UPDATE search_terms SET documents = 77`);
    expect(await rebuild(db, later, never)).toMatchObject({ inserted: 1, updated: 1, deleted: 1 });
    const { priority_score: _, ...rest } =
      (await db.query<{ priority_score: number }>('SELECT * FROM vulnerabilities WHERE cve_id = $1', [id])).rows[0] ??
      {};
    expect(rest).toMatchObject({ cvss_score: 9.8, title: 'A name', vendors: ['acme'] });
    await rescore(db, '2024-06-09', never);
    expect(await contentOf(db)).toEqual(content);
  });

  test('scores fade as days pass, and a rebuild keeps them', async () => {
    await loadWell(
      db,
      [
        nvd(
          'one',
          nvdRecord(id, { score: 5, published: '2024-05-30T00:00:00.000' }),
          nvdRecord('CVE-2024-0002', { status: 'Rejected' }),
        ),
      ],
      first,
    );
    const fresh = await known(id);
    expect(await rescore(db, '2024-06-01', never)).toBe(0);
    expect(await rescore(db, '2025-06-01', never)).toBe(1);
    const faded = await known(id);
    expect(faded.priorityScore).toBeLessThan(fresh.priorityScore);
    expect(faded).toMatchObject({ scoredOn: '2025-06-01', updatedAt: first });
    expect(await rebuild(db, later, never)).toMatchObject(nothing);
    expect(await known(id)).toEqual(faded);
    expect(await history(db, id, 10)).toEqual([]);
  });
});
