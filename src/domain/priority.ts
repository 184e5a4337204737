import { epssFactor } from './epss.ts';
import type { Vulnerability } from './vulnerability.ts';

/** What the priority is made of. Each factor is 0–1; the weights add up to 1, so the score is 0–1 as well. */
export const priorityFactors = {
  exploited: { weight: 0.35, meaning: 'a catalogue lists it as exploited now' },
  cvss: { weight: 0.2, meaning: 'CVSS score, in tenths' },
  epss: { weight: 0.15, meaning: 'EPSS: the chance of exploitation in the next 30 days, in steps of 0.02' },
  ransomware: { weight: 0.1, meaning: 'used in ransomware campaigns' },
  public_exploit: { weight: 0.1, meaning: 'an exploit is public' },
  recency: { weight: 0.1, meaning: 'how lately it was published or first seen exploited; halves every year' },
} as const;

export type FactorName = keyof typeof priorityFactors;

export interface Factor {
  readonly name: FactorName;
  readonly value: number; // 0–1
  readonly weight: number; // 0–1
  readonly share: number; // value × weight: what it adds to the score
}

export interface Priority {
  readonly score: number; // 0–1, four decimals
  readonly factors: readonly Factor[];
}

/** What the priority looks at: any record with these fields, merged or as the database has it. */
export type Scored = Pick<
  Vulnerability,
  'state' | 'exploited' | 'cvssScore' | 'severity' | 'ransomware' | 'publicExploit' | 'publishedAt' | 'exploitedSince'
>;

/** A stated severity counts as the middle of its band when there is no CVSS score. */
const severityValues = { CRITICAL: 0.95, HIGH: 0.8, MEDIUM: 0.55, LOW: 0.2, NONE: 0, UNKNOWN: 0 } as const;

const halfLifeDays = 365;

/**
 * How urgent a vulnerability is on `day` (YYYY-MM-DD, UTC), and why.
 * A CVE that was rejected or only reserved has priority 0: there is nothing to fix.
 * @param epss chance of exploitation, 0–1, or null when EPSS has no score
 */
export function priority(v: Scored, epss: number | null, day: string): Priority {
  const published = v.state === 'published';
  const values: Record<FactorName, number> = {
    exploited: v.exploited ? 1 : 0,
    cvss: v.cvssScore === null ? severityValues[v.severity] : v.cvssScore / 10,
    epss: epssFactor(epss),
    ransomware: v.ransomware === true ? 1 : 0,
    public_exploit: v.publicExploit ? 1 : 0,
    recency: recency(v.publishedAt, v.exploitedSince, day),
  };
  const factors = (Object.keys(priorityFactors) as FactorName[]).map((name) => {
    const { weight } = priorityFactors[name];
    const value = published ? values[name] : 0;
    return { name, value, weight, share: round(value * weight, 4) };
  });
  const score = round(
    factors.reduce((sum, f) => sum + f.share, 0),
    4,
  );
  return { score, factors };
}

/**
 * 1 on the day, 0.5 a year later, in hundredths: so a score changes on few days of a CVE's life, and refreshing the
 * scores every day rewrites few rows.
 */
function recency(publishedAt: string | null, exploitedSince: string | null, day: string): number {
  const latest = [publishedAt?.slice(0, 10), exploitedSince].reduce<string | null>(
    (best, d) => (d && (best === null || d > best) ? d : best),
    null,
  );
  if (latest === null) return 0;
  const age = Math.max(0, (Date.parse(day) - Date.parse(latest)) / 86_400_000);
  return round(0.5 ** (age / halfLifeDays), 2);
}

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
