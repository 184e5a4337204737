import { utc } from '../domain/time.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const inWords = /^([a-z]{3})[a-z]* (\d{1,2}), (\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))? ?([ap])\.?m\.?)?$/i;

/**
 * The moment in `text` as ISO 8601 UTC: "Jul 9, 2026, 3:06:00 PM", which is UTC (Java's words for a date, with a narrow
 * blank before PM since Java 20), or any form that `utc` reads. Null when it is none.
 */
export function momentInWords(text: string): string | null {
  if (text.length > 64) return null;
  const found = inWords.exec(text.trim().replace(/\s+/g, ' '));
  if (!found) return utc(text);
  const [, month = '', day = '', year, hour = '12', minute = '00', second = '00', half = 'a'] = found;
  const hours = Number(hour);
  if (hours < 1 || hours > 12) return null;
  const hour24 = (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const two = (n: number | string) => String(n).padStart(2, '0');
  const monthNumber = months.indexOf(month.toLowerCase()) + 1;
  return utc(`${year}-${two(monthNumber)}-${two(day)}T${two(hour24)}:${minute}:${second}Z`);
}
