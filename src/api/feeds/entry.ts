import type { ExportRecord } from '../../domain/export/contract.ts';
import { reason } from '../../domain/reason.ts';
import { truncated } from '../../domain/text.ts';
import { uuidOf } from '../../search/export/uuid.ts';

/** An entry of a feed. All texts are plain, without characters that XML has no place for. */
export interface Entry {
  readonly id: string; // a URN that never changes
  readonly url: string;
  readonly title: string;
  readonly facts: string;
  readonly text: string;
  readonly categories: readonly string[];
  readonly published: Date;
  readonly updated: Date;
}

/** What a feed is about. */
export interface FeedHead {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly home: string; // the page for people
  readonly self: string; // its own address
  readonly updated: Date;
}

const longestTitle = 160;

/** A CVE as an entry. */
export function entryOf(record: ExportRecord, origin: string): Entry {
  const { cveId, title, description, publishedAt, createdAt, modifiedAt, severity, exploited } = record;
  const published = new Date(publishedAt ?? createdAt);
  const changed = new Date(modifiedAt ?? published);
  return {
    id: urn(`vulnerability ${cveId}`),
    url: `${origin}/cve/${cveId}`,
    title: plainLine(`${cveId}: ${title || description || 'no description'}`),
    facts: plain(reason(record, record.epss)),
    text: plain(description ?? ''),
    categories: [severity.toLowerCase(), ...(exploited ? ['exploited'] : [])],
    published,
    updated: changed < published ? published : changed,
  };
}

/** The news that a CVE is exploited, which has a day of its own, as an entry. */
export function exploitedEntryOf(record: ExportRecord, origin: string): Entry {
  const entry = entryOf(record, origin);
  const since = record.exploitedSince === null ? entry.published : new Date(record.exploitedSince);
  return { ...entry, id: urn(`exploited ${record.cveId}`), published: since, updated: since };
}

/** The URN of a name: the same everywhere, always. */
export function urn(name: string): string {
  return `urn:uuid:${uuidOf(name)}`;
}

/** Text without the characters that XML 1.0 forbids. @see https://www.w3.org/TR/xml/#charsets */
export function plain(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}

/** Text in one line, cut where it gets too long for a title. */
export function plainLine(text: string): string {
  const line = plain(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > longestTitle ? `${truncated(line, longestTitle).replace(/\s\S*$/, '')} …` : line;
}
