import type { CvssAssessment, CvssRole, CvssVersion, Exploitation, Reference, SourceRecord } from '../domain/record.ts';
import { cweId } from '../domain/weakness.ts';
import { assessmentOf, cvssMembers, distinct } from './assessments.ts';
import { affectedOf } from './configurations.ts';
import type { VulnerabilityFormat } from './contract.ts';
import {
  dayOf,
  isObject,
  type JsonObject,
  momentOf,
  objectOf,
  objectsOf,
  requiredCveId,
  shortTextOf,
  tagOf,
  tagsOf,
  textOf,
  urlOf,
} from './guards.ts';
import { type Notes, parsed, Rejection } from './notes.ts';
import { References } from './references.ts';

const nvdProvider = 'nvd@nist.gov';
const cisaAdpProvider = '134c704f-9b21-4f2e-91b3-4a467353bcc0';

const metricLists: readonly (readonly [string, CvssVersion])[] = [
  ['cvssMetricV40', '4.0'],
  ['cvssMetricV31', '3.1'],
  ['cvssMetricV30', '3.0'],
  ['cvssMetricV2', '2.0'],
];

/**
 * NVD's API 2.0 and its feeds: `{"cve": {…}}` for each vulnerability.
 * @see https://nvd.nist.gov/developers/vulnerabilities
 */
export const nvd: VulnerabilityFormat = {
  kind: 'vulnerability',
  id: 'nvd',
  version: 1,
  sources: ['nvd'],
  coverage: 'delta',
  recognises(value, envelope) {
    if (envelope.format === 'NVD_CVE') return true;
    const cve = isObject(value) && isObject(value.cve) ? value.cve : value;
    return isObject(cve) && typeof cve.id === 'string' && Array.isArray(cve.descriptions);
  },
  parse: (value) => parsed((notes) => [recordOf(value, notes)]),
};

function recordOf(value: unknown, notes: Notes): SourceRecord {
  const cve = isObject(value) && isObject(value.cve) ? value.cve : value;
  if (!isObject(cve)) throw new Rejection('it is not an object with a CVE');
  const cveId = requiredCveId(cve.id);
  const status = tagOf(cve.vulnStatus, 'vulnStatus', notes);
  return {
    cveId,
    source: 'nvd',
    state: status === 'rejected' ? 'rejected' : 'published',
    title: textOf(cve.cisaVulnerabilityName, 'cisaVulnerabilityName', notes),
    description: descriptionOf(cve, notes),
    publishedAt: momentOf(cve.published, 'published', notes),
    modifiedAt: momentOf(cve.lastModified, 'lastModified', notes),
    severity: null,
    cvss: assessmentsOf(cve, notes),
    weaknesses: weaknessesOf(cve, notes),
    affected: affectedOf(objectsOf(cve.configurations, 'configurations', notes), notes),
    references: referencesOf(cve, notes),
    exploited: exploitationOf(cve, notes),
    ssvc: null,
    tags: recordTagsOf(cve, status, notes),
    origins: [],
    aliases: [],
  };
}

function descriptionOf(cve: JsonObject, notes: Notes): string | null {
  for (const description of objectsOf(cve.descriptions, 'descriptions', notes)) {
    if (description.lang === 'en') return textOf(description.value, 'description', notes);
  }
  return null;
}

function assessmentsOf(cve: JsonObject, notes: Notes): readonly CvssAssessment[] {
  const metrics = objectOf(cve.metrics, 'metrics', notes);
  if (!metrics) return [];
  const assessments: CvssAssessment[] = [];
  for (const [name, version] of metricLists) {
    if (metrics[name] === undefined) continue;
    for (const metric of objectsOf(metrics[name], name, notes)) {
      const data = objectOf(metric.cvssData, `${name}.cvssData`, notes);
      const provider = shortTextOf(metric.source, `${name}.source`, notes, 200) ?? 'unknown';
      const assessor = { provider, role: roleOf(provider, cve), type: typeOf(metric.type) };
      const assessment = data && assessmentOf(cvssMembers(data, version), assessor, notes);
      if (assessment) assessments.push(assessment);
    }
  }
  return distinct(assessments);
}

function roleOf(provider: string, cve: JsonObject): CvssRole {
  if (provider === nvdProvider) return 'nvd';
  if (provider === cisaAdpProvider) return 'cisa_adp';
  return provider === cve.sourceIdentifier ? 'cna' : 'other';
}

function typeOf(type: unknown): CvssAssessment['type'] {
  if (type === 'Primary') return 'primary';
  return type === 'Secondary' ? 'secondary' : null;
}

function weaknessesOf(cve: JsonObject, notes: Notes): readonly string[] {
  const ids = new Set<string>();
  for (const weakness of objectsOf(cve.weaknesses, 'weaknesses', notes)) {
    for (const description of objectsOf(weakness.description, 'weaknesses.description', notes)) {
      const value = description.value;
      const id = typeof value === 'string' ? cweId(value) : null;
      if (id !== null) ids.add(id);
    }
  }
  return [...ids];
}

function referencesOf(cve: JsonObject, notes: Notes): readonly Reference[] {
  const references = new References();
  for (const reference of objectsOf(cve.references, 'references', notes)) {
    const url = urlOf(reference.url, 'references.url', notes);
    if (url !== null) references.add(url, tagsOf(reference.tags, 'references.tags', notes));
  }
  return references.list();
}

/** NVD repeats what CISA's catalogue says, without ransomware use. */
function exploitationOf(cve: JsonObject, notes: Notes): Exploitation | null {
  const since = dayOf(cve.cisaExploitAdd, 'cisaExploitAdd', notes);
  if (since === null) return null;
  return {
    since,
    due: dayOf(cve.cisaActionDue, 'cisaActionDue', notes),
    action: textOf(cve.cisaRequiredAction, 'cisaRequiredAction', notes),
    ransomware: null,
  };
}

function recordTagsOf(cve: JsonObject, status: string | null, notes: Notes): readonly string[] {
  const tags = new Set<string>();
  for (const entry of objectsOf(cve.cveTags, 'cveTags', notes)) {
    for (const tag of tagsOf(entry.tags, 'cveTags.tags', notes)) tags.add(tag);
  }
  if (status !== null) tags.add(`nvd:${status}`);
  return [...tags];
}
