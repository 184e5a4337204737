import { cveId } from '../domain/cve-id.ts';
import type { CveId, CvssAssessment, Exploitation, Reference, SourceRecord } from '../domain/record.ts';
import { emptyRecord } from '../domain/record.ts';
import { assessmentOf } from './assessments.ts';
import type { VulnerabilityFormat } from './contract.ts';
import { euvdAffected } from './euvd-affected.ts';
import { isObject, type JsonObject, numberOf, shortTextOf, textOf, urlOf } from './guards.ts';
import { momentInWords } from './moment-in-words.ts';
import { excerpt, type Notes, parsed, Rejection } from './notes.ts';
import { References } from './references.ts';

const euvdId = /^EUVD-\d{4}-\d{1,19}$/;
const mostCves = 50;

/**
 * An item of ENISA's EUVD, from its lists, its search or by id. Every CVE id among its aliases gets a record of its own:
 * the item says that it is the same vulnerability as each of them. One without a CVE id cannot be a record about a CVE.
 * Its `epss` is left: it is a copy of FIRST's score, as a percentage.
 * @see https://euvd.enisa.europa.eu/apidoc
 */
export const euvd: VulnerabilityFormat = {
  kind: 'vulnerability',
  id: 'euvd',
  version: 1,
  sources: ['euvd'],
  coverage: 'delta',
  recognises: (value) => isObject(value) && typeof value.id === 'string' && euvdId.test(value.id.trim()),
  parse: (value) => parsed((notes) => recordsOf(value, notes)),
};

function recordsOf(value: unknown, notes: Notes): readonly SourceRecord[] {
  if (!isObject(value)) throw new Rejection('it is not an object with a CVE');
  const names = namesOf(value, notes);
  const cves = names.flatMap((name) => cveId(name) ?? []);
  if (cves.length === 0) throw new Rejection(`${excerpt(value.id)} has no CVE id among its aliases`);
  if (cves.length > mostCves) notes.add(`kept ${mostCves} of the ${cves.length} CVEs that are one vulnerability`);
  const said = contentOf(value, notes);
  return cves.slice(0, mostCves).map(
    (id): SourceRecord => ({
      ...emptyRecord(id, 'euvd'),
      ...said,
      aliases: names.filter((name) => name !== id),
    }),
  );
}

/** The item's own id, then its aliases: CVE ids in their one spelling, each name once. */
function namesOf(item: JsonObject, notes: Notes): readonly string[] {
  const id = shortTextOf(item.id, 'id', notes, 100);
  const names = new Set<CveId | string>();
  for (const name of [id ?? '', ...linesOf(item.aliases, 'aliases', notes)]) {
    if (name.length > 100) notes.dropped('aliases', name, 'is longer than 100 characters');
    else if (name !== '') names.add(cveId(name) ?? name);
  }
  return [...names];
}

type Content = Omit<SourceRecord, 'cveId' | 'source' | 'aliases' | 'origins' | 'tags' | 'state' | 'title'>;

function contentOf(item: JsonObject, notes: Notes): Content {
  return {
    description: textOf(item.description, 'description', notes),
    publishedAt: momentOf(item.datePublished, 'datePublished', notes),
    modifiedAt: momentOf(item.dateUpdated, 'dateUpdated', notes),
    severity: null,
    cvss: assessmentsOf(item, notes),
    weaknesses: [],
    affected: euvdAffected(item, notes),
    references: referencesOf(item, notes),
    exploited: exploitationOf(item, notes),
    ssvc: null,
  };
}

/** Of an item without an assessment the score is 0 or -1, and there is no vector. */
function assessmentsOf(item: JsonObject, notes: Notes): readonly CvssAssessment[] {
  const stated = numberOf(item.baseScore, 'baseScore', notes);
  const hasVector = typeof item.baseScoreVector === 'string' && item.baseScoreVector.trim() !== '';
  if (!hasVector && (stated === null || stated <= 0)) return [];
  const score = stated === -1 ? null : stated;
  const raw = { version: item.baseScoreVersion, score, vector: item.baseScoreVector, assumed: '3.1' } as const;
  const provider = shortTextOf(item.assigner, 'assigner', notes, 200) ?? 'ENISA';
  const assessment = assessmentOf(raw, { role: 'other', provider, type: null }, notes);
  return assessment ? [assessment] : [];
}

function referencesOf(item: JsonObject, notes: Notes): readonly Reference[] {
  const references = new References();
  for (const line of linesOf(item.references, 'references', notes)) {
    const url = urlOf(line, 'references', notes);
    if (url !== null) references.add(url);
  }
  return references.list();
}

function exploitationOf(item: JsonObject, notes: Notes): Exploitation | null {
  const since = momentOf(item.exploitedSince, 'exploitedSince', notes);
  return since === null ? null : { since: since.slice(0, 10), due: null, action: null, ransomware: null };
}

/** The lines of a text that is a list, one a line with a line feed after the last. */
function linesOf(value: unknown, field: string, notes: Notes): readonly string[] {
  const text = textOf(value, field, notes) ?? '';
  return text.split('\n').flatMap((line) => line.trim() || []);
}

function momentOf(value: unknown, field: string, notes: Notes): string | null {
  if (value === undefined || value === null || value === '') return null;
  const moment = typeof value === 'string' ? momentInWords(value) : null;
  if (moment === null) notes.dropped(field, value, 'is not a usable date');
  return moment;
}
