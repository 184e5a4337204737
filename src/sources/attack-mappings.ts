import type { CataloguePart, TechniqueMapping } from '../domain/catalogue.ts';
import { cveId } from '../domain/cve-id.ts';
import type { Connector } from './connector.ts';
import type { CatalogueFormat, Envelope } from './contract.ts';
import { isObject, type JsonObject, listOf, requiredCveId, shortTextOf, tagOf, textOf, urlOf } from './guards.ts';
import { newDocuments } from './new-documents.ts';
import { type Notes, parsed, Rejection } from './notes.ts';

const urlInText = /\bhttps?:\/\/[^\s;<>"]+/gi;
const techniqueId = /^T\d{4}(?:\.\d{3})?$/;

/**
 * Which techniques a known exploited vulnerability is used with: the mappings of the Center for Threat-Informed Defense.
 * Each matrix has a document of its own.
 * @see https://center-for-threat-informed-defense.github.io/mappings-explorer/external/kev/
 */
export const attackMappings: CatalogueFormat<TechniqueMapping> = {
  kind: 'catalogue',
  id: 'attack_mappings',
  version: 1,
  sources: ['attack_mappings'],
  coverage: 'full',
  recognises(value, envelope) {
    if (!isObject(value) || !('attack_object_id' in value) || !('mapping_type' in value)) return false;
    const ofCve = typeof value.capability_id === 'string' && cveId(value.capability_id) !== null;
    return ofCve || envelope['metadata.mapping_framework'] === 'kev';
  },
  parse: (value) => parsed((notes) => [mappingOf(value, notes)]),
  assemble: (mappings, envelope) => ({ parts: [partOf(mappings, envelope)] }),
};

function mappingOf(value: unknown, notes: Notes): TechniqueMapping {
  if (!isObject(value)) throw new Rejection('it is not an object with a CVE');
  const cve = requiredCveId(value.capability_id);
  const technique = shortTextOf(value.attack_object_id, 'attack_object_id', notes)?.toUpperCase() ?? '';
  if (!techniqueId.test(technique)) throw new Rejection(`it maps ${cve} to no technique of ATT&CK`);
  const mappingType = tagOf(value.mapping_type, 'mapping_type', notes)?.replaceAll('-', '_') ?? 'uncategorized';
  return {
    kind: 'mapping',
    id: `${cve} ${technique} ${mappingType}`,
    cveId: cve,
    techniqueId: technique,
    mappingType,
    comment: textOf(value.comments, 'comments', notes),
    references: referencesOf(value, notes),
  };
}

/** Most hold a URL each, some several, and some a piece of one that broke at a comma. */
function referencesOf(mapping: JsonObject, notes: Notes): readonly string[] {
  const texts = listOf(mapping.references, 'references', notes).flatMap((r) => textOf(r, 'references', notes) ?? []);
  const urls = texts.flatMap((text) => text.match(urlInText) ?? [text]);
  return [...new Set(urls.flatMap((url) => urlOf(url, 'references', notes) ?? []))];
}

function partOf(mappings: readonly TechniqueMapping[], envelope: Envelope): CataloguePart {
  const text = (name: string) => {
    const value = envelope[`metadata.${name}`];
    return typeof value === 'string' && value.length <= 100 ? value.trim() : '';
  };
  const part = text('technology_domain').toLowerCase();
  const dates = [text('mapping_framework_version'), text('last_update'), text('creation_date')];
  const versions = [`KEV ${text('mapping_framework_version')}`, `ATT&CK ${text('attack_version')}`];
  return {
    part: part || 'all',
    version: versions.every((v) => /\d/.test(v)) ? versions.join(', ') : null,
    releasedAt:
      dates
        .flatMap((date) => americanDay(date) ?? [])
        .toSorted()
        .at(-1) ?? null,
    // A list without its metadata is anybody's: it may be a part.
    whole: part !== '',
    records: mappings.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** '02/13/2025' as a moment. */
function americanDay(text: string): string | null {
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
  if (!month || !day || !year || Number(month) > 12 || Number(day) > 31) return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T00:00:00.000Z`;
}

const site = 'https://raw.githubusercontent.com/center-for-threat-informed-defense/mappings-explorer/main/mappings/kev';

/** A release has a name of its own: these, newest first. */
const releases: Readonly<Record<string, readonly (readonly [attack: string, kev: string])[]>> = {
  enterprise: [
    ['16.1', '08.27.2025'],
    ['16.1', '07.28.2025'],
    ['15.1', '02.13.2025'],
  ],
  mobile: [
    ['16.1', '08.27.2025'],
    ['16.1', '07.28.2025'],
  ],
};

/** The mappings of CISA's catalogue to the techniques of ATT&CK. */
export const attackMappingsFeed: Connector = {
  id: 'attack_mappings',
  sources: ['attack_mappings'],
  kind: 'catalogue',
  coverage: 'full',
  title: 'KEV to ATT&CK mappings',
  homepage: 'https://center-for-threat-informed-defense.github.io/mappings-explorer/',
  licence: 'Apache-2.0',
  attribution: 'Mappings of known exploited vulnerabilities to MITRE ATT&CK®: Center for Threat-Informed Defense.',
  hosts: ['raw.githubusercontent.com'],
  every: '40 4 * * 1',
  staleAfterHours: 15 * 24,
  fetch: (context) => newDocuments(context, attackMappings, Object.entries(releases).map(urlsOf), { expect: 'json' }),
};

function urlsOf([matrix, known]: [string, (typeof releases)[string]]): readonly string[] {
  return known.map(
    ([attack, kev]) => `${site}/attack-${attack}/kev-${kev}/${matrix}/kev-${kev}_attack-${attack}-${matrix}.json`,
  );
}
