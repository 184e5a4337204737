import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/open.ts';
import { markdown, median, percentile, print } from './figures.ts';
import { type Import, importFolder, openthreat } from './imports.ts';
import { timeLookups, timeSearches } from './searches.ts';
import type { Target } from './targets.ts';

/** Imports a folder of NVD feeds, imports it again, and times searches. Returns where its database is. */
export async function measureVulnerabilities(target: Target, folder: string, runs: number): Promise<NodeJS.ProcessEnv> {
  const first: Import[] = [];
  const again: Import[] = [];
  let env: NodeJS.ProcessEnv = {};
  for (let run = 0; run < runs; run++) {
    env = await target.fresh();
    await openthreat(['setup'], env);
    first.push(await importFolder(folder, env));
    again.push(await importFolder(folder, env));
  }
  const row = (what: string, list: readonly Import[]) => [
    what,
    list[0]?.records.toLocaleString('en-US') ?? '',
    `${median(list.map((i) => i.seconds)).toFixed(1)} s`,
    Math.round(median(list.map((i) => i.records / i.seconds))).toLocaleString('en-US'),
    median(list.map((i) => i.megabytes / i.seconds)).toFixed(1),
    Math.round(Math.max(...list.map((i) => i.peakMegabytes))).toString(),
    String(list[0]?.written ?? ''),
  ];
  print(
    markdown(
      ['import', 'records', 'median time', 'records/s', 'MB/s (packed)', 'peak MB', 'written'],
      [row('first', first), row('again, nothing changed', again)],
    ),
  );
  await measureSearches(env, runs);
  return env;
}

async function measureSearches(env: NodeJS.ProcessEnv, runs: number): Promise<void> {
  const starts: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await openthreat(['show', 'CVE-2014-0160', '--json'], env);
    starts.push(performance.now() - start);
  }
  const db = await openDatabase(loadConfig({ ...process.env, ...env }));
  const { timings, all } = await timeSearches(db);
  const lookup = await timeLookups(db);
  await db.close();
  const ms = (n: number) => n.toFixed(1);
  print(
    `\n${markdown(
      ['search', 'queries', 'median ms', '95% ms', 'slowest'],
      [
        ...timings.map((t) => [t.kind, String(t.queries), ms(t.median), ms(t.p95), `\`${t.slowest}\``]),
        ['**all**', String(timings.reduce((n, t) => n + t.queries, 0)), ms(median(all)), ms(percentile(all, 0.95)), ''],
        ['one CVE by id', '200', ms(lookup.median), ms(lookup.p95), ''],
      ],
    )}`,
  );
  print(`\nA new process shows one CVE after ${Math.round(median(starts))} ms.`);
}
