import { type Static, Type } from 'typebox';
import type { DerivedTechnique } from '../../db/technique-links.ts';
import type { ListedWeakness, StoredWeakness } from '../../db/weaknesses.ts';
import { Nullable, SeverityText } from './common.ts';

const texts = Type.Array(Type.String());
const StateText = Type.Enum(['active', 'deprecated', 'revoked', 'withdrawn']);
const NamedWeakness = Type.Object({ weakness_id: Type.String(), name: Nullable(Type.String()) });

/** A weakness in a list. */
export const WeaknessItem = Type.Object({
  weakness_id: Type.String(),
  name: Type.String(),
  description: Nullable(Type.String()),
  abstraction: Nullable(Type.String({ description: 'pillar, class, base, variant, compound, category or view' })),
  state: StateText,
  cve_count: Type.Integer(),
});

/** A weakness, and what it has to do with. */
export const WeaknessRecord = Type.Object({
  weakness_id: Type.String(),
  name: Type.String(),
  description: Nullable(Type.String()),
  abstraction: Nullable(Type.String()),
  state: StateText,
  likelihood: Nullable(Type.String({ description: 'Of exploitation' })),
  parents: Type.Array(NamedWeakness),
  children: Type.Array(NamedWeakness),
  consequences: Type.Array(Type.Object({ scopes: texts, impacts: texts, note: Type.Optional(Type.String()) })),
  mitigations: texts,
  url: Nullable(Type.String()),
  attack_patterns: Type.Array(Type.Object({ attack_pattern_id: Type.String(), name: Type.String() })),
  techniques: Type.Array(
    Type.Object({
      technique_id: Type.String(),
      name: Nullable(Type.String({ description: 'Null where ATT&CK is not loaded' })),
      tactics: texts,
      state: Nullable(StateText),
      revoked_by: Nullable(Type.String()),
      derived: Type.Literal(true),
      via: Type.Array(Type.Object({ weakness_id: Type.String(), attack_pattern_id: Type.String() })),
    }),
    { description: 'To which it may lead, by attack patterns: nobody says so of any CVE' },
  ),
  technique_count: Type.Integer(),
  cves: Type.Array(
    Type.Object({
      cve_id: Type.String(),
      title: Nullable(Type.String()),
      severity: SeverityText,
      cvss_score: Nullable(Type.Number({ minimum: 0, maximum: 10 })),
      exploited_in_the_wild: Type.Boolean(),
      priority_score: Type.Number({ minimum: 0, maximum: 1 }),
    }),
    { description: 'The most urgent' },
  ),
  cve_count: Type.Integer(),
});

/** A weakness of a list as the API shows it. */
export function weaknessItemOf({ weaknessId, cves, ...rest }: ListedWeakness): Static<typeof WeaknessItem> {
  return { ...rest, weakness_id: weaknessId, cve_count: cves };
}

/** A weakness's own words as the API shows them. */
export function weaknessOf(w: StoredWeakness) {
  return {
    weakness_id: w.weaknessId,
    name: w.name,
    description: w.description,
    abstraction: w.abstraction,
    state: w.state,
    likelihood: w.likelihood,
    consequences: w.consequences.map(({ scopes, impacts, note }) => ({
      scopes: [...scopes],
      impacts: [...impacts],
      ...(note !== undefined && { note }),
    })),
    mitigations: [...w.mitigations],
    url: w.url,
  };
}

/** A technique that follows from a weakness as the API shows it. */
export function derivedOf(t: DerivedTechnique) {
  return {
    technique_id: t.techniqueId,
    name: t.name,
    tactics: [...t.tactics],
    state: t.state,
    revoked_by: t.revokedBy,
    derived: t.derived,
    via: t.via.map((way) => ({ weakness_id: way.weaknessId, attack_pattern_id: way.attackPatternId })),
  };
}
