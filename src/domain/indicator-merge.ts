import type { Indicator, IndicatorReport } from './indicator.ts';
import { expiresAt, type IndicatorStatus, inactiveAt, statusAt } from './indicator-ageing.ts';
import { believed, byRenown } from './indicator-reporters.ts';
import { weightiestThreat } from './indicator-threat.ts';

/** A source's report as it stands, or stood until the source took it back. Times are ISO 8601 UTC. */
export interface StandingReport {
  readonly source: string;
  readonly report: IndicatorReport;
  readonly withdrawnAt: string | null;
  readonly reportedAt: string; // when it was last known that the source says so
}

/** What all reports on one indicator together say. */
export interface MergedIndicator extends Indicator {
  readonly threatType: string | null;
  readonly tags: readonly string[]; // with the families of malware, in order
  readonly confidence: number; // 0–1
  readonly status: IndicatorStatus;
  readonly statusUntil: string | null; // when it changes by ageing alone; null: never
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly expiresAt: string;
  readonly source: string; // the best-known reporter
  readonly sources: readonly string[]; // best known first
  readonly sourceUrl: string | null;
  readonly context: IndicatorReport['context'];
}

const maxTags = 200;
/** However many report it, somebody may be wrong. */
const mostConfidence = 0.99;
/** A source that takes back a report does not say that it was wrong: most lists only hold what is current. */
const withdrawnShare = 0.5;

/**
 * The indicator that follows from its reports, at most one of a source, at `now` (ISO 8601 UTC). Neither their order nor when this is
 * called for the first time matters; while anybody reports it, those who do not any more only keep it from being forgotten.
 * @returns null without reports
 */
export function mergeIndicator(reports: readonly StandingReport[], now: string): MergedIndicator | null {
  const all = [...reports].sort((a, b) => byRenown(a.source, b.source));
  const standing = all.filter((one) => one.withdrawnAt === null);
  const told = standing.length > 0 ? standing : all;
  const best = told[0];
  if (!best) return null;
  const { type, value } = best.report;
  const threatType = weightiestThreat(told.flatMap(({ report }) => report.threatType ?? []));
  const expires = latest(all.map((one) => expiresAt(type, one.report.threatType, sighting(one)))) ?? now;
  const inactive = latest(all.map(inactiveFrom)) ?? now;
  const { status, until } = statusAt({ inactive, expires }, now);
  return {
    type,
    value,
    threatType,
    tags: tagsOf(told),
    confidence: confidenceOf(all),
    status,
    statusUntil: until,
    firstSeen: earliest(all.map(({ report }) => report.firstSeen)),
    lastSeen: latest(all.map(({ report }) => report.lastSeen)),
    expiresAt: expires,
    source: best.source,
    sources: told.map(({ source }) => source),
    sourceUrl: told.find(({ report }) => report.sourceUrl !== null)?.report.sourceUrl ?? null,
    context: Object.assign({}, ...told.map(({ report }) => report.context).reverse()),
  };
}

/**
 * When the indicator was last seen, as far as a report tells: what says that it is live does so as long as it is reported. Nobody
 * saw it after it was reported, so a date in the future cannot keep it alive.
 */
function sighting({ report, reportedAt }: StandingReport): string {
  const seen = report.active === true ? reportedAt : (report.lastSeen ?? report.firstSeen ?? reportedAt);
  return seen < reportedAt ? seen : reportedAt;
}

/** From when on a report does not make the indicator active any more. */
function inactiveFrom(one: StandingReport): string {
  const seen = sighting(one);
  if (one.report.active === false) return seen;
  const aged = inactiveAt(one.report.type, one.report.threatType, seen);
  return one.withdrawnAt !== null && one.withdrawnAt < aged ? one.withdrawnAt : aged;
}

/** Reporters are taken to err independently: it is wrong only if all of them are. In order of renown, so that rounding is the same. */
function confidenceOf(reports: readonly StandingReport[]): number {
  const doubt = reports.reduce((product, { source, report, withdrawnAt }) => {
    const sure = believed(source, report.confidence) * (withdrawnAt === null ? 1 : withdrawnShare);
    return product * (1 - sure);
  }, 1);
  return Math.round(Math.min(1 - doubt, mostConfidence) * 100) / 100;
}

function tagsOf(reports: readonly StandingReport[]): readonly string[] {
  const tags = new Set<string>();
  for (const { report } of reports) {
    for (const tag of report.tags) tags.add(tag);
    if (report.malware !== null) tags.add(report.malware);
  }
  return [...tags].sort().slice(0, maxTags);
}

function earliest(times: readonly (string | null)[]): string | null {
  return times.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

function latest(times: readonly (string | null)[]): string | null {
  return times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
