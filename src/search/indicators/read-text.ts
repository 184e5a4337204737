import { extractIndicators } from '../../domain/indicator-extract.ts';
import { canonicalIndicator } from '../../domain/indicator-value.ts';
import type { Check } from './check.ts';

/** Looks the indicators of some lines up; the first one is line `from`. */
export async function checkLines(check: Check, lines: readonly string[], from: number): Promise<void> {
  let n = from;
  for (const line of lines) {
    for (const { indicator, typed } of extractIndicators(line)) check.see(indicator, typed, n);
    if (check.due) await check.send();
    n++;
  }
}

/** A value that is no indicator and holds none, and why. */
export interface NoIndicator {
  readonly typed: string;
  readonly reason: string; // the end of a sentence that begins with the value
}

/** Looks values up, or the indicators in them; each counts as a line. @returns the values in which there is none */
export async function checkValues(check: Check, values: readonly string[]): Promise<NoIndicator[]> {
  const none: NoIndicator[] = [];
  let n = 0;
  for (const typed of values) {
    n++;
    const canonical = canonicalIndicator(typed);
    const inside = 'indicator' in canonical ? [] : [...extractIndicators(typed)];
    if ('indicator' in canonical) check.see(canonical.indicator, typed, n);
    else if (inside.length === 0) none.push({ typed, reason: canonical.rejected });
    for (const { indicator, typed: part } of inside) check.see(indicator, part, n);
    if (check.due) await check.send();
  }
  return none;
}
