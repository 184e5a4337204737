const earliestYear = 1980;
const latestYear = 2100;
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** The number written in two digits at `at`, or NaN. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Whether `text` starts with a day that exists, YYYY-MM-DD, in the years that make sense here. */
function startsWithDay(text: string): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  if (!(year >= earliestYear && year <= latestYear && month >= 1 && month <= 12)) return false;
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return day >= 1 && day <= (daysInMonth[month - 1] ?? 0) + leapDay;
}

/** Where the digits from `at` on end. */
function endOfDigits(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
  return end;
}

/** Minutes east of UTC of a zone as the feeds write it, or null; no zone means UTC. */
function zoneMinutes(zone: string): number | null {
  if (zone === '' || /^ ?(?:Z|UTC|GMT)$/i.test(zone)) return 0;
  const offset = /^ ?([+-])([01]\d|2[0-3]):?([0-5]\d)?$/.exec(zone);
  if (!offset) return null;
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
  return offset[1] === '-' ? -minutes : minutes;
}

/**
 * The moment in `text` as ISO 8601 UTC with milliseconds, or null when it is none or lies outside the years 1980–2100.
 * Reads the feeds' forms: "2024-01-31", "2024-01-31T10:15", seconds with a fraction of any length (cut to milliseconds),
 * with Z, an offset, or no zone, which means UTC (as NVD documents for its feeds).
 * @see https://nvd.nist.gov/developers/vulnerabilities
 */
export function utc(text: string): string | null {
  if (text.length > 64) return null;
  if (!startsWithDay(text)) return text.charCodeAt(0) <= 32 && text.trim() !== text ? utc(text.trim()) : null;
  if (text.length === 10) return `${text}T00:00:00.000Z`;

  const separator = text.charCodeAt(10);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const hasTime = (separator === 84 || separator === 116 || separator === 32) && text.charCodeAt(13) === 58;
  if (!hasTime || !(hour <= 23 && minute <= 59)) return text.trim().length === 10 ? utc(text.trim()) : null;

  const hasSeconds = text.charCodeAt(16) === 58;
  const second = hasSeconds ? twoDigits(text, 17) : 0;
  if (!(second <= 59)) return null;
  let end = hasSeconds ? 19 : 16;
  let fraction = '000';
  const mark = text.charCodeAt(end);
  if (hasSeconds && (mark === 46 || mark === 44)) {
    const from = end + 1;
    end = endOfDigits(text, from);
    if (end === from) return null;
    fraction = text.slice(from, Math.min(end, from + 3)).padEnd(3, '0');
  }
  const zone = text.slice(end);
  const minutesEast = zone === '' || zone === 'Z' ? 0 : zoneMinutes(zone.trimEnd());
  if (minutesEast === null) return null;

  const seconds = hasSeconds ? text.slice(17, 19) : '00';
  const local = `${text.slice(0, 10)}T${text.slice(11, 16)}:${seconds}.${fraction}Z`;
  return minutesEast === 0 ? local : shifted(local, -minutesEast);
}

function shifted(iso: string, minutes: number): string | null {
  const moved = new Date(Date.parse(iso) + minutes * 60_000);
  const year = moved.getUTCFullYear();
  return year >= earliestYear && year <= latestYear ? moved.toISOString() : null;
}

/** The day (in UTC) of the moment in `text`, YYYY-MM-DD, or null. */
export function day(text: string): string | null {
  return utc(text)?.slice(0, 10) ?? null;
}
