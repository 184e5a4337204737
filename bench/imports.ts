import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Import {
  readonly records: number;
  readonly written: number;
  readonly seconds: number;
  readonly megabytes: number; // as the files lie on disk
  readonly peakMegabytes: number; // resident, of the importing process; with the embedded database inside
}

const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');

/** Runs `openthreat` in a process of its own, as a user would, and samples its peak memory (MB). */
export async function openthreat(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  accepted: readonly number[] = [0],
): Promise<{ out: string; peak: number }> {
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  let peak = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const sampler = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid ?? 0));
  }, 100);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(sampler);
  if (code === null || !accepted.includes(code)) throw new Error(`openthreat ${args.join(' ')} ended with ${code}`);
  return { out, peak };
}

/** Imports a folder and reports what its own summary says. */
export async function importFolder(folder: string, env: NodeJS.ProcessEnv): Promise<Import> {
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return importReported([folder], bytes, env);
}

/** Imports a file of indicators in the name of a source. A part of an archive that cannot be used does no harm. */
export async function importFile(file: string, label: string, env: NodeJS.ProcessEnv): Promise<Import> {
  return importReported([file, label], statSync(file).size, env, [0, 4]);
}

async function importReported(
  what: readonly string[],
  bytes: number,
  env: NodeJS.ProcessEnv,
  accepted?: readonly number[],
): Promise<Import> {
  const { out, peak } = await openthreat(['ingest', ...what, '--json'], env, accepted);
  const summary: { fetched: number; inserted: number; updated: number; duration_seconds: number } = JSON.parse(out);
  return {
    records: summary.fetched,
    written: summary.inserted + summary.updated,
    seconds: summary.duration_seconds,
    megabytes: bytes / 1e6,
    peakMegabytes: peak,
  };
}

/** The high-water mark of a process's resident memory; 0 where the system does not tell. */
function peakOf(pid: number): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1000;
  } catch {
    return 0;
  }
}
