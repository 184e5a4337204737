import type { AttackPattern, CatalogueEntry, CataloguePart, CatalogueState, Consequence } from '../domain/catalogue.ts';
import { cweId } from '../domain/weakness.ts';
import type { Connector } from './connector.ts';
import type { CatalogueFormat } from './contract.ts';
import { isObject, type JsonObject, listOf, momentOf, objectOf, objectsOf, shortTextOf, textsOf } from './guards.ts';
import { newDocuments } from './new-documents.ts';
import { type Notes, parsed, Rejection } from './notes.ts';
import { externalReferences, plainTextOf, type StixObject, stixObject, stixRef, stixRefs } from './stix.ts';

/** An attack pattern, or what stands beside it: mitigations and whom they help. */
interface PatternObject extends CatalogueEntry {
  readonly kind: 'pattern';
  readonly ref: string;
  readonly pattern: AttackPattern;
  readonly parents: readonly string[]; // STIX ids
  readonly version: string | null;
  readonly modifiedAt: string | null;
}
interface MitigationObject extends CatalogueEntry {
  readonly kind: 'mitigation';
  readonly description: string | null;
}
interface RelationshipObject extends CatalogueEntry {
  readonly kind: 'relationship';
  readonly from: string;
  readonly to: string;
}
type CapecObject =
  | PatternObject
  | MitigationObject
  | RelationshipObject
  | (CatalogueEntry & { readonly kind: 'other' });

const identity = 'identity--e50ab59c-5c4f-4d40-bf6a-d58418d89bcd';
const marking = 'marking-definition--17d82bb2-eeeb-4898-bda5-3ddbcd2b799d';
const patternId = /^CAPEC-\d{1,5}$/;
const techniqueId = /^T\d{4}(?:\.\d{3})?$/;

/**
 * CAPEC, MITRE's attack patterns: a STIX bundle.
 * @see https://github.com/mitre/cti/blob/master/USAGE-CAPEC.md
 */
export const capec: CatalogueFormat<CapecObject> = {
  kind: 'catalogue',
  id: 'capec',
  version: 1,
  sources: ['capec'],
  coverage: 'full',
  recognises(value) {
    if (!isObject(value) || typeof value.type !== 'string') return false;
    if (value.created_by_ref === identity || value.id === identity || value.id === marking) return true;
    return typeof value.x_capec_version === 'string' || typeof value.x_capec_status === 'string';
  },
  parse: (value) => parsed((notes) => [objectIn(value, notes)]),
  assemble(objects) {
    const part = assembled(objects);
    return part.records.length > 0
      ? { parts: [part] }
      : { wrong: 'holds no attack pattern: nothing was taken from it' };
  },
};

function objectIn(value: unknown, notes: Notes): CapecObject {
  const stix = stixObject(value);
  const { type, id, object } = stix;
  if (type === 'attack-pattern') return patternObject(stix, notes);
  if (type === 'course-of-action')
    return { kind: 'mitigation', id, description: plainTextOf(object.description, 'description', notes) };
  const from = stixRef(object.source_ref);
  const to = stixRef(object.target_ref);
  if (type === 'relationship' && object.relationship_type === 'mitigates' && from !== null && to !== null)
    return { kind: 'relationship', id, from, to };
  return { kind: 'other', id };
}

function patternObject(stix: StixObject, notes: Notes): PatternObject {
  const { object } = stix;
  const { id, url } = externalReferences(stix, ['capec'], notes);
  if (id === null || !patternId.test(id)) throw new Rejection('the attack pattern has no CAPEC id');
  const name = shortTextOf(object.name, 'name', notes);
  if (name === null) throw new Rejection(`${id} has no name`);
  const status = shortTextOf(object.x_capec_status, 'x_capec_status', notes)?.toLowerCase();
  const state: CatalogueState = status === 'deprecated' || status === 'obsolete' ? 'deprecated' : 'active';
  const extended = plainTextOf(object.x_capec_extended_description, 'x_capec_extended_description', notes);
  const description = [plainTextOf(object.description, 'description', notes), extended].filter((t) => t !== null);
  const pattern: AttackPattern = {
    kind: 'attack_pattern',
    id,
    name,
    description: description.join('\n\n') || null,
    abstraction: wordOf(object.x_capec_abstraction, 'x_capec_abstraction', notes),
    likelihood: wordOf(object.x_capec_likelihood_of_attack, 'x_capec_likelihood_of_attack', notes),
    severity: wordOf(object.x_capec_typical_severity, 'x_capec_typical_severity', notes),
    state,
    weaknessIds: [...new Set(externalIds(object, 'cwe', notes).flatMap((text) => cweId(text) ?? []))],
    techniqueIds: externalIds(object, 'ATTACK', notes).filter((text) => techniqueId.test(text)),
    parentIds: [],
    details: detailsOf(object, notes),
    url,
  };
  return {
    kind: 'pattern',
    id,
    ref: stix.id,
    pattern,
    parents: stixRefs(object.x_capec_child_of_refs, 'x_capec_child_of_refs', notes),
    version: shortTextOf(object.x_capec_version, 'x_capec_version', notes, 20),
    modifiedAt: momentOf(object.modified, 'modified', notes),
  };
}

function wordOf(value: unknown, field: string, notes: Notes): string | null {
  return shortTextOf(value, field, notes, 100)?.toLowerCase() ?? null;
}

/** The ids of another catalogue that the object names, each once. */
function externalIds(object: JsonObject, source: string, notes: Notes): readonly string[] {
  const all = objectsOf(object.external_references, 'external_references', notes);
  const ids = all
    .filter((r) => r.source_name === source)
    .flatMap((r) => shortTextOf(r.external_id, 'external_id', notes) ?? []);
  return [...new Set(ids)];
}

function detailsOf(object: JsonObject, notes: Notes): AttackPattern['details'] {
  const texts = (value: unknown, field: string) =>
    listOf(value, field, notes).flatMap((item) => plainTextOf(item, field, notes) ?? []);
  const prerequisites = texts(object.x_capec_prerequisites, 'x_capec_prerequisites');
  const examples = texts(object.x_capec_example_instances, 'x_capec_example_instances');
  const consequences = consequencesOf(objectOf(object.x_capec_consequences, 'x_capec_consequences', notes), notes);
  return {
    ...(prerequisites.length > 0 && { prerequisites }),
    ...(consequences.length > 0 && { consequences }),
    ...(examples.length > 0 && { examples }),
  };
}

/** By scope, such as `Access_Control`, what is lost. */
function consequencesOf(object: JsonObject | null, notes: Notes): readonly Consequence[] {
  return Object.keys(object ?? {})
    .toSorted()
    .flatMap((scope) => {
      const impacts = textsOf(object?.[scope], 'x_capec_consequences', notes);
      const name = shortTextOf(scope, 'x_capec_consequences', notes, 100)?.replaceAll('_', ' ') ?? null;
      return impacts.length > 0 && name !== null ? [{ scopes: [name], impacts }] : [];
    });
}

function assembled(objects: readonly CapecObject[]): CataloguePart {
  const patterns = objects.filter((o) => o.kind === 'pattern').toSorted((a, b) => number(a.id) - number(b.id));
  const ids = new Map(patterns.map((o) => [o.ref, o.id]));
  const mitigations = mitigationsIn(objects);
  const records = new Map(
    patterns.map((o): [string, AttackPattern] => {
      const helps = mitigations.get(o.ref) ?? [];
      const details = helps.length > 0 ? { ...o.pattern.details, mitigations: helps } : o.pattern.details;
      return [o.id, { ...o.pattern, parentIds: o.parents.flatMap((ref) => ids.get(ref) ?? []), details }];
    }),
  );
  return {
    part: 'all',
    version: patterns.flatMap((o) => o.version ?? []).at(-1) ?? null,
    releasedAt:
      patterns
        .flatMap((o) => o.modifiedAt ?? [])
        .toSorted()
        .at(-1) ?? null,
    whole: true,
    records: [...records.values()],
  };
}

/** By attack pattern, what helps against it, in the order of the relations' ids. */
function mitigationsIn(objects: readonly CapecObject[]): ReadonlyMap<string, readonly string[]> {
  const texts = new Map(objects.flatMap((o) => (o.kind === 'mitigation' ? [[o.id, o.description] as const] : [])));
  const byPattern = new Map<string, string[]>();
  const relations = objects.filter((o) => o.kind === 'relationship').toSorted((a, b) => (a.from < b.from ? -1 : 1));
  for (const { from, to } of relations) {
    const text = texts.get(from);
    if (!text) continue;
    const list = byPattern.get(to) ?? [];
    if (!list.includes(text)) list.push(text);
    byPattern.set(to, list);
  }
  return byPattern;
}

function number(id: string): number {
  return Number(id.slice('CAPEC-'.length));
}

/** CAPEC's newest release. */
export const capecFeed: Connector = {
  id: 'capec',
  sources: ['capec'],
  kind: 'catalogue',
  coverage: 'full',
  title: 'CAPEC',
  homepage: 'https://capec.mitre.org/',
  licence: 'CAPEC Terms of Use (https://capec.mitre.org/about/termsofuse.html)',
  attribution: 'CAPEC™: © The MITRE Corporation, used under the CAPEC Terms of Use.',
  hosts: ['raw.githubusercontent.com'],
  every: '50 4 * * 1',
  staleAfterHours: 15 * 24,
  fetch: (context) =>
    newDocuments(context, capec, [['https://raw.githubusercontent.com/mitre/cti/master/capec/2.1/stix-capec.json']], {
      expect: 'json',
    }),
};
