import type { CveId, Reference } from './record.ts';

/** One raw object of a catalogue, as its format reads it; only the format knows more of it. */
export interface CatalogueEntry {
  readonly kind: string;
  /** The id of the record that it becomes, such as 'T1059.001', or an id of its own where it becomes none. */
  readonly id: string;
}

/** ATT&CK's matrices, in the order in which their words are joined. */
export const attackDomains = ['enterprise', 'mobile', 'ics'] as const;
export type AttackDomain = (typeof attackDomains)[number];

/** `revoked`: another one took its place. */
export type CatalogueState = 'active' | 'deprecated' | 'revoked';

/** A technique as one matrix has it. Texts are plain; times ISO 8601 UTC. */
export interface Technique {
  readonly kind: 'technique';
  readonly id: string; // T1059.001
  readonly name: string;
  readonly description: string | null;
  readonly tactics: readonly string[]; // short names, in the order of the matrix
  readonly platforms: readonly string[];
  readonly dataSources: readonly string[];
  readonly detection: string | null;
  readonly mitigation: string | null;
  readonly references: readonly Reference[];
  readonly parentId: string | null;
  readonly state: CatalogueState;
  readonly revokedBy: string | null;
  readonly url: string | null;
  readonly modifiedAt: string | null;
}

export interface Tactic {
  readonly kind: 'tactic';
  readonly id: string; // TA0002
  readonly shortName: string; // 'execution'
  readonly name: string;
  readonly description: string | null;
  readonly position: number; // in its matrix, from 1
  readonly state: CatalogueState;
  readonly url: string | null;
  readonly modifiedAt: string | null;
}

export const actorKinds = ['group', 'malware', 'tool'] as const;
export type ActorKind = (typeof actorKinds)[number];

/** A group or a piece of software, as far as it uses techniques. */
export interface Actor {
  readonly kind: 'actor';
  readonly id: string; // G0016, S0154
  readonly actor: ActorKind;
  readonly name: string;
  readonly names: readonly string[]; // its name and other names, canonical (names.ts)
  readonly description: string | null;
  readonly techniqueIds: readonly string[];
  readonly state: CatalogueState;
  readonly url: string | null;
  readonly modifiedAt: string | null;
}

/** That a vulnerability is used with a technique, as somebody who looked into it says. */
export interface TechniqueMapping {
  readonly kind: 'mapping';
  readonly id: string; // 'CVE-2023-40044 T1202 secondary_impact'
  readonly cveId: CveId;
  readonly techniqueId: string;
  readonly mappingType: string; // exploitation_technique, primary_impact, secondary_impact, uncategorized
  readonly comment: string | null;
  readonly references: readonly string[];
}

/** What a weakness leads to. */
export interface Consequence {
  readonly scopes: readonly string[];
  readonly impacts: readonly string[];
  readonly note?: string;
}

export interface Weakness {
  readonly kind: 'weakness';
  readonly id: string; // CWE-79
  readonly name: string;
  readonly description: string | null;
  readonly abstraction: string | null; // pillar, class, base, variant, compound, category, view
  readonly state: CatalogueState;
  readonly likelihood: string | null; // of exploitation: high, medium, low
  readonly parentIds: readonly string[];
  readonly attackPatternIds: readonly string[];
  readonly consequences: readonly Consequence[];
  readonly mitigations: readonly string[];
  readonly url: string | null;
}

export interface AttackPatternDetails {
  readonly prerequisites?: readonly string[];
  readonly consequences?: readonly Consequence[];
  readonly mitigations?: readonly string[];
  readonly examples?: readonly string[];
}

export interface AttackPattern {
  readonly kind: 'attack_pattern';
  readonly id: string; // CAPEC-66
  readonly name: string;
  readonly description: string | null;
  readonly abstraction: string | null; // meta, standard, detailed
  readonly likelihood: string | null;
  readonly severity: string | null;
  readonly state: CatalogueState;
  readonly weaknessIds: readonly string[];
  readonly techniqueIds: readonly string[];
  readonly parentIds: readonly string[];
  readonly details: AttackPatternDetails;
  readonly url: string | null;
}

/** What a catalogue says of one thing. Equal content has equal JSON: lists and members come in a fixed order. */
export type CatalogueRecord = Technique | Tactic | Actor | TechniqueMapping | Weakness | AttackPattern;

/** A catalogue, or a part of one that is published by itself, such as one matrix of ATT&CK. */
export interface CataloguePart {
  readonly part: string; // 'enterprise'; 'all' for a catalogue that comes in one piece
  readonly version: string | null; // '18.1'
  readonly releasedAt: string | null; // ISO 8601 UTC
  /** All of the part is here: what is not has vanished. */
  readonly whole: boolean;
  readonly records: readonly CatalogueRecord[];
}
