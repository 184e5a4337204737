import { AppError } from '../errors.ts';
import { type Changes, revert } from './changes.ts';
import { utc } from './time.ts';
import type { Vulnerability } from './vulnerability.ts';

/** A step in a record's history, as far as going back over it needs. */
interface Step {
  readonly changedAt: string;
  readonly changes: Changes;
}

/** The "source" of a step without changes that stands where the history of a CVE begins, because what was before is not kept. */
export const horizonSource = 'retention';

/**
 * The record as it was known at `at` (ISO 8601 UTC).
 * @param steps its history, newest first
 * @returns null when it was not known yet
 */
export function asOf(now: Vulnerability, createdAt: string, steps: readonly Step[], at: string): Vulnerability | null {
  if (at < createdAt) return null;
  return steps.filter((s) => s.changedAt > at).reduce((v, s) => revert(v, s.changes), now);
}

/**
 * The record as it was known on a date that somebody wrote: 2024-05-01, which stands for its end, or 2024-05-01T12:00:00Z.
 * @param steps its history, newest first
 * @throws AppError `invalid_input` for a text that is no date, `not_found` for one before the record came in, or before
 *   what is kept of its history
 */
export function recordOn(
  current: Vulnerability & { readonly createdAt: string },
  steps: readonly (Step & { readonly source: string })[],
  date: string,
): Vulnerability {
  const at = momentOf(date);
  const parameter = 'as_of';
  if (!at) {
    const forms = 'use 2024-05-01 or 2024-05-01T12:00:00Z';
    throw new AppError('invalid_input', `"${date}" is not a date: ${forms}.`, { parameter });
  }
  const begin = steps.find(({ source }) => source === horizonSource)?.changedAt;
  if (begin !== undefined && at >= current.createdAt && at < begin)
    throw beyondWhatIsKept(`What ${current.cveId} was like`, date, begin, 'OPENTHREAT_KEEP_HISTORY');
  const then = asOf(current, current.createdAt, steps, at);
  if (then) return then;
  const arrival = current.createdAt.slice(0, 10);
  const message = `${current.cveId} was not known here on ${date}: it came in on ${arrival}.`;
  throw new AppError('not_found', message, { parameter });
}

/** Of a question about a time whose history was deleted because of its age. `what` begins the sentence. */
export function beyondWhatIsKept(what: string, date: string, begin: string, setting: string): AppError {
  const message = `${what} on ${date} is not kept any more: its history begins on ${begin.slice(0, 10)}. ${setting} says how long it is kept.`;
  return new AppError('not_found', message, { parameter: 'as_of' });
}

/** The last moment that a date means, ISO 8601 UTC, or null. */
export function momentOf(date: string): string | null {
  return /^\d{4}-\d\d-\d\d$/.test(date) ? utc(`${date}T23:59:59.999Z`) : utc(date);
}
