const numbers = new Intl.NumberFormat('en');
const dayParts = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
const days = new Intl.DateTimeFormat('en-GB', dayParts);
const times = new Intl.DateTimeFormat('en-GB', { ...dayParts, hour: '2-digit', minute: '2-digit' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** 12,345 */
export const count = (value: number) => numbers.format(value);

/** All months have three letters. */
const short = (text: string) => text.replace('Sept', 'Sep');

/** 23 Nov 2026, in UTC, as all times here. */
export const day = (value: string | null) => (value ? short(days.format(new Date(value))) : '–');

/** 23 Nov 2026, 19:27 UTC */
export const time = (value: string | null) => (value ? `${short(times.format(new Date(value)))} UTC` : '–');

/** 2026-11-23 19:27:28 UTC: what {@link day} leaves out. */
export const exactTime = (value: string) => `${new Date(value).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const steps = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** "3 hours ago". */
export function ago(value: string, now: number): string {
  const seconds = (new Date(value).getTime() - now) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return 'just now';
}

/** 0–1 as 97.1 %, on one line; small ones have the decimals that they need, down to the 0.001 % of EPSS. */
export function percent(value: number): string {
  if (value > 0.999 && value < 1) return '99.9\u00a0%';
  const decimals = value >= 0.001 || value === 0 ? 1 : value >= 0.0001 ? 2 : 3;
  return `${(value * 100).toFixed(decimals)}\u00a0%`;
}

/** A name of a catalogue, such as `palo_alto_networks`, for people. */
export const spaced = (name: string) => name.replaceAll('_', ' ');

/** With a capital at its beginning. */
export const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
