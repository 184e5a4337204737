import type { IndicatorRow } from '../../db/write/indicators.ts';
import type { IndicatorReport } from '../../domain/indicator.ts';
import type { Said } from './said.ts';

/** A source's report as it stands, or stood until it was withdrawn. Times are ISO 8601 UTC. */
export interface Standing {
  readonly said: Said;
  readonly withdrawnAt: string | null;
  readonly reportedAt: string; // when it was last known that the source says so
}

/** The row of `iocs` that follows from all reports on an indicator, at `now`; null without reports. */
export function derive(reports: readonly Standing[], now: string): IndicatorRow | null {
  const first = reports[0];
  if (!first) return null;
  const { said } = first;
  const { valueHash, type } = said;
  const r = said.report;
  return {
    valueHash,
    type,
    value: r.value,
    threatType: r.threatType,
    tags: [...new Set(reports.flatMap((x) => x.said.report.tags))].sort(),
    confidence: 0.5,
    status: reports.every((x) => x.withdrawnAt) ? 'inactive' : 'active',
    statusUntil: null,
    firstSeen: r.firstSeen,
    lastSeen: r.lastSeen,
    expiresAt: null,
    source: said.source,
    sourceUrl: r.sourceUrl,
    context: r.context,
    host: hostOf(r),
    sources: reports.map((x) => x.said.source),
  };
}

/** The host of a canonical URL or e-mail address. */
export function hostOf({ type, value }: Pick<IndicatorReport, 'type' | 'value'>): string | null {
  if (type === 'email') return value.slice(value.lastIndexOf('@') + 1);
  if (type !== 'url') return null;
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(value)?.[1] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, '') || null;
}
