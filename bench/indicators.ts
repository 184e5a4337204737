import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.ts';
import type { Database } from '../src/db/database.ts';
import { openDatabase } from '../src/db/open.ts';
import type { Indicator } from '../src/domain/indicator.ts';
import { indicatorLanguage } from '../src/domain/query/indicator-fields.ts';
import { Check } from '../src/search/indicators/check.ts';
import { searchIndicators } from '../src/search/indicators/search.ts';
import { readQuery } from '../src/search/query.ts';
import { writeAccessLog } from './access-log.ts';
import { markdown, median, percentile, print } from './figures.ts';
import { type Import, importFile, openthreat } from './imports.ts';
import type { Target } from './targets.ts';

const lines = 1_000_000;
const checks = 200;

/** Loads indicators, loads them again, and times checks of single values and of a log. */
export async function measureIndicators(target: Target, file: string, runs: number): Promise<void> {
  const first: Import[] = [];
  const again: Import[] = [];
  let env: NodeJS.ProcessEnv = {};
  for (let run = 0; run < runs; run++) {
    env = await target.fresh();
    await openthreat(['setup'], env);
    first.push(await importFile(file, 'measured-list', env));
    again.push(await importFile(file, 'measured-list', env));
  }
  const row = (what: string, list: readonly Import[]) => [
    what,
    list[0]?.records.toLocaleString('en-US') ?? '',
    `${median(list.map((i) => i.seconds)).toFixed(1)} s`,
    Math.round(median(list.map((i) => i.records / i.seconds))).toLocaleString('en-US'),
    Math.round(Math.max(...list.map((i) => i.peakMegabytes))).toString(),
    list[0]?.written.toLocaleString('en-US') ?? '',
  ];
  print(
    `\n${markdown(
      ['indicators', 'records', 'median time', 'records/s', 'peak MB', 'written'],
      [row('first', first), row('again, nothing changed', again)],
    )}`,
  );
  await measureChecks(env, runs);
}

async function measureChecks(env: NodeJS.ProcessEnv, runs: number): Promise<void> {
  const db = await openDatabase(loadConfig({ ...process.env, ...env }));
  const known = await someIndicators(db);
  const single = await timeSingle(db, known);
  await db.close();
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-bench-log-'));
  try {
    const log = join(folder, 'access.log');
    await writeAccessLog(log, lines, known);
    const seconds: number[] = [];
    let peak = 0;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      const result = await openthreat(['ioc', 'check', '--file', log, '--json'], env);
      seconds.push((performance.now() - start) / 1000);
      peak = Math.max(peak, result.peak);
      found = (JSON.parse(result.out) as { known: number }).known;
    }
    const ms = (n: number) => `${n.toFixed(1)} ms`;
    print(
      `\n${markdown(
        ['ioc check', 'median', '95%', 'peak MB', 'found'],
        [
          ['one known value', ms(median(single.known)), ms(percentile(single.known, 0.95)), '', ''],
          ['one unknown value', ms(median(single.unknown)), ms(percentile(single.unknown, 0.95)), '', ''],
          [
            `a log of ${lines.toLocaleString('en-US')} lines`,
            `${median(seconds).toFixed(1)} s`,
            `${percentile(seconds, 0.95).toFixed(1)} s`,
            String(Math.round(peak)),
            found.toLocaleString('en-US'),
          ],
        ],
      )}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const asked = [
  '',
  'type:domain',
  'bad',
  'confidence:>=0.8',
  'malware:qakbot type:url',
  '"00ff"',
  'last_seen:>2026-06-01',
];

/** Milliseconds of searches for indicators, in each order, after one warm-up each. */
export async function timeIndicatorSearches(db: Database): Promise<number[]> {
  const times: number[] = [];
  for (const text of asked)
    for (const sort of ['last_seen', 'confidence', 'value'] as const) {
      const query = readQuery(text, indicatorLanguage);
      const request = { query, now: new Date(), sort, descending: true, limit: 20, offset: 0, after: null };
      for (let round = 0; round < 5; round++) {
        const start = performance.now();
        await searchIndicators(db, request);
        if (round > 0) times.push(performance.now() - start);
      }
    }
  return times;
}

/** The same ones each time: the first by their hashes. */
export async function someIndicators(db: Database): Promise<Indicator[]> {
  const { rows } = await db.query<Indicator>(
    `SELECT ioc_type AS type, value FROM iocs WHERE ioc_type IN ('ip', 'domain') ORDER BY value_hash LIMIT 5000`,
  );
  return rows;
}

/** Milliseconds for each check, everything that is asked of the database included. */
export async function timeSingle(
  db: Database,
  known: readonly Indicator[],
): Promise<{ known: readonly number[]; unknown: readonly number[] }> {
  const time = async (indicator: Indicator) => {
    const start = performance.now();
    const check = await Check.begin(db, { limit: 100, unknown: false });
    check.see(indicator, indicator.value, 1);
    await check.end();
    return performance.now() - start;
  };
  const times = { known: [] as number[], unknown: [] as number[] };
  for (const indicator of known.slice(0, checks)) {
    await time(indicator);
    times.known.push(await time(indicator));
    times.unknown.push(await time({ type: 'domain', value: `a.nobody-reports-${indicator.value.length}.com` }));
  }
  return times;
}
