import type { IndicatorRow } from '../../db/write/indicators.ts';
import { mergeIndicator, type StandingReport } from '../../domain/indicator-merge.ts';
import { hostOf } from '../../domain/indicator-parts.ts';

/** The row of `iocs` that follows from all reports on an indicator, at `now`; null without reports. */
export function derive(valueHash: string, reports: readonly StandingReport[], now: string): IndicatorRow | null {
  const merged = mergeIndicator(reports, now);
  return merged && { ...merged, valueHash, host: hostOf(merged) };
}
