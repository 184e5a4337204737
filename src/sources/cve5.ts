import { severityNamed } from '../domain/cvss.ts';
import type {
  CvssAssessment,
  CvssVersion,
  Exploitation,
  RecordState,
  Severity,
  SourceRecord,
} from '../domain/record.ts';
import { emptyRecord } from '../domain/record.ts';
import { cweId, cweIdsIn } from '../domain/weakness.ts';
import { type Assessor, assessmentOf, cvssMembers, distinct } from './assessments.ts';
import { affectedOf } from './configurations.ts';
import type { VulnerabilityFormat } from './contract.ts';
import { affectedProducts } from './cve5-affected.ts';
import { kevOf, ssvcOf } from './cve5-cisa.ts';
import {
  isObject,
  type JsonObject,
  momentOf,
  objectOf,
  objectsOf,
  requiredCveId,
  shortTextOf,
  tagsOf,
  textOf,
  urlOf,
} from './guards.ts';
import { type Notes, parsed, Rejection } from './notes.ts';
import { References } from './references.ts';

const cisaAdpOrg = '134c704f-9b21-4f2e-91b3-4a467353bcc0';

const metricMembers: readonly (readonly [string, CvssVersion])[] = [
  ['cvssV4_0', '4.0'],
  ['cvssV3_1', '3.1'],
  ['cvssV3_0', '3.0'],
  ['cvssV2_0', '2.0'],
];

const states = new Map<string, RecordState>([
  ['PUBLISHED', 'published'],
  ['REJECTED', 'rejected'],
  ['RESERVED', 'reserved'],
]);

/**
 * CVE Record 5.x. The CNA's container is source `cve_list`, with the references of the CVE Program and assessments of
 * other data publishers; CISA's container is source `cisa_adp`.
 * @see https://github.com/CVEProject/cve-schema
 */
export const cve5: VulnerabilityFormat = {
  kind: 'vulnerability',
  id: 'cve5',
  version: 1,
  sources: ['cve_list', 'cisa_adp'],
  coverage: 'delta',
  joint: true,
  recognises: (value) => isObject(value) && (value.dataType === 'CVE_RECORD' || isObject(value.cveMetadata)),
  parse: (value) => parsed((notes) => recordsOf(value, notes)),
};

function recordsOf(value: unknown, notes: Notes): readonly SourceRecord[] {
  if (!isObject(value)) throw new Rejection('it is not an object with a CVE');
  const metadata = objectOf(value.cveMetadata, 'cveMetadata', notes) ?? {};
  const containers = objectOf(value.containers, 'containers', notes) ?? {};
  const cna = objectOf(containers.cna, 'containers.cna', notes) ?? {};
  const publishers = objectsOf(containers.adp, 'containers.adp', notes);
  const others = publishers.filter((publisher) => !isCisa(publisher));
  const records = [listRecord(metadata, cna, others, notes)];
  const cisa = publishers.filter(isCisa).at(-1);
  if (cisa) records.push(cisaRecord(metadata, cisa, notes));
  return records;
}

function isCisa(container: JsonObject): boolean {
  const provider = container.providerMetadata;
  return isObject(provider) && (provider.orgId === cisaAdpOrg || provider.shortName === 'CISA-ADP');
}

/** What the CVE List itself says. */
function listRecord(metadata: JsonObject, cna: JsonObject, others: readonly JsonObject[], notes: Notes): SourceRecord {
  const cveId = requiredCveId(metadata.cveId);
  const state = stateOf(metadata.state, notes);
  const cvss = [
    ...assessmentsOf(cna, { role: 'cna', provider: providerOf(cna, metadata, notes), type: null }, notes),
    ...others.flatMap((one) =>
      assessmentsOf(one, { role: 'other', provider: providerOf(one, {}, notes), type: null }, notes),
    ),
  ];
  return {
    ...emptyRecord(cveId, 'cve_list'),
    state,
    title: textOf(cna.title, 'title', notes),
    description: englishOf(state === 'rejected' ? (cna.rejectedReasons ?? cna.descriptions) : cna.descriptions, notes),
    publishedAt: momentOf(metadata.datePublished, 'datePublished', notes),
    modifiedAt: momentOf(metadata.dateUpdated, 'dateUpdated', notes),
    severity: cvss.length > 0 ? null : statedSeverity(cna, notes),
    cvss: distinct(cvss),
    weaknesses: weaknessesOf(cna, notes),
    affected: affectedIn(cna, notes),
    references: referencesOf([cna, ...others], null, notes).list(),
    tags: tagsOf(cna.tags, 'tags', notes),
  };
}

/** What CISA adds as authorised data publisher. */
function cisaRecord(metadata: JsonObject, cisa: JsonObject, notes: Notes): SourceRecord {
  const provider = objectOf(cisa.providerMetadata, 'providerMetadata', notes) ?? {};
  const listing = kevOf(cisa, notes);
  const references = referencesOf([cisa], listing?.reference ?? null, notes);
  const exploited: Exploitation | null = listing && { since: listing.since, due: null, action: null, ransomware: null };
  return {
    ...emptyRecord(requiredCveId(metadata.cveId), 'cisa_adp'),
    state: stateOf(metadata.state, notes),
    modifiedAt: momentOf(provider.dateUpdated, 'providerMetadata.dateUpdated', notes),
    cvss: distinct(assessmentsOf(cisa, { role: 'cisa_adp', provider: 'CISA-ADP', type: null }, notes)),
    weaknesses: weaknessesOf(cisa, notes),
    affected: affectedIn(cisa, notes),
    references: references.list(),
    exploited,
    ssvc: ssvcOf(cisa, notes),
  };
}

function stateOf(value: unknown, notes: Notes): RecordState {
  const state = typeof value === 'string' ? states.get(value.trim().toUpperCase()) : undefined;
  if (!state && value !== undefined) notes.dropped('state', value, 'is not a state of a CVE');
  return state ?? 'published';
}

function providerOf(container: JsonObject, metadata: JsonObject, notes: Notes): string {
  const provider = objectOf(container.providerMetadata, 'providerMetadata', notes) ?? {};
  const name = shortTextOf(provider.shortName ?? metadata.assignerShortName, 'providerMetadata.shortName', notes, 200);
  return (
    name ?? shortTextOf(provider.orgId ?? metadata.assignerOrgId, 'providerMetadata.orgId', notes, 200) ?? 'unknown'
  );
}

/** The first English text of a list of descriptions, or the first of all. */
function englishOf(value: unknown, notes: Notes): string | null {
  const descriptions = objectsOf(value, 'descriptions', notes);
  const english = descriptions.find(({ lang }) => typeof lang === 'string' && /^en\b/i.test(lang));
  return textOf((english ?? descriptions[0])?.value, 'description', notes);
}

function assessmentsOf(container: JsonObject, assessor: Assessor, notes: Notes): readonly CvssAssessment[] {
  const assessments: CvssAssessment[] = [];
  for (const metric of objectsOf(container.metrics, 'metrics', notes)) {
    for (const [name, version] of metricMembers) {
      const data = objectOf(metric[name], `metrics.${name}`, notes);
      const assessment = data && assessmentOf(cvssMembers(data, version), assessor, notes);
      if (assessment) assessments.push(assessment);
    }
  }
  return assessments;
}

/** A severity in a word, as Red Hat, Apache and Chromium give it beside or instead of CVSS. */
function statedSeverity(cna: JsonObject, notes: Notes): Severity | null {
  for (const metric of objectsOf(cna.metrics, 'metrics', notes)) {
    const content = isObject(metric.other) ? metric.other.content : undefined;
    const word = isObject(content) ? (content.value ?? content.text) : undefined;
    const severity = typeof word === 'string' ? severityNamed(word) : null;
    if (severity) return severity;
  }
  return null;
}

function weaknessesOf(container: JsonObject, notes: Notes): readonly string[] {
  const ids = new Set<string>();
  for (const problem of objectsOf(container.problemTypes, 'problemTypes', notes)) {
    for (const { cweId: stated, description } of objectsOf(problem.descriptions, 'problemTypes.descriptions', notes)) {
      const id = typeof stated === 'string' ? cweId(stated) : null;
      const all = id === null && typeof description === 'string' ? cweIdsIn(description) : id === null ? [] : [id];
      for (const one of all) ids.add(one);
    }
  }
  return [...ids];
}

/** The products named, or, when there are none, those of the CPE configurations (CVE Record 5.1). */
function affectedIn(container: JsonObject, notes: Notes): SourceRecord['affected'] {
  const named = affectedProducts(container, notes);
  if (named.length > 0 || container.cpeApplicability === undefined) return named;
  return affectedOf(objectsOf(container.cpeApplicability, 'cpeApplicability', notes), notes);
}

/** `x_transferred` says how a reference came into the CVE List and nothing about it. */
function referencesOf(containers: readonly JsonObject[], kev: string | null, notes: Notes): References {
  const references = new References();
  for (const container of containers) {
    for (const reference of objectsOf(container.references, 'references', notes)) {
      const url = urlOf(reference.url, 'references.url', notes);
      if (url === null) continue;
      const tags = tagsOf(reference.tags, 'references.tags', notes).filter((tag) => tag !== 'x_transferred');
      references.add(url, tags, textOf(reference.name, 'references.name', notes));
    }
  }
  if (kev !== null) references.add(kev, [], 'CISA KEV');
  return references;
}
