import { InvalidArgumentError } from 'commander';

const units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;
const longest = 24 * units.h;

/** Milliseconds of a time such as 500ms, 30s or 5min, as an option's parser; at most a day. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d{1,9})(ms|s|min|h)$/.exec(text) ?? [];
  const ms = Number(number) * units[unit as keyof typeof units];
  if (Number.isInteger(ms) && ms <= longest) return ms;
  throw new InvalidArgumentError('a time such as 500ms, 30s or 5min; at most 24h.');
}
