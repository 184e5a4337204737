import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { epssCurve, epssScore } from '../../src/db/epss.ts';
import { vulnerability } from '../../src/db/vulnerabilities.ts';
import type { CveId } from '../../src/domain/record.ts';
import { rebuild, rescore } from '../../src/ingest/rebuild.ts';
import { removeScores } from '../../src/ingest/scores.ts';
import { contentOf, empty, writesOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { epssDay, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { countsOf, load, loadWell } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-epss-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [a, b, c]: CveId[] = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'];
if (!a || !b || !c) throw new Error('three ids');
const date = (day: number) => `2026-01-${String(day).padStart(2, '0')}`;
const file = (day: number, scores: Readonly<Record<string, number>>) =>
  put(folder, `${day}.csv`, epssDay(date(day), scores));
const nvd = (ids: readonly string[]) =>
  put(folder, 'nvd.json', nvdFeed(ids.map((id) => nvdRecord(id, { score: 5, published: '2020-01-01T00:00:00.000' }))));
const never = new AbortController().signal;
const noChange = { inserted: 0, updated: 0, deleted: 0 };

describe.each(testDatabases())('EPSS on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => empty(db));

  const current = async (id: CveId) => epssScore(db, id);
  const curve = async (id: CveId) => (await epssCurve(db, id, 100)).map((p) => [Number(p.day.slice(8)), p.epss]);
  const priorityOf = async (id: CveId) => (await vulnerability(db, id))?.priorityScore;
  const expectDerived = async () => {
    expect(await rebuild(db, () => new Date('2026-03-01'), never)).toMatchObject(noChange);
  };

  test('a day of scores: each is current, and begins its curve', async () => {
    const result = await loadWell(db, [file(1, { [a]: 0.5, [b]: 2e-5 })]);
    expect(countsOf(result, 'epss')).toEqual([2, 2, 0, 0, 0, 0]);
    expect(await current(a)).toEqual({ day: date(1), epss: 0.5, percentile: 0.5 });
    expect(await curve(b)).toEqual([[1, 2e-5]]);
  });

  test('the same day again writes nothing', async () => {
    await loadWell(db, [nvd([a, b]), file(1, { [a]: 0.5, [b]: 0.2, [c]: 0.1 })]);
    const before = await writesOf(db);
    const result = await loadWell(db, [file(1, { [a]: 0.5, [b]: 0.2, [c]: 0.1 })]);
    expect(countsOf(result, 'epss')).toEqual([3, 0, 0, 3, 0, 0]);
    expect(await writesOf(db)).toEqual(before);
  });

  test('the next day is current; a curve goes on where its score has moved', async () => {
    await loadWell(db, [file(1, { [a]: 0.5, [b]: 0.2 }), file(2, { [a]: 0.505, [b]: 0.3 })]);
    expect(await current(a)).toEqual({ day: date(2), epss: 0.505, percentile: 0.505 });
    expect(await curve(a)).toEqual([[1, 0.5]]);
    await loadWell(db, [file(3, { [a]: 0.511, [b]: 0.3 })]);
    expect(await curve(a)).toEqual([
      [1, 0.5],
      [3, 0.511],
    ]);
    expect(await curve(b)).toEqual([
      [1, 0.2],
      [2, 0.3],
    ]);
  });

  test('a day that comes late completes the curves and leaves the current scores alone', async () => {
    await loadWell(db, [nvd([a, b]), file(1, { [a]: 0.5, [b]: 0.2 }), file(3, { [a]: 0.5, [b]: 0.4 })]);
    const priorities = [await priorityOf(a), await priorityOf(b)];
    const late = await loadWell(db, [file(2, { [a]: 0.9, [b]: 0.2, [c]: 0.7 })]);
    expect(countsOf(late, 'epss')).toEqual([3, 2, 0, 1, 0, 0]);
    expect([...(late.runs[0]?.notes.keys() ?? [])]).toEqual([]);
    expect(await current(a)).toMatchObject({ day: date(3), epss: 0.5 });
    expect([await priorityOf(a), await priorityOf(b)]).toEqual(priorities);
    // That it fell back by day 3 had been left out, as it was like day 1.
    expect(await curve(a)).toEqual([
      [1, 0.5],
      [2, 0.9],
      [3, 0.5],
    ]);
    expect(await curve(b)).toEqual([
      [1, 0.2],
      [3, 0.4],
    ]);
    expect(await current(c)).toBeNull();
    expect(await curve(c)).toEqual([[2, 0.7]]);
    await expectDerived();
  });

  test('what is called released stays the newest day, whatever comes after it', async () => {
    await loadWell(db, [file(3, { [a]: 0.5 }), file(2, { [a]: 0.5 })]);
    await loadWell(db, [file(1, { [a]: 0.5 })]);
    const { rows } = await db.query(`SELECT released_at FROM source_state WHERE source = 'epss'`);
    expect(rows).toEqual([{ released_at: `${date(3)}T12:55:00.000Z` }]);
  });

  test('a CVE that vanished has no score any more, but its curve; an older file does not bring it back', async () => {
    await loadWell(db, [nvd([a, b]), file(1, { [a]: 0.5, [b]: 0.9 })]);
    const without = await priorityOf(a);
    const scored = await priorityOf(b);
    const result = await loadWell(db, [file(3, { [a]: 0.5 })]);
    expect(countsOf(result, 'epss')).toEqual([1, 0, 1, 0, 0, 1]);
    expect(await current(b)).toBeNull();
    expect(await curve(b)).toEqual([[1, 0.9]]);
    expect(await priorityOf(b)).toBeLessThan(Math.min(scored ?? 0, without ?? 0));
    await loadWell(db, [file(2, { [a]: 0.5, [b]: 0.9 })]);
    expect(await current(b)).toBeNull();
    await loadWell(db, [file(4, { [a]: 0.5, [b]: 0.9 })]);
    expect(await current(b)).toMatchObject({ day: date(4), epss: 0.9 });
    expect(await priorityOf(b)).toBe(scored);
    await expectDerived();
  });

  test('where rows cannot be used, nothing is taken for vanished', async () => {
    await loadWell(db, [file(1, { [a]: 0.5, [b]: 0.9 })]);
    const result = await load(db, [file(2, { [a]: 0.6, [b]: 90 })]);
    expect(countsOf(result, 'epss')).toEqual([2, 0, 1, 0, 1, 0]);
    expect(await current(b)).toMatchObject({ day: date(1), epss: 0.9 });
    const { rows } = await db.query('SELECT source, place, reason FROM rejected_records');
    expect(rows).toEqual([{ source: 'epss', place: 'line 4', reason: expect.stringMatching(/from 0 to 1/) }]);
  });

  test('a file that is cut off takes nothing away', async () => {
    await loadWell(db, [file(1, { [a]: 0.5, [b]: 0.9 })]);
    const packed = gzipSync(epssDay(date(2), { [a]: 0.6, [b]: 0.9 }));
    const result = await load(db, [put(folder, 'cut.csv.gz', packed.subarray(0, -10))]);
    expect(result.failures).toHaveLength(1);
    expect(await current(b)).toMatchObject({ epss: 0.9 });
  });

  test('of a CVE that comes twice in a day the last score counts', async () => {
    const text = `${epssDay(date(1), { [a]: 0.5 })}${a},0.7,0.7\n`;
    const result = await loadWell(db, [put(folder, 'twice.csv', text)]);
    expect(countsOf(result, 'epss')).toEqual([2, 1, 0, 1, 0, 0]);
    expect(await current(a)).toMatchObject({ epss: 0.7 });
    expect(await curve(a)).toEqual([[1, 0.7]]);
  });

  test('a dry run counts and writes nothing', async () => {
    await loadWell(db, [file(1, { [a]: 0.5, [b]: 0.2 })]);
    const before = await writesOf(db);
    const result = await load(db, [file(2, { [a]: 0.6, [c]: 0.1 })], undefined, { dryRun: true });
    expect(countsOf(result, 'epss')).toEqual([2, 1, 1, 0, 0, 1]);
    expect(result.runs[0]?.examples).toEqual({ inserted: [c], updated: [a], withdrawn: [b] });
    expect(await writesOf(db)).toEqual(before);
  });

  test('the priority is the same whether the scores or the records come first', async () => {
    const scores = file(1, { [a]: 0.91, [b]: 0.003, [c]: 0.2 });
    await loadWell(db, [nvd([a, b]), scores]);
    const content = await contentOf(db);
    expect(await priorityOf(a)).toBeCloseTo(0.15 * 0.92 + 0.1 + 0.1 * 0.05, 2);
    expect(await priorityOf(b)).toBeLessThan(0.12);
    await expectDerived();
    await empty(db);
    await loadWell(db, [scores, nvd([a, b])]);
    expect(await contentOf(db)).toEqual(content);
    await expectDerived();
  });

  test('a small move rewrites no priority, a large one does, and both are what a rebuild would make', async () => {
    await loadWell(db, [nvd([a, b]), file(1, { [a]: 0.5, [b]: 0.5 })], '2026-01-01T00:00:00.000Z');
    const { vulnerabilities: before } = await writesOf(db);
    await loadWell(db, [file(2, { [a]: 0.508, [b]: 0.5 })], '2026-01-02T00:00:00.000Z');
    expect((await writesOf(db)).vulnerabilities).toBe(before);
    await loadWell(db, [file(3, { [a]: 0.6, [b]: 0.5 })], '2026-02-03T00:00:00.000Z');
    expect(await vulnerability(db, a)).toMatchObject({ scoredOn: '2026-02-03' });
    expect(await vulnerability(db, b)).toMatchObject({ scoredOn: '2026-01-01' });
    await expectDerived();
    await rescore(db, '2026-12-01', never);
    expect(await vulnerability(db, b)).toMatchObject({ scoredOn: '2026-12-01' });
    await expectDerived();
  });

  test('taken out, nothing is left of it', async () => {
    await loadWell(db, [nvd([a, b])]);
    const before = await contentOf(db);
    await loadWell(db, [file(1, { [a]: 0.5, [b]: 0.9, [c]: 0.1 }), file(2, { [a]: 0.9, [b]: 0.9 })]);
    expect(await contentOf(db)).not.toEqual(before);
    expect(await removeScores(db, () => new Date('2024-06-01'), never)).toBe(2);
    expect(await contentOf(db)).toEqual(before);
    expect(await curve(c)).toEqual([]);
    await expectDerived();
  });
});
