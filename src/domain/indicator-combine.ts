import type { IndicatorReport } from './indicator.ts';

/**
 * Two reports of one source on one indicator in the same input, as lists that name an indicator in several files have
 * them, as one. The newer speaks, the other completes it; of two equally new ones the alphabet decides, so that the order
 * of files does not matter. A second malware family stays as a tag.
 */
export function combineReports(a: IndicatorReport, b: IndicatorReport): IndicatorReport {
  const [first, second] = byNewest(a, b);
  const malware = first.malware ?? second.malware;
  const other = second.malware !== null && second.malware !== malware ? [second.malware] : [];
  return {
    type: first.type,
    value: first.value,
    threatType: first.threatType ?? second.threatType,
    malware,
    tags: [...new Set([...first.tags, ...second.tags, ...other])].sort(),
    confidence: first.confidence ?? second.confidence,
    firstSeen: earliest(first.firstSeen, second.firstSeen),
    lastSeen: latest(first.lastSeen, second.lastSeen),
    active: first.active ?? second.active,
    sourceUrl: first.sourceUrl ?? second.sourceUrl,
    context: { ...second.context, ...first.context },
  };
}

function byNewest(a: IndicatorReport, b: IndicatorReport): readonly [IndicatorReport, IndicatorReport] {
  const [timeOfA, timeOfB] = [a.lastSeen ?? a.firstSeen ?? '', b.lastSeen ?? b.firstSeen ?? ''];
  if (timeOfA !== timeOfB) return timeOfA > timeOfB ? [a, b] : [b, a];
  return (a.malware ?? '') + JSON.stringify(a) <= (b.malware ?? '') + JSON.stringify(b) ? [a, b] : [b, a];
}

function earliest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a;
}

function latest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}
