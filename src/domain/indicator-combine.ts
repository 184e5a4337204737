import type { IndicatorReport } from './indicator.ts';

type Context = IndicatorReport['context'];

/**
 * Two reports of one source on one indicator in the same input, as lists that name an indicator in several files have
 * them, as one. The one seen last speaks; what was seen equally late is joined, and where only one value can stand, the
 * alphabet decides. So neither the order of files nor how they fall into batches matters. Other families of malware stay
 * as tags.
 */
export function combineReports(a: IndicatorReport, b: IndicatorReport): IndicatorReport {
  const last = latest(a.lastSeen, b.lastSeen);
  const speaking = a.lastSeen === b.lastSeen ? joined(a, b) : a.lastSeen === last ? a : b;
  return {
    ...speaking,
    tags: tagsOf([a, b], speaking.malware),
    firstSeen: earliest(a.firstSeen, b.firstSeen),
    lastSeen: last,
  };
}

function joined(a: IndicatorReport, b: IndicatorReport): IndicatorReport {
  return {
    ...a,
    threatType: first(a.threatType, b.threatType),
    malware: first(a.malware, b.malware),
    confidence:
      a.confidence === null || (b.confidence !== null && b.confidence > a.confidence) ? b.confidence : a.confidence,
    active: a.active === null || b.active === null ? (a.active ?? b.active) : a.active || b.active,
    sourceUrl: first(a.sourceUrl, b.sourceUrl),
    context: joinedContext(a.context, b.context),
  };
}

function joinedContext(a: Context, b: Context): Context {
  const context: Record<string, string | number> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const other = context[name];
    if (other === undefined || JSON.stringify(value) < JSON.stringify(other)) context[name] = value;
  }
  return context;
}

function tagsOf(reports: readonly IndicatorReport[], malware: string | null): readonly string[] {
  const tags = new Set(reports.flatMap((r) => (r.malware === null ? r.tags : [...r.tags, r.malware])));
  if (malware !== null) tags.delete(malware);
  return [...tags].sort();
}

/** The first in the alphabet of those that are there. */
function first(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a;
}

function earliest(a: string | null, b: string | null): string | null {
  return first(a, b);
}

function latest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}
