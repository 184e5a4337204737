import { utc } from '../time.ts';

/** A span of time: from (including) to (excluding), ISO 8601 UTC. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const units = { h: 1 / 24, d: 1, w: 7, m: 30.4375, y: 365.25 } as const;
const dayMs = 86_400_000;

/** How a date is written in a query, for people. */
export const dateForms = '2024, 2024-05, 2024-05-31, 2024-05-31T12:00:00Z, today, or -30d (h, d, w, m, y before now)';

/** A date as it is kept in a query, or null when it is none. */
export function dateLiteral(text: string): string | null {
  const literal = text.trim().toLowerCase();
  const isRelative = /^[+-]\d{1,5}[hdwmy]$/.test(literal);
  if (isRelative || literal === 'today' || literal === 'now' || literal === 'yesterday') return literal;
  const written = text.trim().toUpperCase();
  return absolute(written) ? written : null;
}

/** The time that a date of a query stands for; `now` for those that are relative to it. @throws RangeError for a text that is no date literal */
export function periodOf(literal: string, now: Date): Period {
  const period = relative(literal, now) ?? absolute(literal);
  if (!period) throw new RangeError(`"${literal}" is no date`);
  return period;
}

function relative(literal: string, now: Date): Period | null {
  const today = Math.floor(now.getTime() / dayMs) * dayMs;
  if (literal === 'now') return span(now.getTime(), now.getTime() + 1);
  if (literal === 'today') return span(today, today + dayMs);
  if (literal === 'yesterday') return span(today - dayMs, today);
  const [, sign, count, unit] = /^([+-])(\d{1,5})([hdwmy])$/.exec(literal) ?? [];
  if (!unit) return null;
  const distance = Number(count) * units[unit as keyof typeof units] * dayMs * (sign === '-' ? -1 : 1);
  const at = now.getTime() + distance;
  return unit === 'h' ? span(at, at + 1) : span(Math.floor(at / dayMs) * dayMs, Math.floor(at / dayMs) * dayMs + dayMs);
}

function absolute(literal: string): Period | null {
  const [, year, month, day, rest] = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?$/.exec(literal) ?? [];
  if (!year || Number(year) < 1900) return null;
  if (rest) {
    const at = utc(literal);
    return at === null ? null : span(Date.parse(at), Date.parse(at) + 1);
  }
  const from = Date.UTC(Number(year), Number(month ?? '1') - 1, Number(day ?? '1'));
  const given = new Date(from).toISOString();
  if (!given.startsWith(`${year}-${month ?? '01'}-${day ?? '01'}`)) return null;
  if (day) return span(from, from + dayMs);
  if (month) return span(from, Date.UTC(Number(year), Number(month), 1));
  return span(from, Date.UTC(Number(year) + 1, 0, 1));
}

/** Beyond the year 9999 nothing happens. */
const latest = Date.UTC(9999, 11, 31);

function span(from: number, to: number): Period {
  const time = (ms: number) => new Date(Math.min(Math.max(ms, Date.UTC(1900, 0, 1)), latest)).toISOString();
  return { from: time(from), to: time(to) };
}
