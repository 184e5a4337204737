import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { markdown, median, print } from './figures.ts';
import { importFile, importFolder, openthreat } from './imports.ts';
import type { Target } from './targets.ts';

interface Work {
  readonly rows: number;
  readonly megabytes: number; // of the archive
  readonly seconds: number;
  readonly peakMegabytes: number; // resident, of the program without its server
}

/** A fresh database with the CVEs of a folder and the indicators of a file. */
export async function fill(
  target: Target,
  { nvd, indicators }: { readonly nvd: string | undefined; readonly indicators: string | undefined },
): Promise<NodeJS.ProcessEnv> {
  const env = await target.fresh();
  await openthreat(['setup'], env);
  if (nvd) await importFolder(resolve(nvd), env);
  if (indicators) await importFile(resolve(indicators), 'measured-list', env);
  return env;
}

/** Backs a database up, checks the archive, and restores it into fresh databases of `target`, which may be the one that `env` names. */
export async function measureBackup(env: NodeJS.ProcessEnv, target: Target, runs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-bench-backup-'));
  const file = join(folder, 'measured.tar.zst');
  try {
    const works: readonly (readonly [string, () => Promise<Work>])[] = [
      ['backup', async () => measured(['backup', file], file, env)],
      ['backup verify', async () => measured(['backup', 'verify', file], file, env)],
      ['restore, into an empty database', async () => measured(['restore', file], file, await target.fresh())],
    ];
    const rows: string[][] = [];
    for (const [what, work] of works) {
      const done: Work[] = [];
      for (let run = 0; run < runs; run++) {
        if (what === 'backup') rmSync(file, { force: true });
        done.push(await work());
      }
      rows.push(row(what, done));
    }
    print(`\n${markdown(['work', 'rows', 'archive MB', 'median time', 'slowest', 'peak MB'], rows)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(args: readonly string[], file: string, env: NodeJS.ProcessEnv): Promise<Work> {
  const start = performance.now();
  const { out, peak } = await openthreat([...args, '--json'], env);
  const seconds = (performance.now() - start) / 1000;
  const { tables }: { tables: readonly { rows: number }[] } = JSON.parse(out);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { rows, megabytes: statSync(file).size / 1e6, seconds, peakMegabytes: peak };
}

function row(what: string, works: readonly Work[]): string[] {
  const seconds = works.map((work) => work.seconds);
  return [
    what,
    works[0]?.rows.toLocaleString('en-US') ?? '',
    String(Math.round(works[0]?.megabytes ?? 0)),
    `${median(seconds).toFixed(1)} s`,
    `${Math.max(...seconds).toFixed(1)} s`,
    String(Math.round(Math.max(...works.map((work) => work.peakMegabytes)))),
  ];
}
