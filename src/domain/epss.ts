import type { CveId } from './record.ts';

/** A CVE's chance of being exploited in the next 30 days, as EPSS estimates it. @see https://www.first.org/epss/ */
export interface EpssScore {
  readonly cveId: CveId;
  readonly epss: number; // 0–1
  readonly percentile: number; // 0–1
  readonly day: string; // YYYY-MM-DD, the day the model scored
}
