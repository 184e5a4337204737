import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/open.ts';
import { writeNextDay } from './epss-days.ts';
import { markdown, median, print } from './figures.ts';
import { type Import, importFile, importFolder, openthreat } from './imports.ts';
import type { Target } from './targets.ts';

interface Day {
  readonly load: Import;
  readonly priorities: number; // that changed
}

/** Loads a day of EPSS, the same again and a day after it, beside the records of `nvd` where there are some. */
export async function measureEpss(target: Target, file: string, nvd: string | null, runs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-bench-epss-'));
  const next = join(folder, 'next.csv.gz');
  const days: [Day[], Day[], Day[]] = [[], [], []];
  try {
    writeNextDay(file, next);
    for (let run = 0; run < runs; run++) {
      const env = await target.fresh();
      await openthreat(['setup'], env);
      if (nvd) await importFolder(nvd, env);
      for (const [i, path] of [file, file, next].entries()) days[i]?.push(await loadDay(path, env));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [first, again, after] = days;
  print(
    `\n${markdown(
      ['EPSS', 'scores', 'median time', 'scores/s', 'peak MB', 'written', 'priorities changed'],
      [row('a first day', first), row('again, nothing changed', again), row('the day after', after)],
    )}`,
  );
}

async function loadDay(file: string, env: NodeJS.ProcessEnv): Promise<Day> {
  const before = await priorities(env);
  const load = await importFile(file, 'measured-day', env);
  const changed = [...(await priorities(env))].filter(([id, score]) => before.get(id) !== score);
  return { load, priorities: changed.length };
}

async function priorities(env: NodeJS.ProcessEnv): Promise<Map<string, number>> {
  const db = await openDatabase(loadConfig({ ...process.env, ...env }));
  const { rows } = await db.query<{ cve_id: string; score: number }>(
    'SELECT cve_id, priority_score AS score FROM vulnerabilities',
  );
  await db.close();
  return new Map(rows.map((r) => [r.cve_id, r.score]));
}

function row(what: string, list: readonly Day[]): string[] {
  const loads = list.map((d) => d.load);
  return [
    what,
    loads[0]?.records.toLocaleString('en-US') ?? '',
    `${median(loads.map((i) => i.seconds)).toFixed(1)} s`,
    Math.round(median(loads.map((i) => i.records / i.seconds))).toLocaleString('en-US'),
    Math.round(Math.max(...loads.map((i) => i.peakMegabytes))).toString(),
    loads[0]?.written.toLocaleString('en-US') ?? '',
    list[0]?.priorities.toLocaleString('en-US') ?? '',
  ];
}
