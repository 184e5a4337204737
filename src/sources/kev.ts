import { canonicalName } from '../domain/names.ts';
import type { Affected, Exploitation, Reference, SourceRecord } from '../domain/record.ts';
import { utc } from '../domain/time.ts';
import { cweIdsIn } from '../domain/weakness.ts';
import type { Envelope, VulnerabilityFormat } from './contract.ts';
import { dayOf, isObject, type JsonObject, listOf, requiredCveId, shortTextOf, textOf, urlOf } from './guards.ts';
import { type Notes, parsed, Rejection } from './notes.ts';
import { References } from './references.ts';

const urlInText = /\bhttps?:\/\/[^\s;<>"]+/gi;

/**
 * CISA's catalogue of known exploited vulnerabilities: an entry of the JSON, or a row of the CSV as an object of texts.
 * @see https://www.cisa.gov/known-exploited-vulnerabilities-catalog
 */
export const kev: VulnerabilityFormat = {
  kind: 'vulnerability',
  id: 'kev',
  version: 1,
  sources: ['cisa_kev'],
  coverage: 'full',
  recognises(value, envelope) {
    if (typeof envelope.catalogVersion === 'string') return true;
    if (!isObject(value)) return false;
    return 'catalogVersion' in value || ('cveID' in value && 'dateAdded' in value && 'vendorProject' in value);
  },
  parse: (value) => parsed((notes) => [recordOf(value, notes)]),
  releasedAt: (envelope, first) => releasedAt(envelope) ?? newestEntry(first),
  expectedCount(envelope) {
    const count = envelope.count;
    return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
  },
};

function releasedAt(envelope: Envelope): string | null {
  return typeof envelope.dateReleased === 'string' ? utc(envelope.dateReleased) : null;
}

/** The CSV does not say when it was released, but its first row is the entry added last. */
function newestEntry(first: unknown): string | null {
  return isObject(first) && typeof first.dateAdded === 'string' ? utc(first.dateAdded) : null;
}

function recordOf(value: unknown, notes: Notes): SourceRecord {
  if (!isObject(value)) throw new Rejection('it is not an object with a CVE');
  const cveId = requiredCveId(value.cveID);
  return {
    cveId,
    source: 'cisa_kev',
    state: 'published',
    title: textOf(value.vulnerabilityName, 'vulnerabilityName', notes),
    description: textOf(value.shortDescription, 'shortDescription', notes),
    publishedAt: null,
    modifiedAt: null, // the catalogue's release says nothing of an entry; a whole catalogue is compared by `releasedAt`
    severity: null,
    cvss: [],
    weaknesses: weaknessesOf(value, notes),
    affected: affectedOf(value, notes),
    references: referencesOf(value, notes),
    exploited: exploitationOf(value, notes),
    ssvc: null,
    tags: [],
    origins: [],
    aliases: [],
  };
}

/** A list in the JSON, one text in the CSV: "CWE-59, CWE-436". */
function weaknessesOf(entry: JsonObject, notes: Notes): readonly string[] {
  const cwes = entry.cwes;
  const texts = typeof cwes === 'string' ? [cwes] : listOf(cwes, 'cwes', notes);
  const ids = texts.flatMap((text) => (typeof text === 'string' ? cweIdsIn(text) : []));
  return [...new Set(ids)];
}

function affectedOf(entry: JsonObject, notes: Notes): readonly Affected[] {
  const vendor = canonicalName(textOf(entry.vendorProject, 'vendorProject', notes) ?? '');
  const product = canonicalName(textOf(entry.product, 'product', notes) ?? '');
  return vendor || product ? [{ vendor, product, versions: [] }] : [];
}

function exploitationOf(entry: JsonObject, notes: Notes): Exploitation {
  const ransomware = shortTextOf(entry.knownRansomwareCampaignUse, 'knownRansomwareCampaignUse', notes);
  return {
    since: dayOf(entry.dateAdded, 'dateAdded', notes),
    due: dayOf(entry.dueDate, 'dueDate', notes),
    action: textOf(entry.requiredAction, 'requiredAction', notes),
    ransomware: ransomware?.toLowerCase() === 'known' ? true : null,
  };
}

/** The URLs in the notes, without the punctuation of the sentence around them. */
function referencesOf(entry: JsonObject, notes: Notes): readonly Reference[] {
  const references = new References();
  const text = textOf(entry.notes, 'notes', notes) ?? '';
  for (const [found] of text.matchAll(urlInText)) {
    const url = urlOf(withoutPunctuation(found), 'notes', notes);
    if (url !== null) references.add(url, [], 'CISA KEV note');
  }
  return references.list();
}

function withoutPunctuation(url: string): string {
  const trimmed = url.replace(/[.,:'"\]]+$/, '');
  return trimmed.endsWith(')') && !trimmed.includes('(') ? withoutPunctuation(trimmed.slice(0, -1)) : trimmed;
}
