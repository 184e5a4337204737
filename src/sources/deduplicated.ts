import { severityNamed } from '../domain/cvss.ts';
import type { CvssAssessment, Exploitation, Reference, Severity, SourceRecord } from '../domain/record.ts';
import { cweIdsIn } from '../domain/weakness.ts';
import { assessmentOf } from './assessments.ts';
import type { VulnerabilityFormat } from './contract.ts';
import { affectedProducts } from './deduplicated-affected.ts';
import {
  dayOf,
  flagOf,
  isObject,
  type JsonObject,
  listOf,
  momentOf,
  requiredCveId,
  shortTextOf,
  tagsOf,
  textOf,
  textsOf,
  urlOf,
} from './guards.ts';
import { type Notes, parsed, Rejection } from './notes.ts';
import { References } from './references.ts';

/**
 * The NDJSON of the original OpenThreat: one merged CVE a line, with several names for some fields. A record whose
 * `source` is exactly "sample" belongs to the bundled sample. What is derived in it, such as `priority_score`, is left.
 */
export const deduplicated: VulnerabilityFormat = {
  kind: 'vulnerability',
  id: 'deduplicated',
  version: 1,
  sources: ['deduplicated', 'sample'],
  coverage: 'delta',
  recognises: (value) => isObject(value) && ('cve_id' in value || 'exploited_in_the_wild' in value),
  parse: (value) => parsed((notes) => [recordOf(value, notes)]),
};

function recordOf(value: unknown, notes: Notes): SourceRecord {
  if (!isObject(value)) throw new Rejection('it is not an object with a CVE');
  const cveId = requiredCveId(value.cve_id);
  const isSample = value.source === 'sample';
  const origins = isSample ? [] : originsOf(value, notes);
  const cvss = assessmentsOf(value, isSample ? 'sample' : origins.join(', ') || 'deduplicated', notes);
  return {
    cveId,
    source: isSample ? 'sample' : 'deduplicated',
    state: 'published',
    title: textOf(value.title, 'title', notes),
    description: textOf(value.description, 'description', notes),
    publishedAt: momentOf(value.published ?? value.published_at ?? value.date_added, 'published', notes),
    modifiedAt: momentOf(value.last_modified ?? value.modified_at, 'last_modified', notes),
    severity: cvss.length > 0 ? null : severityOf(value, notes),
    cvss,
    weaknesses: weaknessesOf(value, notes),
    affected: affectedProducts(value, notes),
    references: referencesOf(value, notes),
    exploited: exploitationOf(value, notes),
    ssvc: null,
    tags: tagsOf(listed(value.source_tags), 'source_tags', notes),
    origins,
    aliases: [],
  };
}

/** A single value where a list may be. */
function listed(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value;
}

function originsOf(record: JsonObject, notes: Notes): readonly string[] {
  const several = textsOf(listed(record.sources), 'sources', notes);
  return [...new Set([...several, ...textsOf(listed(record.source), 'source', notes)])];
}

function assessmentsOf(record: JsonObject, provider: string, notes: Notes): readonly CvssAssessment[] {
  const raw = {
    version: null,
    // Our own exports have every assessment there, as a list.
    score: record.cvss_score ?? (Array.isArray(record.cvss) ? null : record.cvss),
    vector: record.cvss_vector,
    assumed: '3.1',
  } as const;
  const assessment = assessmentOf(raw, { role: 'other', provider, type: null }, notes);
  return assessment ? [assessment] : [];
}

function severityOf(record: JsonObject, notes: Notes): Severity | null {
  const word = shortTextOf(record.severity, 'severity', notes);
  if (word === null || word.toUpperCase() === 'UNKNOWN') return null;
  const severity = severityNamed(word);
  if (severity === null) notes.dropped('severity', word, 'is not a severity');
  return severity;
}

function weaknessesOf(record: JsonObject, notes: Notes): readonly string[] {
  const texts = textsOf(listed(record.cwe_ids ?? record.cwes), 'cwe_ids', notes);
  return [...new Set(texts.flatMap(cweIdsIn))];
}

function referencesOf(record: JsonObject, notes: Notes): readonly Reference[] {
  const references = new References();
  for (const item of listOf(listed(record.references), 'references', notes)) {
    const reference: JsonObject = isObject(item) ? item : { url: item };
    const url = urlOf(reference.url, 'references.url', notes);
    if (url === null) continue;
    references.add(
      url,
      tagsOf(listed(reference.tags), 'references.tags', notes),
      textOf(reference.name, 'references.name', notes),
    );
  }
  return references.list();
}

/** Exploited when it says so, or, when it says neither, when it carries CISA's date for fixing it. */
function exploitationOf(record: JsonObject, notes: Notes): Exploitation | null {
  const flag = flagOf(record.exploited_in_the_wild, 'exploited_in_the_wild', notes);
  const due = dayOf(record.cisa_due_date ?? record.due_date, 'cisa_due_date', notes);
  if (flag === false || (flag === null && due === null)) {
    if (due !== null) notes.dropped('cisa_due_date', due, 'belongs to an exploited vulnerability, which this is not');
    return null;
  }
  return {
    since: dayOf(record.date_added ?? record.exploited_since, 'date_added', notes),
    due,
    action: textOf(record.required_action, 'required_action', notes),
    ransomware: flagOf(record.ransomware, 'ransomware', notes),
  };
}
