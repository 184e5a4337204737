import type { IndicatorReport } from '../../domain/indicator.ts';
import { ageingOf } from '../../domain/indicator-ageing.ts';

const day = 86_400_000;

/** A report that comes again unchanged is noted as still said, so that it does not age: not each time, but this often in its active life. */
const confirmations = 4;

/** The time since which a report must have been confirmed for `now` not to confirm it again. Both are ISO 8601 UTC. */
export function confirmedSince({ type, threatType }: IndicatorReport, now: string): string {
  const days = Math.floor(ageingOf(type, threatType).inactiveDays / confirmations);
  return daysBefore(now, days);
}

let cachedFor = '';
const cached = new Map<number, string>();

/** Worked out once for each length and time: it is asked for every record. */
function daysBefore(now: string, days: number): string {
  if (now !== cachedFor) cached.clear();
  cachedFor = now;
  let since = cached.get(days);
  if (since === undefined) {
    since = new Date(Date.parse(now) - days * day).toISOString();
    cached.set(days, since);
  }
  return since;
}
