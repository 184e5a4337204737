import type { Scored } from './priority.ts';

/** Why a CVE is urgent, in a few words: the factors that count, the weightiest first. */
export function reason(v: Scored): string {
  const parts = [
    v.exploited ? `exploited${v.exploitedSince ? ` since ${v.exploitedSince}` : ''}` : null,
    v.ransomware ? 'used by ransomware' : null,
    v.cvssScore !== null
      ? `CVSS ${v.cvssScore.toFixed(1)}`
      : v.severity !== 'UNKNOWN'
        ? v.severity.toLowerCase()
        : null,
    v.publicExploit ? 'public exploit' : null,
  ];
  return parts.filter((p) => p !== null).join(', ') || 'nothing speaks for urgency';
}
