import { utc } from './time.ts';

const units = { min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The moment that a text means: a day, a time, or so long before now (`90min`, `12h`, `7d`). ISO 8601 UTC, or null. */
export function momentBefore(text: string, now: Date): string | null {
  const [, number, unit] = /^(\d{1,6})\s*(min|h|d)$/.exec(text) ?? [];
  if (number === undefined) return utc(text);
  const at = new Date(now.getTime() - Number(number) * units[unit as keyof typeof units]);
  return utc(at.toISOString()); // null before the years that make sense here
}
