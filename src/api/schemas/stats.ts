import { type Static, Type } from 'typebox';
import type { EpssRise } from '../../db/epss-rises.ts';
import type { Count, Stats } from '../../db/stats.ts';
import type { IngestionDay, TimelineRow } from '../../db/timeline.ts';
import { Day, Nullable, SeverityText, severities, Time } from './common.ts';
import { summaryOf, VulnerabilitySummary } from './vulnerability.ts';

const CountSchema = Type.Object({ name: Type.String(), count: Type.Integer() });
const Counts = Type.Array(CountSchema);
const share = { minimum: 0, maximum: 1 };

/** The database in numbers. */
export const StatsSchema = Type.Object({
  total: Type.Integer({ description: 'CVEs' }),
  exploited: Type.Integer(),
  ransomware: Type.Integer(),
  newest: Nullable(Type.Object({ cve_id: Type.String(), published_at: Time })),
  by_severity: Counts,
  by_state: Counts,
  by_source: Type.Array(CountSchema, { description: 'Records of vulnerabilities that are not withdrawn' }),
  top_vendors: Counts,
  indicators: Type.Object({ total: Type.Integer(), active: Type.Integer(), by_type: Counts }),
  epss: Nullable(Type.Object({ scores: Type.Integer(), day: Day })),
});

const copied = (counts: readonly Count[]) => counts.map(({ name, count }) => ({ name, count }));

/** The numbers as the API shows them. */
export function statsOf(s: Stats): Static<typeof StatsSchema> {
  return {
    total: s.total,
    exploited: s.exploited,
    ransomware: s.ransomware,
    newest: s.newest && { cve_id: s.newest.cveId, published_at: s.newest.publishedAt },
    by_severity: copied(s.bySeverity),
    by_state: copied(s.byState),
    by_source: copied(s.bySource),
    top_vendors: copied(s.topVendors),
    indicators: { total: s.indicators.total, active: s.indicators.active, by_type: copied(s.indicators.byType) },
    epss: s.epss,
  };
}

export const TopVendors = Type.Object({
  items: Type.Array(Type.Object({ vendor: Type.String(), count: Type.Integer() })),
});

export const TopWeaknesses = Type.Object({
  items: Type.Array(
    Type.Object({
      cwe_id: Type.String(),
      name: Nullable(Type.String({ description: 'Null where CWE is not loaded' })),
      count: Type.Integer(),
    }),
  ),
});

/** CVEs by severity. */
export const SeverityDistribution = Type.Object({
  total: Type.Integer(),
  items: Type.Array(
    Type.Object({
      severity: SeverityText,
      count: Type.Integer(),
      share: Type.Number({ ...share, description: 'Of all' }),
    }),
    { description: 'Every severity, the worst first' },
  ),
});

/** The distribution as the API shows it. */
export function distributionOf(counts: readonly Count[]): Static<typeof SeverityDistribution> {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const items = severities.map((severity) => {
    const count = counts.find(({ name }) => name === severity)?.count ?? 0;
    return { severity, count, share: total === 0 ? 0 : Math.round((count / total) * 1e4) / 1e4 };
  });
  return { total, items };
}

const number = Type.Integer();

/** CVEs by when they were published. */
export const Timeline = Type.Object({
  interval: Type.Enum(['day', 'week', 'month']),
  from: Day,
  to: Day,
  items: Type.Array(
    Type.Object({
      start: Type.String({ format: 'date', description: 'The first day of the span, in UTC' }),
      total: number,
      critical: number,
      high: number,
      medium: number,
      low: number,
      none: number,
      unknown: number,
    }),
    { description: 'Every span, the earliest first' },
  ),
});

/** What was published in each of these spans. */
export function spansOf(starts: readonly string[], rows: readonly TimelineRow[]): Static<typeof Timeline>['items'] {
  const byStart = Map.groupBy(rows, (row) => row.start);
  return starts.map((start) => {
    const found = byStart.get(start) ?? [];
    const of = (severity: string) => found.find((row) => row.severity === severity)?.count ?? 0;
    return {
      start,
      total: found.reduce((sum, { count }) => sum + count, 0),
      critical: of('CRITICAL'),
      high: of('HIGH'),
      medium: of('MEDIUM'),
      low: of('LOW'),
      none: of('NONE'),
      unknown: of('UNKNOWN'),
    };
  });
}

/** What was loaded, by day and source. */
export const IngestionHistory = Type.Object({
  days: number,
  items: Type.Array(
    Type.Object({
      day: Day,
      source: Type.String(),
      runs: number,
      failed: Type.Integer({ description: 'Runs that failed' }),
      records_fetched: number,
      records_inserted: number,
      records_updated: number,
      records_unchanged: number,
      records_failed: number,
      records_withdrawn: number,
      duration_seconds: Type.Number({ minimum: 0 }),
    }),
    { description: 'The newest day first' },
  ),
});

/** A day of loading as the API shows it. */
export function ingestionDayOf(d: IngestionDay): Static<typeof IngestionHistory>['items'][number] {
  return {
    day: d.day,
    source: d.source,
    runs: d.runs,
    failed: d.failed,
    records_fetched: d.fetched,
    records_inserted: d.inserted,
    records_updated: d.updated,
    records_unchanged: d.unchanged,
    records_failed: d.rejected,
    records_withdrawn: d.withdrawn,
    duration_seconds: Math.round(d.seconds * 1000) / 1000,
  };
}

const figure = (description: string) => Type.Object({ now: number, before: number }, { description });

/** What happened lately. */
export const LatelySchema = Type.Object({
  days: number,
  total: figure('CVEs known here now, and so many days ago'),
  exploited: figure('CVEs exploited now, and those of them that were listed so many days ago'),
  published: figure('CVEs published in these days, and in as many before'),
  added: figure('CVEs new here in these days, and in as many before'),
  changed: figure('CVEs whose record here last changed in these days, and in as many before'),
});

/** The CVEs whose EPSS rose most. */
export const EpssRisers = Type.Object({
  days: number,
  items: Type.Array(
    Type.Object({
      ...VulnerabilitySummary.properties,
      epss_before: Type.Number(share),
      epss_before_day: Day,
      rise: Type.Number(share),
    }),
    { description: 'The largest rise first' },
  ),
});

/** A rise as the API shows it. */
export function riseOf({ vulnerability, before, since, rise }: EpssRise): Static<typeof EpssRisers>['items'][number] {
  return { ...summaryOf(vulnerability), epss_before: before, epss_before_day: since, rise };
}
