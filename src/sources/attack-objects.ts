import type { ActorKind, AttackDomain, CatalogueState } from '../domain/catalogue.ts';
import { canonicalName } from '../domain/names.ts';
import type {
  ActorObject,
  AttackObject,
  NamedObject,
  RelationshipObject,
  TacticObject,
  TechniqueObject,
} from './attack-types.ts';
import { isObject, momentOf, objectsOf, shortTextOf, textsOf } from './guards.ts';
import type { Notes } from './notes.ts';
import { Rejection } from './notes.ts';
import {
  externalReferences,
  isDead,
  isRevoked,
  plainTextOf,
  type StixObject,
  stixObject,
  stixRef,
  stixRefs,
} from './stix.ts';

const catalogues = ['mitre-attack', 'mitre-mobile-attack', 'mitre-ics-attack'];
const domainNames: ReadonlyMap<string, AttackDomain> = new Map([
  ['enterprise-attack', 'enterprise'],
  ['mobile-attack', 'mobile'],
  ['ics-attack', 'ics'],
]);
/** Kill chains name the matrix as sources do. */
const chainNames: ReadonlyMap<string, AttackDomain> = new Map([
  ['mitre-attack', 'enterprise'],
  ['mitre-mobile-attack', 'mobile'],
  ['mitre-ics-attack', 'ics'],
]);
const named: ReadonlyMap<string, NamedObject['kind']> = new Map([
  ['course-of-action', 'mitigation'],
  ['campaign', 'campaign'],
  ['x-mitre-data-source', 'data_source'],
  ['x-mitre-data-component', 'data_component'],
  ['x-mitre-detection-strategy', 'detection_strategy'],
  ['x-mitre-analytic', 'analytic'],
]);
const actors: ReadonlyMap<string, ActorKind> = new Map([
  ['intrusion-set', 'group'],
  ['malware', 'malware'],
  ['tool', 'tool'],
]);
/** What bundles of observations hold and ATT&CK never does. */
const observed = new Set(['indicator', 'observed-data', 'report', 'sighting']);

const techniqueId = /^T\d{4}(?:\.\d{3})?$/;
const tacticId = /^TA\d{4}$/;
const actorId = /^[GS]\d{4}$/;

/** An object of an ATT&CK bundle. @throws Rejection when it cannot be used */
export function attackObject(value: unknown, notes: Notes): AttackObject {
  const stix = stixObject(value);
  const { type } = stix;
  if (type === 'attack-pattern') return technique(stix, notes);
  if (type === 'x-mitre-tactic') return tactic(stix, notes);
  if (actors.has(type)) return actor(stix, notes);
  const helper = { id: stix.id, modifiedAt: momentOf(stix.object.modified, 'modified', notes) };
  if (type === 'x-mitre-matrix') {
    const tactics = stixRefs(stix.object.tactic_refs, 'tactic_refs', notes);
    return { kind: 'matrix', ...helper, tactics, domains: domainsOf(stix, notes), dead: isDead(stix.object, notes) };
  }
  if (type === 'x-mitre-collection')
    return {
      kind: 'collection',
      ...helper,
      version: shortTextOf(stix.object.x_mitre_version, 'x_mitre_version', notes),
    };
  if (isDead(stix.object, notes)) return { kind: 'other', ...helper };
  if (type === 'relationship') return relationship(stix, helper, notes);
  const kind = named.get(type);
  return kind ? namedObject(stix, kind, helper, notes) : { kind: observed.has(type) ? 'report' : 'other', ...helper };
}

function described(stix: StixObject, pattern: RegExp, notes: Notes) {
  const { object } = stix;
  const { id, url, references } = externalReferences(stix, catalogues, notes);
  if (id === null || !pattern.test(id)) throw new Rejection(`the ${stix.type} has no ATT&CK id`);
  const name = shortTextOf(object.name, 'name', notes);
  if (name === null) throw new Rejection(`${id} has no name`);
  const state: CatalogueState = isRevoked(object, notes) ? 'revoked' : isDead(object, notes) ? 'deprecated' : 'active';
  const about = {
    id,
    ref: stix.id,
    name,
    description: plainTextOf(object.description, 'description', notes),
    state,
    url,
    domains: domainsOf(stix, notes),
    modifiedAt: momentOf(object.modified, 'modified', notes),
  };
  return { about, references };
}

function technique(stix: StixObject, notes: Notes): TechniqueObject {
  const { object } = stix;
  const { about, references } = described(stix, techniqueId, notes);
  return {
    kind: 'technique',
    ...about,
    phases: phasesOf(stix, notes),
    platforms: textsOf(object.x_mitre_platforms, 'x_mitre_platforms', notes),
    dataSources: textsOf(object.x_mitre_data_sources, 'x_mitre_data_sources', notes),
    detection: plainTextOf(object.x_mitre_detection, 'x_mitre_detection', notes),
    references,
  };
}

function tactic(stix: StixObject, notes: Notes): TacticObject {
  const { about } = described(stix, tacticId, notes);
  const shortName = shortTextOf(stix.object.x_mitre_shortname, 'x_mitre_shortname', notes);
  if (shortName === null) throw new Rejection(`${about.id} has no short name`);
  return { kind: 'tactic', ...about, shortName };
}

function actor(stix: StixObject, notes: Notes): ActorObject {
  const { object, type } = stix;
  const { about } = described(stix, actorId, notes);
  const others = textsOf(object.aliases ?? object.x_mitre_aliases, 'aliases', notes);
  const names = new Set([about.name, ...others].map(canonicalName));
  names.delete('');
  return { kind: 'actor', ...about, actor: actors.get(type) ?? 'group', names: [...names] };
}

function relationship(stix: StixObject, helper: { id: string; modifiedAt: string | null }, notes: Notes) {
  const { object } = stix;
  const from = stixRef(object.source_ref);
  const to = stixRef(object.target_ref);
  const type = shortTextOf(object.relationship_type, 'relationship_type', notes);
  if (from === null || to === null || type === null)
    throw new Rejection('the relationship does not say what it relates');
  // ATT&CK has twenty thousand of them, and only some of their words are used.
  const isUsed = type === 'mitigates' || type === 'detects';
  const description = isUsed ? plainTextOf(object.description, 'description', notes) : null;
  return { kind: 'relationship', ...helper, type, from, to, description } satisfies RelationshipObject;
}

function namedObject(
  stix: StixObject,
  kind: NamedObject['kind'],
  helper: { id: string; modifiedAt: string | null },
  notes: Notes,
): NamedObject {
  const { object } = stix;
  const logs = objectsOf(object.x_mitre_log_source_references, 'x_mitre_log_source_references', notes);
  const refs = [
    ...stixRefs(object.x_mitre_analytic_refs, 'x_mitre_analytic_refs', notes),
    ...logs.flatMap((log) => stixRef(log.x_mitre_data_component_ref) ?? []),
    ...(stixRef(object.x_mitre_data_source_ref) === null ? [] : [object.x_mitre_data_source_ref as string]),
  ];
  return {
    kind,
    ...helper,
    externalId: externalReferences(stix, catalogues, notes).id,
    name: shortTextOf(object.name, 'name', notes) ?? stix.id,
    description: plainTextOf(object.description, 'description', notes),
    platforms: textsOf(object.x_mitre_platforms, 'x_mitre_platforms', notes),
    refs,
  };
}

/** The matrices that it belongs to, as it says itself. */
function domainsOf(stix: StixObject, notes: Notes): readonly AttackDomain[] {
  const stated = textsOf(stix.object.x_mitre_domains, 'x_mitre_domains', notes);
  if (stated.length > 0) return stated.flatMap((name) => domainNames.get(name) ?? []);
  const own = externalReferences(stix, catalogues, notes).id;
  const ofMatrix = stix.type === 'x-mitre-matrix' && own !== null ? domainNames.get(own) : undefined;
  return ofMatrix ? [ofMatrix] : [...new Set(phasesOf(stix, notes).flatMap(({ domain }) => domain ?? []))];
}

function phasesOf({ object }: StixObject, notes: Notes): TechniqueObject['phases'] {
  return objectsOf(object.kill_chain_phases, 'kill_chain_phases', notes).flatMap((phase) => {
    const name = shortTextOf(phase.phase_name, 'phase_name', notes);
    const chain = String(phase.kill_chain_name);
    return name === null ? [] : [{ domain: chainNames.get(chain) ?? null, name }];
  });
}

/** MITRE's identity and marking in ATT&CK. */
const mitre = 'identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5';
const marking = 'marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168';

/** Whether an object looks as those of ATT&CK do: made by MITRE, or of its own types. Other people's objects that cite ATT&CK do not. */
export function isOfAttack(value: unknown): boolean {
  if (!isObject(value) || typeof value.type !== 'string') return false;
  if (value.created_by_ref === mitre || value.id === mitre || value.id === marking) return true;
  return value.type.startsWith('x-mitre-') || typeof value.x_mitre_attack_spec_version === 'string';
}
