import { type Static, Type } from 'typebox';
import type { EpssOfCve } from '../../db/epss.ts';
import type { RelatedIndicators } from '../../db/indicator-links.ts';
import type { RelatedTechniques } from '../../db/technique-links.ts';
import { type FactorName, type Priority, priorityFactors } from '../../domain/priority.ts';
import { Day, Nullable } from './common.ts';
import { IndicatorItem, indicatorOf } from './indicator.ts';

const share = { minimum: 0, maximum: 1 };
const texts = Type.Array(Type.String());

/** Why a CVE ranks where it does. */
export const PriorityOfCve = Type.Object({
  cve_id: Type.String(),
  score: Type.Number(share),
  scored_on: Nullable(Day),
  factors: Type.Array(
    Type.Object({
      name: Type.Enum(Object.keys(priorityFactors) as FactorName[]),
      meaning: Type.String(),
      value: Type.Number(share),
      weight: Type.Number(share),
      share: Type.Number({ ...share, description: 'value × weight: what it adds to the score' }),
    }),
  ),
});

/** A priority as the API shows it. */
export function priorityOf(
  id: string,
  { score, factors }: Priority,
  scoredOn: string | null,
): Static<typeof PriorityOfCve> {
  return {
    cve_id: id,
    score,
    scored_on: scoredOn,
    factors: factors.map((factor) => ({ ...factor, meaning: priorityFactors[factor.name].meaning })),
  };
}

const EpssPointSchema = Type.Object({ day: Day, epss: Type.Number(share), percentile: Type.Number(share) });

/** A CVE's chance of exploitation. */
export const EpssOfCveSchema = Type.Object({
  cve_id: Type.String(),
  epss: Nullable(Type.Number({ ...share, description: 'The chance of being exploited in the next 30 days' })),
  percentile: Nullable(Type.Number({ ...share, description: 'The part of all CVEs that have no higher score' })),
  day: Nullable(Day),
  history: Type.Array(EpssPointSchema, { description: 'Oldest first: a point for each day on which it had moved' }),
});

/** EPSS as the API shows it. */
export function epssOf(id: string, { score, curve }: EpssOfCve): Static<typeof EpssOfCveSchema> {
  return {
    cve_id: id,
    epss: score?.epss ?? null,
    percentile: score?.percentile ?? null,
    day: score?.day ?? null,
    history: curve.map(({ day, epss, percentile }) => ({ day, epss, percentile })),
  };
}

const LinkedTechnique = {
  technique_id: Type.String(),
  name: Nullable(Type.String({ description: 'Null where ATT&CK is not loaded' })),
  tactics: texts,
  state: Nullable(Type.Enum(['active', 'deprecated', 'revoked', 'withdrawn'])),
  revoked_by: Nullable(Type.String()),
};

/** The techniques that a CVE has to do with. */
export const TechniquesOfCve = Type.Object({
  cve_id: Type.String(),
  mapped: Type.Array(
    Type.Object({
      ...LinkedTechnique,
      derived: Type.Literal(false),
      source: Type.String(),
      mapping_type: Type.String(),
      comment: Nullable(Type.String()),
      references: texts,
    }),
    { description: 'Somebody who looked into the CVE says so' },
  ),
  derived: Type.Array(
    Type.Object({
      ...LinkedTechnique,
      derived: Type.Literal(true),
      via: Type.Array(Type.Object({ weakness_id: Type.String(), attack_pattern_id: Type.String() })),
    }),
    { description: 'Nobody says so: it follows from its weaknesses, by the catalogues' },
  ),
  derived_count: Type.Integer({ description: 'How many follow, with those that are not listed' }),
});

/** Techniques as the API shows them. */
export function techniquesOf(id: string, related: RelatedTechniques): Static<typeof TechniquesOfCve> {
  return {
    cve_id: id,
    mapped: related.mapped.map(({ techniqueId, revokedBy, mappingType, tactics, references, ...rest }) => ({
      ...rest,
      technique_id: techniqueId,
      tactics: [...tactics],
      revoked_by: revokedBy,
      mapping_type: mappingType,
      references: [...references],
    })),
    derived: related.derived.map(({ techniqueId, revokedBy, tactics, via, ...rest }) => ({
      ...rest,
      technique_id: techniqueId,
      tactics: [...tactics],
      revoked_by: revokedBy,
      via: via.map((way) => ({ weakness_id: way.weaknessId, attack_pattern_id: way.attackPatternId })),
    })),
    derived_count: related.derivedCount,
  };
}

/** The indicators that name a CVE. */
export const IndicatorsOfCve = Type.Object({
  cve_id: Type.String(),
  total: Type.Integer(),
  total_exact: Type.Boolean({ description: 'false: there are more' }),
  items: Type.Array(IndicatorItem, { description: 'Active and latest first' }),
});

/** Indicators as the API shows them. */
export function indicatorsOf(id: string, { total, indicators }: RelatedIndicators): Static<typeof IndicatorsOfCve> {
  return {
    cve_id: id,
    total: total.value,
    total_exact: total.exact,
    items: indicators.map(indicatorOf),
  };
}
