import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { epssText, percent, sparkline } from '../../src/cli/show/epss-text.ts';
import { json, openthreat } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { epssDay, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

const id = 'CVE-2024-0001';
const other = 'CVE-2024-0002';

describe.each(testDatabases())('EPSS on the command line, $name', (server) => {
  let folder: string;
  let test_: TestDatabase;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-epss-cli-'));
    test_ = await server.open();
    const day = (date: string, score: number) => put(folder, `${date}.csv`, epssDay(date, { [id]: score }));
    await loadWell(test_.database, [
      put(folder, 'nvd.json', nvdFeed([nvdRecord(id, { score: 9.8 }), nvdRecord(other)])),
      day('2026-01-28', 0.004),
      day('2026-01-29', 0.3),
      day('2026-01-30', 0.94358),
    ]);
  });
  afterAll(async () => {
    await test_.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('show says how likely exploitation is, since when, and what it counts for', async () => {
    const { stdout } = await openthreat(test_.env, ['show', id]);
    expect(stdout).toContain('EPSS 94.4 %');
    expect(stdout).toContain(
      'EPSS\n  94.4 % chance of exploitation within 30 days, higher than that of 94.4 % of all CVEs (2026-01-30)\n' +
        '  2026-01-28 0.4 %, 2026-01-29 30.0 %, 2026-01-30 94.4 %\n',
    );
    expect(stdout).toMatch(/0\.141 of 0\.15 {2}epss /);
  });

  test('show --json has the score and its curve', async () => {
    const { epss, priority } = await json<{ epss: unknown; priority: { factors: { name: string }[] } }>(test_.env, [
      'show',
      id,
    ]);
    expect(epss).toEqual({
      score: 0.94358,
      percentile: 0.94358,
      day: '2026-01-30',
      history: [
        { day: '2026-01-28', score: 0.004, percentile: 0.004 },
        { day: '2026-01-29', score: 0.3, percentile: 0.3 },
        { day: '2026-01-30', score: 0.94358, percentile: 0.94358 },
      ],
    });
    expect(priority.factors.find((f) => f.name === 'epss')).toMatchObject({ value: 0.94, share: 0.141 });
    expect(await json(test_.env, ['show', other])).toMatchObject({ epss: null });
  });

  test('show --as-of goes back in the curve', async () => {
    await test_.database.query(`UPDATE vulnerabilities SET created_at = '2026-01-01'`);
    const { stdout } = await openthreat(test_.env, ['show', id, '--as-of', '2026-01-29']);
    expect(stdout).toContain('30.0 % chance of exploitation');
    expect(stdout).not.toContain('94.4 %');
    const before = await json(test_.env, ['show', id, '--as-of', '2026-01-27']);
    expect(before).toMatchObject({ epss: null });
  });

  test('stats and the list of what to fix first name it', async () => {
    expect(await json(test_.env, ['stats'])).toMatchObject({ epss: { scores: 1, day: '2026-01-30' } });
    expect((await openthreat(test_.env, ['stats'])).stdout).toContain('EPSS: 1 scores, the newest of 2026-01-30');
    expect((await openthreat(test_.env, ['up', '--no-sync'])).stdout).toMatch(new RegExp(`${id} .* EPSS 94 %`));
  });
});

test('a terminal gets a drawn curve', () => {
  const point = (day: string, epss: number) => ({ day, epss, percentile: epss });
  const curve = [point('2026-01-01', 0.1), point('2026-01-21', 0.8)];
  const drawn = epssText({ score: point('2026-02-09', 0.79), curve }, true);
  expect(drawn).toMatch(/▂{20}█{20} {2}10\.0 % on 2026-01-01 to 79\.0 % on 2026-02-09$/);
  expect(sparkline([0, 0.5, 1])).toBe('▁▅█');
  expect(sparkline([0, 0])).toBe('▁▁');
});

test.each([
  [0, '0.0 %'],
  [0.00002, '0.002 %'],
  [0.00096, '0.1 %'],
  [0.00456, '0.5 %'],
  [1, '100.0 %'],
])('%d is %s', (share, text) => {
  expect(percent(share)).toBe(text);
});
