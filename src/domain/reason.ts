import { highEpss } from './epss.ts';
import type { Scored } from './priority.ts';

/** Why a CVE is urgent, in a few words: the factors that count, the weightiest first. `epss`: 0–1, or null. */
export function reason(v: Scored, epss: number | null): string {
  const parts = [
    v.exploited ? `exploited${v.exploitedSince ? ` since ${v.exploitedSince}` : ''}` : null,
    v.ransomware ? 'used by ransomware' : null,
    v.cvssScore !== null
      ? `CVSS ${v.cvssScore.toFixed(1)}`
      : v.severity !== 'UNKNOWN'
        ? v.severity.toLowerCase()
        : null,
    epss !== null && epss >= highEpss ? `EPSS ${Math.round(epss * 100)} %` : null,
    v.publicExploit ? 'public exploit' : null,
  ];
  return parts.filter((p) => p !== null).join(', ') || 'nothing speaks for urgency';
}
