import { type Static, Type } from 'typebox';
import type { MappedCve, NamedActor, StoredTechnique } from '../../db/techniques.ts';
import type { UrgentCve } from '../../db/urgent-of.ts';
import { attackDomains } from '../../domain/catalogue.ts';
import type { Column } from '../../search/techniques/matrix.ts';
import type { TechniqueHit } from '../../search/techniques/search.ts';
import { Nullable, SeverityText, severities, Time } from './common.ts';
import { IndicatorItem } from './indicator.ts';
import { ReferencePart } from './parts.ts';

const texts = Type.Array(Type.String());

export const TechniqueIdText = Type.String({ pattern: '^[Tt][0-9]{4}([.][0-9]{3})?$', examples: ['T1059.001'] });
export const EntryStateText = Type.Enum(['active', 'deprecated', 'revoked', 'withdrawn']);
export const NamedTechnique = Type.Object({ technique_id: Type.String(), name: Type.String() });

const CveCount = Type.Integer({ description: 'CVEs that are mapped to it or its sub-techniques' });

/** A technique in a list. */
export const TechniqueItem = Type.Object({
  technique_id: Type.String(),
  name: Type.String(),
  parent_id: Nullable(Type.String()),
  parent_name: Nullable(Type.String()),
  description: Nullable(Type.String()),
  tactics: Type.Array(Type.String(), { description: 'Short names' }),
  platforms: texts,
  domains: Type.Array(Type.String(), { description: 'The matrices it is in' }),
  state: EntryStateText,
  revoked_by: Nullable(Type.String()),
  cve_count: CveCount,
});

/** A CVE in the page of something else. */
export const UrgentItem = Type.Object({
  cve_id: Type.String(),
  title: Nullable(Type.String({ description: 'Null, as all below, where no source speaks of the CVE' })),
  severity: Nullable(SeverityText),
  cvss_score: Nullable(Type.Number({ minimum: 0, maximum: 10 })),
  exploited_in_the_wild: Nullable(Type.Boolean()),
  priority_score: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
});

const Actor = Type.Object({
  actor_id: Type.String(),
  kind: Type.Enum(['group', 'malware', 'tool']),
  name: Type.String(),
  state: EntryStateText,
});

/** A technique, and what it has to do with. */
export const TechniqueRecord = Type.Object({
  technique_id: Type.String(),
  name: Type.String(),
  description: Nullable(Type.String()),
  tactics: Type.Array(Type.Object({ short_name: Type.String(), name: Type.String() })),
  platforms: texts,
  data_sources: texts,
  detection: Nullable(Type.String()),
  mitigation: Nullable(Type.String()),
  references: Type.Array(ReferencePart),
  domains: texts,
  parent: Nullable(NamedTechnique),
  sub_techniques: Type.Array(NamedTechnique),
  state: EntryStateText,
  revoked_by: Nullable(Type.String()),
  url: Nullable(Type.String()),
  modified_at: Nullable(Time),
  source: Type.String(),
  actors: Type.Array(Actor, { description: 'Groups and software that use it, up to 100 of each kind' }),
  actor_count: Type.Integer(),
  cves: Type.Array(
    Type.Object({ ...UrgentItem.properties, mapping_types: Type.Array(Type.String()), derived: Type.Literal(false) }),
    { description: 'CVEs that somebody mapped to it, the most urgent first, up to 100' },
  ),
  cve_count: Type.Integer({ description: 'CVEs that are mapped to it, without those of its sub-techniques' }),
  derived_cves: Type.Object(
    { derived: Type.Literal(true), count: Type.Integer() },
    { description: 'CVEs with a weakness that leads here by an attack pattern: nobody says so of the CVE itself' },
  ),
  indicators: Type.Array(IndicatorItem, {
    description: 'That name it, or a group or software that uses it; the latest, up to 20',
  }),
});

/** A matrix's column. */
export const TacticItem = Type.Object({
  tactic_id: Type.String(),
  short_name: Type.String(),
  name: Type.String(),
  description: Nullable(Type.String()),
  domain: Type.Enum([...attackDomains]),
  position: Type.Integer({ description: 'In its matrix, from the left' }),
  url: Nullable(Type.String()),
  techniques: Type.Array(
    Type.Object({
      technique_id: Type.String(),
      name: Type.String(),
      parent_id: Nullable(Type.String()),
      cve_count: CveCount,
    }),
  ),
});

export const Matrix = Type.Object({
  cve_count: Type.Integer({ description: 'Different CVEs that match and are mapped to any technique' }),
  items: Type.Array(TacticItem, { description: 'The tactics of each matrix, in its order' }),
});

/** A technique of a list as the API shows it. */
export function techniqueItemOf(t: TechniqueHit): Static<typeof TechniqueItem> {
  return {
    technique_id: t.techniqueId,
    name: t.name,
    parent_id: t.parentId,
    parent_name: t.parentName,
    description: t.description,
    tactics: [...t.tactics],
    platforms: [...t.platforms],
    domains: [...t.domains],
    state: t.state,
    revoked_by: t.revokedBy,
    cve_count: t.cveCount,
  };
}

/** A technique's own words as the API shows them. */
export function techniqueOf(t: StoredTechnique, tacticNames: ReadonlyMap<string, string>) {
  return {
    technique_id: t.techniqueId,
    name: t.name,
    description: t.description,
    tactics: t.tactics.map((shortName) => ({ short_name: shortName, name: tacticNames.get(shortName) ?? shortName })),
    platforms: [...t.platforms],
    data_sources: [...t.dataSources],
    detection: t.detection,
    mitigation: t.mitigation,
    references: t.references.map(({ url, name }) => ({ url, ...(name !== undefined && { name }) })),
    domains: [...t.domains],
    state: t.state,
    revoked_by: t.revokedBy,
    url: t.url,
    modified_at: t.modifiedAt,
    source: t.source,
  };
}

export function urgentOf(cve: UrgentCve): Static<typeof UrgentItem> {
  return {
    cve_id: cve.cveId,
    title: cve.title,
    severity: severities.find((severity) => severity === cve.severity) ?? null,
    cvss_score: cve.cvssScore,
    exploited_in_the_wild: cve.exploited,
    priority_score: cve.priorityScore,
  };
}

export function mappedOf(cve: MappedCve) {
  return { ...urgentOf(cve), mapping_types: [...cve.mappingTypes], derived: false as const };
}

export function actorOf({ id, kind, name, state }: NamedActor): Static<typeof Actor> {
  return { actor_id: id, kind, name, state };
}

/** A matrix's column as the API shows it. */
export function tacticOf({ tacticId, shortName, techniques, ...tactic }: Column): Static<typeof TacticItem> {
  return {
    ...tactic,
    tactic_id: tacticId,
    short_name: shortName,
    techniques: techniques.map((t) => ({
      technique_id: t.techniqueId,
      name: t.name,
      parent_id: t.parentId,
      cve_count: t.cveCount,
    })),
  };
}
