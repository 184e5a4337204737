import type { IndicatorReport } from '../domain/indicator.ts';
import { canonicalIndicator } from '../domain/indicator-value.ts';
import { canonicalName } from '../domain/names.ts';
import { cleanText, truncated } from '../domain/text.ts';
import { utc } from '../domain/time.ts';
import type { Envelope } from './contract.ts';
import { excerpt, Rejection } from './notes.ts';

/** What a source says of an indicator beside its value. */
export type SaidOfIndicator = Partial<Omit<IndicatorReport, 'type' | 'value'>>;

const noTags: readonly string[] = [];
const maxTags = 100;
const maxTagLength = 100;
const maxContextLength = 500;

/**
 * The report on the indicator in `text`. What stood beside the value there, such as a port, is part of the context.
 * @throws Rejection when the text is no indicator
 */
export function reportOn(text: string, said: SaidOfIndicator): IndicatorReport {
  const canonical = canonicalIndicator(text);
  if ('rejected' in canonical) throw new Rejection(`${excerpt(text)} ${canonical.rejected}`);
  const { type, value } = canonical.indicator;
  return {
    type,
    value,
    threatType: said.threatType ?? null,
    malware: said.malware ?? null,
    tags: said.tags ?? noTags,
    confidence: said.confidence ?? null,
    firstSeen: said.firstSeen ?? null,
    lastSeen: said.lastSeen ?? null,
    active: said.active ?? null,
    sourceUrl: said.sourceUrl ?? null,
    context: said.context ? { ...canonical.context, ...said.context } : canonical.context,
  };
}

/** Tags as we write them: lower case, but CVE and ATT&CK ids in upper case; each once, in order. */
export function tagsIn(texts: readonly string[]): readonly string[] {
  const tags = new Set<string>();
  for (const text of texts) {
    const tag = truncated(cleanText(text).text.replace(/\s+/g, ' '), maxTagLength).toLowerCase();
    if (tag !== '' && tag !== 'none' && tags.size < maxTags) tags.add(isId(tag) ? tag.toUpperCase() : tag);
  }
  return [...tags].sort();
}

function isId(tag: string): boolean {
  return /^(?:cve-\d{4}-\d{4,19}|t\d{4}(?:\.\d{3})?|[gs]\d{4})$/.test(tag);
}

/** The ids of CVEs and of ATT&CK's techniques in a text. */
export function idsIn(text: string): readonly string[] {
  return text.match(/\bCVE-\d{4}-\d{4,19}\b|\bT\d{4}(?:\.\d{3})?\b/g) ?? [];
}

/** A family's name as we write it; null for none, and for one that only says that it is not known. */
export function familyOf(text: string | null): string | null {
  const name = canonicalName(text ?? '');
  return name === '' || /^unknown/.test(name) ? null : name;
}

/** Texts and numbers that are there, as the context of a report. */
export function contextOf(
  members: Readonly<Record<string, string | number | null | undefined>>,
): IndicatorReport['context'] {
  const context: Record<string, string | number> = {};
  for (const [name, member] of Object.entries(members)) {
    if (typeof member === 'number' && Number.isFinite(member)) context[name] = member;
    else if (typeof member === 'string') {
      const text = truncated(cleanText(member).text, maxContextLength);
      if (text !== '') context[name] = text;
    }
  }
  return context;
}

/** When a list says that it was made: "Last updated: 2025-04-21 12:40:05 (UTC)"; ISO 8601 UTC or null. */
export function updatedAt({ comment }: Envelope): string | null {
  if (typeof comment !== 'string') return null;
  const said = /^Last updated?: *(?:[a-z]{3}, )?(.{8,40})$/im.exec(comment)?.[1]?.replace(/[()]/g, '').trim();
  return said === undefined ? null : (utc(said) ?? mailDate(said));
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "22 Aug 2026 03:00:29 +0200" @see https://www.rfc-editor.org/rfc/rfc5322#section-3.3 */
function mailDate(text: string): string | null {
  const found = /^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) (\S+)$/.exec(text);
  if (!found) return null;
  const [, day = '', month = '', year, time, zone] = found;
  const number = months.indexOf(month) + 1;
  return utc(`${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}T${time} ${zone}`);
}

/** Whether the comment of a document has this word in it. */
export function commentHas({ comment }: Envelope, word: string): boolean {
  return typeof comment === 'string' && comment.toLowerCase().includes(word);
}
