import { type Changes, revert } from './changes.ts';
import type { Vulnerability } from './vulnerability.ts';

/**
 * The record as it was known at `at` (ISO 8601 UTC).
 * @param steps its history, newest first
 * @returns null when it was not known yet
 */
export function asOf(
  now: Vulnerability,
  createdAt: string,
  steps: readonly { readonly changedAt: string; readonly changes: Changes }[],
  at: string,
): Vulnerability | null {
  if (at < createdAt) return null;
  return steps.filter((s) => s.changedAt > at).reduce((v, s) => revert(v, s.changes), now);
}
