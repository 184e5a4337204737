import type { Verdict } from './contract.ts';

export const ok = (found: string): Verdict => ({ severity: 'ok', found, advice: null });
export const notice = (found: string, advice: string | null = null): Verdict => ({ severity: 'notice', found, advice });
export const warning = (found: string, advice: string): Verdict => ({ severity: 'warning', found, advice });
export const critical = (found: string, advice: string): Verdict => ({ severity: 'critical', found, advice });

/** `1 row`, `1,234 rows`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** Names for people: the first five, and how many more there are. */
export function names(all: readonly string[]): string {
  const shown = all.slice(0, 5).join(', ');
  return all.length > 5 ? `${shown} and ${all.length - 5} more` : shown;
}

/** Bytes for people. */
export function size(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** A share (0–1) for people. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Seconds in the largest unit that says enough. */
export function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** How long ago a time (ISO 8601) was, in seconds. */
export function secondsSince(time: string, now: Date): number {
  return (now.getTime() - Date.parse(time)) / 1000;
}
