import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, transaction } from '../../src/db/database.ts';
import { rejectedRecords } from '../../src/db/runs.ts';
import { deferIndexes } from '../../src/db/write/deferred.ts';
import type { IndicatorReport } from '../../src/domain/indicator.ts';
import { ageIndicators, rebuildIndicators } from '../../src/ingest/indicators/age.ts';
import { removeIndicators } from '../../src/ingest/indicators/remove.ts';
import type { IngestOptions, IngestResult } from '../../src/ingest/ingest.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { ndjson, put } from '../support/feeds.ts';
import { emptyIndicators, indicatorsIn, indicatorWrites, reportFormat } from '../support/indicators.ts';
import { countsOf, expectSums, load } from '../support/loading.ts';

type Given = Pick<IndicatorReport, 'type' | 'value'> & Partial<IndicatorReport>;

const start = '2026-03-01T00:00:00.000Z';
const later = (days: number) => new Date(Date.parse(start) + days * 86_400_000).toISOString();

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-indicators-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (reports: readonly object[]) => put(folder, `${++files}.ndjson`, ndjson(reports));
const domains = (from: number, to: number, changes: Partial<IndicatorReport> = {}): Given[] =>
  Array.from({ length: to - from }, (_, n) => ({ type: 'domain', value: `host${from + n}.example.net`, ...changes }));

describe.each(testDatabases())('indicators on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(() => test_.drop());
  beforeEach(() => emptyIndicators(db));

  async function loadReports(
    source: string,
    reports: readonly object[],
    at = start,
    options: Partial<IngestOptions> & { full?: true } = {},
  ): Promise<IngestResult> {
    const { full, ...rest } = options;
    const format = reportFormat(source, full ? 'full' : 'delta');
    const result = await load(db, [file(reports)], at, { format, ...rest });
    expect(result.failures).toEqual([]);
    if (!rest.dryRun) await expectSums(db, result);
    return result;
  }

  async function indicator(value: string): Promise<Record<string, unknown> | undefined> {
    return (await db.query('SELECT * FROM iocs WHERE value = $1', [value])).rows[0];
  }

  const bad: Given[] = [
    { type: 'ip', value: '198.18.7.7', threatType: 'botnet_cc', malware: 'emotet', tags: ['c2'], lastSeen: start },
    {
      type: 'url',
      value: 'http://bad.example.net:8080/x',
      tags: ['CVE-2021-44228'],
      sourceUrl: 'https://feed.example/1',
    },
    { type: 'email', value: 'phisher@bad.example.org', context: { subject: 'Hello', z: 1, a: 2 } },
  ];

  test('what a source says becomes one row for each indicator, and nothing is written again', async () => {
    const first = await loadReports('urlhaus', [...bad, { value: 'dirt' }]);
    expect(countsOf(first, 'urlhaus')).toEqual([4, 3, 0, 0, 1, 0]);
    expect(await rejectedRecords(db, 10, null)).toMatchObject([
      { source: 'urlhaus', place: 'line 4', reason: 'is no indicator' },
    ]);
    expect(await indicator('198.18.7.7')).toMatchObject({
      ioc_type: 'ip',
      threat_type: 'botnet_cc',
      tags: ['c2', 'emotet'],
      status: 'active',
      last_seen: start,
      source: 'urlhaus',
      sources: ['urlhaus'],
      host: null,
    });
    expect(await indicator('http://bad.example.net:8080/x')).toMatchObject({ host: 'bad.example.net' });
    expect(await indicator('phisher@bad.example.org')).toMatchObject({
      host: 'bad.example.org',
      context: { subject: 'Hello', z: 1, a: 2 },
    });
    const before = await indicatorWrites(db);
    const again = await loadReports('urlhaus', bad, later(1));
    expect(countsOf(again, 'urlhaus')).toEqual([3, 0, 0, 3, 0, 0]);
    expect(await indicatorWrites(db)).toBe(before);
  });

  test('what an input says twice of an indicator is one report, also batches apart; a repeat writes nothing', async () => {
    const twice = [
      ...domains(0, 3000, { malware: 'emotet' }),
      ...domains(0, 10, { malware: 'qakbot', tags: ['x'] }),
      ...domains(5, 15, { malware: 'emotet' }),
      ...domains(0, 10, { malware: 'qakbot', tags: ['x'] }),
    ];
    const first = await loadReports('list', twice);
    expect(countsOf(first, 'list')).toEqual([3030, 3000, 10, 20, 0, 0]);
    expect(await indicator('host3.example.net')).toMatchObject({ tags: ['emotet', 'qakbot', 'x'] });
    const before = await indicatorWrites(db);
    const again = await loadReports('list', twice, later(1));
    expect(countsOf(again, 'list')).toEqual([3030, 0, 0, 3030, 0, 0]);
    expect(await indicatorWrites(db)).toBe(before);
    // What it does not say any more is gone: reports of different inputs are not joined.
    const one = await loadReports('list', domains(0, 3000, { malware: 'emotet' }), later(2));
    expect(countsOf(one, 'list')).toEqual([3000, 0, 10, 2990, 0, 0]);
    expect(await indicator('host3.example.net')).toMatchObject({ tags: ['emotet'] });
  });

  test('the order of sources does not matter, and a source goes without a trace', async () => {
    const a = [...bad, ...domains(0, 50, { tags: ['a'], confidence: 0.4 })];
    const b = [
      ...bad.map((r) => ({ ...r, tags: ['b'], threatType: 'phishing' })),
      ...domains(25, 75, { tags: ['b'], lastSeen: start }),
    ];
    await loadReports('alpha', a);
    const alone = await indicatorsIn(db);
    const result = await loadReports('beta', b);
    expect(countsOf(result, 'beta')).toEqual([53, 53, 0, 0, 0, 0]);
    const both = await indicatorsIn(db);
    expect(both.indicators).toHaveLength(78);
    expect(await indicator('host30.example.net')).toMatchObject({ tags: ['a', 'b'], sources: ['alpha', 'beta'] });

    expect(await removeIndicators(db, 'beta', () => new Date(start))).toBe(53);
    expect(await indicatorsIn(db)).toEqual(alone);
    expect((await db.query(`SELECT FROM source_state WHERE source = 'beta'`)).rows).toEqual([]);

    await emptyIndicators(db);
    await loadReports('beta', b);
    await loadReports('alpha', a);
    expect(await indicatorsIn(db)).toEqual(both);
    expect(await rebuildIndicators(db, new Date(start))).toBe(0);
  });

  test('a source that says something else is believed', async () => {
    await loadReports('alpha', bad);
    const changed = bad.map((r) => ({ ...r, tags: ['new'] }));
    const result = await loadReports('alpha', changed, later(1));
    expect(countsOf(result, 'alpha')).toEqual([3, 0, 3, 0, 0, 0]);
    expect(await indicator('198.18.7.7')).toMatchObject({ tags: ['emotet', 'new'] });
  });

  test('a whole list withdraws what vanished from it, and takes it up again', async () => {
    await loadReports('ipsum', domains(0, 20), start, { full: true });
    await loadReports('other', domains(0, 1), start);
    const fewer = await loadReports('ipsum', domains(10, 20), later(1), { full: true });
    expect(countsOf(fewer, 'ipsum')).toEqual([10, 0, 0, 10, 0, 10]);
    expect(await indicator('host5.example.net')).toMatchObject({ status: 'inactive', sources: ['ipsum'] });
    expect(await indicator('host0.example.net')).toMatchObject({ status: 'active', sources: ['other'] });
    const before = await indicatorWrites(db);
    expect(countsOf(await loadReports('ipsum', domains(10, 20), later(1), { full: true }), 'ipsum')).toEqual([
      10, 0, 0, 10, 0, 0,
    ]);
    expect(await indicatorWrites(db)).toBe(before);
    const back = await loadReports('ipsum', domains(5, 20), later(2), { full: true });
    expect(countsOf(back, 'ipsum')).toEqual([15, 5, 0, 10, 0, 0]);
    expect(await indicator('host5.example.net')).toMatchObject({ status: 'active' });
  });

  test('a whole list of which little can be used withdraws nothing', async () => {
    await loadReports('ipsum', domains(0, 20), start, { full: true });
    const dirt = Array.from({ length: 20 }, () => ({ value: 'dirt' }));
    const result = await loadReports('ipsum', [...domains(0, 10), ...dirt], later(1), { full: true });
    expect(countsOf(result, 'ipsum')).toEqual([30, 0, 0, 10, 20, 0]);
    expect(await indicator('host15.example.net')).toMatchObject({ status: 'active' });
    expect([...(result.runs[0]?.notes.keys() ?? [])]).toEqual([expect.stringContaining('nothing was withdrawn')]);
  });

  test('time moves the status on, of those whose time has come and no others', async () => {
    await loadReports('alpha', [
      { type: 'ip', value: '198.18.1.1', lastSeen: start },
      { type: 'domain', value: 'long.example.net', lastSeen: start },
    ]);
    const status = async () => (await db.query('SELECT status FROM iocs ORDER BY value')).rows.map((r) => r.status);
    const before = await indicatorWrites(db);
    expect(await ageIndicators(db, new Date(later(1)))).toBe(0);
    expect(await indicatorWrites(db)).toBe(before);
    expect(await ageIndicators(db, new Date(later(40)))).toBe(1);
    expect(await status()).toEqual(['inactive', 'active']);
    expect(await ageIndicators(db, new Date(later(40)))).toBe(0);
    expect(await ageIndicators(db, new Date(later(2000)))).toBe(2);
    expect(await status()).toEqual(['expired', 'expired']);
    expect(await rebuildIndicators(db, new Date(later(2000)))).toBe(0);
  });

  test('what is still reported does not age', async () => {
    const live: Given[] = [{ type: 'ip', value: '198.18.1.1' }];
    await loadReports('alpha', live);
    for (const days of [10, 20, 30, 40]) {
      const result = await loadReports('alpha', live, later(days));
      expect(countsOf(result, 'alpha')).toEqual([1, 0, 0, 1, 0, 0]);
    }
    expect(await indicator('198.18.1.1')).toMatchObject({ status: 'active' });
    await ageIndicators(db, new Date(later(75)));
    expect(await indicator('198.18.1.1')).toMatchObject({ status: 'inactive' });
  });

  test('two loads at once come to the same as one after the other', async () => {
    const a = [...domains(0, 4000, { tags: ['a'] }), ...domains(0, 100, { tags: ['twice'] })];
    const b = domains(2000, 6000, { tags: ['b'] });
    await loadReports('alpha', a);
    await loadReports('beta', b);
    const serial = await indicatorsIn(db);
    await emptyIndicators(db);
    const results = await Promise.all([loadReports('alpha', a), loadReports('beta', b), loadReports('beta', b)]);
    expect(results.map((r) => r.runs[0]?.status)).toEqual(['success', 'success', 'success']);
    expect(await indicatorsIn(db)).toEqual(serial);
  });

  test('a dry run counts the same and writes nothing', async () => {
    await loadReports('alpha', domains(0, 100));
    const before = await indicatorWrites(db);
    const next = [...domains(50, 2500, { tags: ['x'] }), ...domains(60, 70, { tags: ['y'] }), { value: 'dirt' }];
    const dry = await loadReports('alpha', next, later(1), { dryRun: true });
    expect(await indicatorWrites(db)).toBe(before);
    const real = await loadReports('alpha', next, later(1));
    expect(countsOf(dry, 'alpha')).toEqual(countsOf(real, 'alpha'));
    expect(countsOf(real, 'alpha')).toEqual([2461, 2400, 50, 10, 1, 0]);
  });

  test('a file without a source, or in the name of a feed, is refused and stores nothing', async () => {
    for (const label of [null, 'nvd', 'cisa_kev', 'epss', 'unrecognised']) {
      const result = await load(db, [file(bad)], start, { format: reportFormat(null), label });
      expect(result.failures).toEqual([
        { document: expect.any(String), reason: expect.stringMatching(/^holds indicators/) },
      ]);
      expect(result.runs.map((r) => [r.source, r.status])).toEqual([['unrecognised', 'failed']]);
    }
    expect((await indicatorsIn(db)).indicators).toEqual([]);
    const named = await load(db, [file(bad)], start, { format: reportFormat(null), label: 'my-list' });
    expect(countsOf(named, 'my-list')).toEqual([3, 3, 0, 0, 0, 0]);
    expect(await indicator('198.18.7.7')).toMatchObject({ source: 'my-list' });
  });

  const indexes = async () =>
    (
      await db.query<{ name: string }>(
        `SELECT indexname AS name FROM pg_indexes WHERE tablename IN ('iocs', 'ioc_reports') ORDER BY 1`,
      )
    ).rows.map((row) => row.name);
  const deferred = async () => (await db.query('SELECT name FROM deferred_indexes')).rows;

  test('a first load puts its indexes off and builds them in the end', async () => {
    const before = await indexes();
    let built = false;
    const result = await loadReports('alpha', domains(0, 28_000), start, {
      progress: (p) => {
        built ||= p.kind === 'indexing';
      },
    });
    expect(countsOf(result, 'alpha')).toEqual([28_000, 28_000, 0, 0, 0, 0]);
    expect(built).toBe(true);
    expect(await indexes()).toEqual(before);
    expect(await deferred()).toEqual([]);
    const again = await indicatorWrites(db);
    expect(countsOf(await loadReports('alpha', domains(0, 28_000), later(1)), 'alpha')).toEqual([
      28_000, 0, 0, 28_000, 0, 0,
    ]);
    expect(await indicatorWrites(db)).toBe(again);
  });

  test('indexes that a killed load had put off are built by whoever comes next', async () => {
    const before = await indexes();
    await transaction(db, (tx) => deferIndexes(tx, ['iocs', 'ioc_reports'], start));
    expect(await indexes()).toEqual(['ioc_reports_pkey', 'iocs_pkey']);
    await loadReports('alpha', bad);
    expect(await indexes()).toEqual(before);
    expect(await deferred()).toEqual([]);
  });

  test('whatever happens, the indicators are what follows from the reports', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('load' as const),
        source: fc.constantFrom('alpha', 'beta', 'urlhaus'),
        full: fc.boolean(),
        names: fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }),
        tag: fc.constantFrom('x', 'y', 'CVE-2024-1'),
        lastSeen: fc.option(fc.nat(60), { nil: null }),
      }),
      fc.record({ kind: fc.constant('remove' as const), source: fc.constantFrom('alpha', 'beta') }),
      fc.record({ kind: fc.constant('wait' as const), days: fc.nat(100) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 7 }), async (steps) => {
        await emptyIndicators(db);
        let day = 0;
        for (const one of steps) {
          if (one.kind === 'wait') day += one.days;
          else if (one.kind === 'remove') await removeIndicators(db, one.source, () => new Date(later(day)));
          else {
            const lastSeen = one.lastSeen === null ? null : later(one.lastSeen);
            const reports = one.names.map(
              (n, i): Given => ({ type: 'ip', value: `45.61.3.${n}`, tags: [one.tag, `t${i % 2}`], lastSeen }),
            );
            await loadReports(one.source, reports, later(day), one.full ? { full: true } : {});
          }
        }
        const now = new Date(later(day));
        await ageIndicators(db, now);
        expect(await rebuildIndicators(db, now)).toBe(0);
        const { rows } = await db.query(
          `SELECT i.value FROM iocs i FULL JOIN ioc_reports r USING (value_hash, ioc_type) WHERE i.value IS NULL OR r.source IS NULL`,
        );
        expect(rows).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
