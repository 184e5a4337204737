import { hash } from 'node:crypto';
import { hashOf, type IndicatorKey, keyOf } from '../../db/indicator-key.ts';
import type { ReportRow } from '../../db/write/indicators.ts';
import type { IndicatorReport } from '../../domain/indicator.ts';

/** What a source says of an indicator, ready to be compared and stored. */
export interface Said extends IndicatorKey {
  readonly key: string; // as `keyOf` has it
  readonly source: string;
  readonly report: IndicatorReport;
  readonly contentHash: string; // hexadecimal, 128 bits: equal for equal content
}

/** Prepares a source's report. */
export function said(source: string, report: IndicatorReport): Said {
  const valueHash = hashOf(report.value);
  const key = { valueHash, type: report.type };
  return { ...key, key: keyOf(key), source, report, contentHash: contentHash(report) };
}

/** Hashes what a report says of its indicator, whatever order its tags and its context came in. */
export function contentHash(r: Omit<IndicatorReport, 'type' | 'value'>): string {
  const text = JSON.stringify([
    r.threatType,
    r.malware,
    r.tags.length > 1 ? [...r.tags].sort() : r.tags,
    r.confidence,
    r.firstSeen,
    r.lastSeen,
    r.active,
    r.sourceUrl,
    inOrder(r.context),
  ]);
  return hash('sha256', text, 'hex').slice(0, 32);
}

function inOrder(context: IndicatorReport['context']): readonly [string, string | number][] {
  const entries = Object.entries(context);
  return entries.length > 1 ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
}

/** What is said as its row. */
export function reportRow({ valueHash, type, source, contentHash, report }: Said): ReportRow {
  const { value: _, ...content } = report;
  return { ...content, valueHash, type, source, contentHash };
}
