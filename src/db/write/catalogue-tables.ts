import type { CatalogueItem } from '../../domain/catalogue-merge.ts';
import type { ColumnType } from './binary-arrays.ts';

/** A table whose rows are derived from a catalogue's records. */
export interface CatalogueTable<Item = never> {
  readonly name: string;
  readonly source: string; // whose it is
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, readonly [ColumnType, (item: Item) => unknown]>>;
  /** Whether its rows say when they were changed. */
  readonly dated: boolean;
}

type ItemOf<Kind extends CatalogueItem['kind']> = Extract<CatalogueItem, { readonly kind: Kind }>;

const json = (value: unknown) => JSON.stringify(value);

const technique: CatalogueTable<ItemOf<'technique'>> = {
  name: 'techniques',
  source: 'mitre_attack',
  key: ['technique_id'],
  columns: {
    technique_id: ['text', (t) => t.id],
    name: ['text', (t) => t.name],
    description: ['text', (t) => t.description],
    tactics: ['jsonb', (t) => json(t.tactics)],
    platforms: ['jsonb', (t) => json(t.platforms)],
    data_sources: ['jsonb', (t) => json(t.dataSources)],
    detection: ['text', (t) => t.detection],
    mitigation: ['text', (t) => t.mitigation],
    references: ['jsonb', (t) => json(t.references)],
    domains: ['jsonb', (t) => json(t.domains)],
    parent_id: ['text', (t) => t.parentId],
    state: ['text', (t) => t.state],
    revoked_by: ['text', (t) => t.revokedBy],
    url: ['text', (t) => t.url],
    modified_at: ['timestamptz', (t) => t.modifiedAt],
  },
  dated: true,
};

const tactic: CatalogueTable<ItemOf<'tactic'>> = {
  name: 'tactics',
  source: 'mitre_attack',
  key: ['tactic_id'],
  columns: {
    tactic_id: ['text', (t) => t.id],
    short_name: ['text', (t) => t.shortName],
    name: ['text', (t) => t.name],
    description: ['text', (t) => t.description],
    domain: ['text', (t) => t.domains[0] ?? ''],
    position: ['int8', (t) => t.position],
    state: ['text', (t) => t.state],
    url: ['text', (t) => t.url],
  },
  dated: true,
};

const actor: CatalogueTable<ItemOf<'actor'>> = {
  name: 'attack_actors',
  source: 'mitre_attack',
  key: ['actor_id'],
  columns: {
    actor_id: ['text', (a) => a.id],
    kind: ['text', (a) => a.actor],
    name: ['text', (a) => a.name],
    names: ['jsonb', (a) => json(a.names)],
    description: ['text', (a) => a.description],
    technique_ids: ['jsonb', (a) => json(a.techniqueIds)],
    state: ['text', (a) => a.state],
    url: ['text', (a) => a.url],
  },
  dated: true,
};

const weakness: CatalogueTable<ItemOf<'weakness'>> = {
  name: 'weaknesses',
  source: 'cwe',
  key: ['weakness_id'],
  columns: {
    weakness_id: ['text', (w) => w.id],
    name: ['text', (w) => w.name],
    description: ['text', (w) => w.description],
    abstraction: ['text', (w) => w.abstraction],
    state: ['text', (w) => w.state],
    likelihood: ['text', (w) => w.likelihood],
    parent_ids: ['jsonb', (w) => json(w.parentIds)],
    attack_pattern_ids: ['jsonb', (w) => json(w.attackPatternIds)],
    consequences: ['jsonb', (w) => json(w.consequences)],
    mitigations: ['jsonb', (w) => json(w.mitigations)],
    url: ['text', (w) => w.url],
  },
  dated: true,
};

const attackPattern: CatalogueTable<ItemOf<'attack_pattern'>> = {
  name: 'attack_patterns',
  source: 'capec',
  key: ['attack_pattern_id'],
  columns: {
    attack_pattern_id: ['text', (p) => p.id],
    name: ['text', (p) => p.name],
    description: ['text', (p) => p.description],
    abstraction: ['text', (p) => p.abstraction],
    likelihood: ['text', (p) => p.likelihood],
    severity: ['text', (p) => p.severity],
    state: ['text', (p) => p.state],
    weakness_ids: ['jsonb', (p) => json(p.weaknessIds)],
    technique_ids: ['jsonb', (p) => json(p.techniqueIds)],
    parent_ids: ['jsonb', (p) => json(p.parentIds)],
    details: ['jsonb', (p) => json(p.details)],
    url: ['text', (p) => p.url],
  },
  dated: true,
};

/** A mapping that is taken back has no row. */
const mapping: CatalogueTable<ItemOf<'mapping'>> = {
  name: 'vulnerability_technique',
  source: 'attack_mappings',
  key: ['cve_id', 'technique_id', 'source', 'mapping_type'],
  columns: {
    cve_id: ['text', (m) => m.cveId],
    technique_id: ['text', (m) => m.techniqueId],
    source: ['text', () => 'attack_mappings'],
    mapping_type: ['text', (m) => m.mappingType],
    comment: ['text', (m) => m.comment],
    references: ['jsonb', (m) => json(m.references)],
  },
  dated: false,
};

/** By kind of entry, where its rows are. */
export const catalogueTables = { technique, tactic, actor, weakness, attack_pattern: attackPattern, mapping } as const;
