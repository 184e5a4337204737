import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Runs on other machines cannot be asked whether they live; they count as dead after this long without a sign. */
const silence = 15 * 60_000;

/** Who runs a run: host, process id and the process's start, so that a reused id is not taken for it. */
export function thisOwner(): string {
  return `${hostname()}:${process.pid}:${startOf(process.pid) ?? '?'}`;
}

/** Whether the process that `owner` names is gone. `now` and `heartbeatAt` are ISO 8601 UTC. */
export function isDead(owner: string | null, heartbeatAt: string, now: string): boolean {
  const [host, pid, start] = owner?.split(':') ?? [];
  if (host === hostname() && pid) return !isAlive(Number(pid)) || (startOf(Number(pid)) ?? '?') !== start;
  return Date.parse(now) - Date.parse(heartbeatAt) > silence;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot; null where there is no such file. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
