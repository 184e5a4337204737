import { defineEntity, p } from '@mikro-orm/core';
import { idText, index, list, object, oneOf, text, time, timeNow } from './columns.ts';

/** MITRE ATT&CK's techniques, of all its matrices; sub-techniques name their parent. */
export const techniques = defineEntity({
  name: 'Technique',
  tableName: 'techniques',
  properties: {
    techniqueId: idText().primary(),
    name: text(),
    description: text().nullable(),
    /** The tactics' short names, such as `initial-access`. */
    tactics: list<string>(),
    platforms: list<string>(),
    dataSources: list<string>(),
    detection: text().nullable(),
    mitigation: text().nullable(),
    references: list<object>(),
    /** `enterprise`, `mobile`, `ics`. */
    domains: list<string>(),
    parentId: idText().nullable(),
    state: text().default('active'),
    revokedBy: idText().nullable(),
    url: text().nullable(),
    modifiedAt: time().nullable(),
    source: idText().default('mitre_attack'),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
  checks: [oneOf('techniques_state_check', 'state', ['active', 'deprecated', 'revoked', 'withdrawn'])],
  indexes: [index('ix_techniques_parent_id', 'techniques', 'using btree (parent_id)')],
});

/** ATT&CK's tactics: what an adversary is after. */
export const tactics = defineEntity({
  name: 'Tactic',
  tableName: 'tactics',
  properties: {
    tacticId: idText().primary(),
    shortName: idText(),
    name: text(),
    description: text().nullable(),
    /** Its matrix, and its place in it from the left. */
    domain: text(),
    position: p.integer(),
    state: text().default('active'),
    url: text().nullable(),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
  checks: [oneOf('tactics_state_check', 'state', ['active', 'deprecated', 'revoked', 'withdrawn'])],
});

/** ATT&CK's groups, and its software (malware and tools), with the techniques they use. */
export const attackActors = defineEntity({
  name: 'AttackActor',
  tableName: 'attack_actors',
  properties: {
    actorId: idText().primary(),
    kind: text(),
    name: text(),
    /** Its name and other names in their canonical form, to which the tags of indicators are compared. */
    names: list<string>(),
    description: text().nullable(),
    techniqueIds: list<string>(),
    state: text().default('active'),
    url: text().nullable(),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
  checks: [
    oneOf('attack_actors_kind_check', 'kind', ['group', 'malware', 'tool']),
    oneOf('attack_actors_state_check', 'state', ['active', 'deprecated', 'revoked', 'withdrawn']),
  ],
  indexes: [
    index('ix_attack_actors_names', 'attack_actors', 'using gin (names jsonb_path_ops)'),
    index('ix_attack_actors_technique_ids', 'attack_actors', 'using gin (technique_ids jsonb_path_ops)'),
  ],
});

/**
 * Which techniques a vulnerability is used with, and who says so. No foreign keys: mappings and techniques come from
 * different sources, in any order.
 */
export const vulnerabilityTechnique = defineEntity({
  name: 'VulnerabilityTechnique',
  tableName: 'vulnerability_technique',
  properties: {
    cveId: idText().primary(),
    techniqueId: idText().primary(),
    source: idText().primary(),
    /** `exploitation_technique`, `primary_impact`, `secondary_impact`, … */
    mappingType: idText().primary(),
    comment: text().nullable(),
    references: list<string>(),
    createdAt: timeNow(),
  },
  indexes: [index('ix_vulnerability_technique_technique_id', 'vulnerability_technique', 'using btree (technique_id)')],
});

/** CWE's weaknesses and categories. */
export const weaknesses = defineEntity({
  name: 'Weakness',
  tableName: 'weaknesses',
  properties: {
    weaknessId: idText().primary(),
    name: text(),
    description: text().nullable(),
    /** `pillar`, `class`, `base`, `variant`, `compound`, `category`, `view`. */
    abstraction: text().nullable(),
    state: text().default('active'),
    likelihood: text().nullable(),
    parentIds: list<string>(),
    attackPatternIds: list<string>(),
    consequences: list<object>(),
    mitigations: list<string>(),
    url: text().nullable(),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
  checks: [oneOf('weaknesses_state_check', 'state', ['active', 'deprecated', 'withdrawn'])],
});

/** CAPEC's attack patterns: the way from a weakness to a technique. */
export const attackPatterns = defineEntity({
  name: 'AttackPattern',
  tableName: 'attack_patterns',
  properties: {
    attackPatternId: idText().primary(),
    name: text(),
    description: text().nullable(),
    abstraction: text().nullable(),
    likelihood: text().nullable(),
    severity: text().nullable(),
    state: text().default('active'),
    weaknessIds: list<string>(),
    techniqueIds: list<string>(),
    parentIds: list<string>(),
    details: object(),
    url: text().nullable(),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
  checks: [oneOf('attack_patterns_state_check', 'state', ['active', 'deprecated', 'withdrawn'])],
  indexes: [index('ix_attack_patterns_weakness_ids', 'attack_patterns', 'using gin (weakness_ids jsonb_path_ops)')],
});
