import type { ActorKind, AttackDomain, CatalogueEntry, CatalogueState } from '../domain/catalogue.ts';
import type { Reference } from '../domain/record.ts';

/** What an object with a page of its own says, before its relations are known. `id` is ATT&CK's, `ref` STIX's. */
interface Described extends CatalogueEntry {
  readonly ref: string;
  readonly name: string;
  readonly description: string | null;
  readonly state: CatalogueState;
  readonly url: string | null;
  readonly domains: readonly AttackDomain[];
  readonly modifiedAt: string | null;
}

export interface TechniqueObject extends Described {
  readonly kind: 'technique';
  readonly phases: readonly { readonly domain: AttackDomain | null; readonly name: string }[];
  readonly platforms: readonly string[];
  readonly dataSources: readonly string[]; // in bundles up to ATT&CK 17
  readonly detection: string | null; // the same
  readonly references: readonly Reference[];
}

export interface TacticObject extends Described {
  readonly kind: 'tactic';
  readonly shortName: string;
}

export interface ActorObject extends Described {
  readonly kind: 'actor';
  readonly actor: ActorKind;
  readonly names: readonly string[];
}

/** Objects that only serve the others. */
interface Helper extends CatalogueEntry {
  readonly modifiedAt: string | null;
}

export interface MatrixObject extends Helper {
  readonly kind: 'matrix';
  readonly domains: readonly AttackDomain[];
  readonly dead: boolean;
  readonly tactics: readonly string[];
}

export interface RelationshipObject extends Helper {
  readonly kind: 'relationship';
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly description: string | null;
}

export interface NamedObject extends Helper {
  readonly kind: 'mitigation' | 'campaign' | 'data_source' | 'data_component' | 'detection_strategy' | 'analytic';
  readonly externalId: string | null;
  readonly name: string;
  readonly description: string | null;
  readonly platforms: readonly string[];
  readonly refs: readonly string[]; // a strategy's analytics, an analytic's data components, a component's data source
}

export interface CollectionObject extends Helper {
  readonly kind: 'collection';
  readonly version: string | null;
}

/** What is counted and not used: identities, markings, assets, whatever is dead. */
export interface OtherObject extends Helper {
  readonly kind: 'other' | 'report';
}

export type AttackObject =
  | TechniqueObject
  | TacticObject
  | ActorObject
  | MatrixObject
  | RelationshipObject
  | NamedObject
  | CollectionObject
  | OtherObject;
