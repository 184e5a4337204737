import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Kills the server with this folder: all its processes, at once. */
export function killTree(folder: string): void {
  const all = processesOf(folder);
  for (const pid of all) signal(pid, 'SIGKILL');
  // Its port and its memory are free when its processes are gone. Where nobody reaps them their numbers are not, and
  // PostgreSQL would take the one in this file for a server that runs.
  for (let i = 0; i < 500 && all.some((pid) => argumentsOf(pid) !== null); i++) Atomics.wait(pause, 0, 0, 10);
  if (all.length > 0) rmSync(join(folder, 'postmaster.pid'), { force: true });
}

const pause = new Int32Array(new SharedArrayBuffer(4));

/** The processes of the server with this folder, the first of them first. */
export function processesOf(folder: string): number[] {
  const first = postmasterOf(folder);
  if (first === null) return [];
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString().trim().split('\n');
  const children = list.map((line) => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === first);
  return [first, ...children.flatMap(([pid]) => pid ?? [])];
}

/** From the file that the server writes; only when the process lives and has the folder among its arguments. */
export function postmasterOf(folder: string): number | null {
  const file = join(folder, 'postmaster.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n', 1)[0]) : 0;
  return pid > 0 && argumentsOf(pid)?.includes(folder) ? pid : null;
}

/** What a process was started with; null when it has ended, reaped or not. */
function argumentsOf(pid: number): string | null {
  try {
    const [stat = 'Z', ...args] = execFileSync('ps', ['-p', String(pid), '-o', 'stat=,args='])
      .toString()
      .trim()
      .split(' ');
    return stat.startsWith('Z') ? null : args.join(' ');
  } catch {
    return null;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended in between
  }
}
