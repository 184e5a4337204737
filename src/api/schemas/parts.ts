import { type Static, Type } from 'typebox';
import type { Affected, Reference, Ssvc, VersionRange } from '../../domain/record.ts';
import { Day, Nullable, Time } from './common.ts';

/** What records are made of, under names as the tables' columns have them. */

const texts = Type.Array(Type.String());
const sourceOf = { source: Type.String({ description: 'Who says so' }) };

export const SsvcPart = Type.Object(
  {
    exploitation: Nullable(Type.Enum(['none', 'poc', 'active'])),
    automatable: Nullable(Type.Boolean()),
    technical_impact: Nullable(Type.Enum(['partial', 'total'])),
    at: Nullable(Time),
  },
  { description: "CISA's Stakeholder-Specific Vulnerability Categorization" },
);

export const CvssPart = Type.Object({
  version: Type.Enum(['2.0', '3.0', '3.1', '4.0']),
  score: Type.Number({ minimum: 0, maximum: 10 }),
  vector: Nullable(Type.String()),
  severity: Type.Enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE']),
  role: Type.Enum(['cna', 'nvd', 'cisa_adp', 'other']),
  provider: Type.String({ description: 'Who assessed, as the source names it' }),
  type: Nullable(Type.Enum(['primary', 'secondary'])),
});
export const CvssSaid = Type.Object({ ...CvssPart.properties, ...sourceOf });

export const VersionRangePart = Type.Object(
  {
    from: Type.Optional(Type.String({ description: 'The first version, unless `from_excluded`; none: all before' })),
    from_excluded: Type.Optional(Type.Literal(true)),
    to: Type.Optional(Type.String({ description: 'The last version, unless `to_excluded`; none: all after' })),
    to_excluded: Type.Optional(Type.Literal(true)),
    type: Type.Optional(Type.String({ description: "How the versions are ordered; of CPE's there is none" })),
    status: Type.Optional(Type.Enum(['unaffected', 'unknown'], { description: 'Without it: affected' })),
  },
  { description: 'A range of versions; without ends: all of them' },
);

export const AffectedPart = Type.Object({
  vendor: Type.String({ description: 'Empty when the source names none' }),
  product: Type.String(),
  part: Type.Optional(Type.Enum(['a', 'o', 'h'], { description: 'Application, operating system or hardware' })),
  target: Type.Optional(Type.String({ description: 'The software that it is made for, such as wordpress' })),
  versions: Type.Array(Type.Union([Type.String(), VersionRangePart])),
  default_status: Type.Optional(
    Type.Enum(['affected', 'unaffected', 'unknown'], { description: 'Of versions that are not listed' }),
  ),
  platforms: Type.Optional(texts),
  package: Type.Optional(Type.String()),
  collection: Type.Optional(Type.String()),
  repo: Type.Optional(Type.String()),
  cpes: Type.Optional(texts),
});
export const AffectedSaid = Type.Object({ ...AffectedPart.properties, ...sourceOf });

export const ReferencePart = Type.Object({
  url: Type.String(),
  tags: Type.Optional(texts),
  name: Type.Optional(Type.String()),
});
export const ReferenceSaid = Type.Object({ ...ReferencePart.properties, sources: texts });

export const ExploitationPart = Type.Object({
  since: Nullable(Day),
  due: Nullable(Day),
  action: Nullable(Type.String()),
  ransomware: Nullable(Type.Boolean()),
});

export function ssvcOf({ exploitation, automatable, technicalImpact, at }: Ssvc): Static<typeof SsvcPart> {
  return { exploitation, automatable, technical_impact: technicalImpact, at };
}

export function rangeOf({ fromExcluded, toExcluded, ...range }: VersionRange): Static<typeof VersionRangePart> {
  return { ...range, ...(fromExcluded && { from_excluded: true }), ...(toExcluded && { to_excluded: true }) };
}

export function affectedOf({
  versions,
  defaultStatus,
  platforms,
  cpes,
  ...rest
}: Affected): Static<typeof AffectedPart> {
  return {
    ...rest,
    versions: versions.map((version) => (typeof version === 'string' ? version : rangeOf(version))),
    ...(defaultStatus && { default_status: defaultStatus }),
    ...(platforms && { platforms: [...platforms] }),
    ...(cpes && { cpes: [...cpes] }),
  };
}

export function referenceOf({ tags, ...rest }: Reference): Static<typeof ReferencePart> {
  return { ...rest, ...(tags && { tags: [...tags] }) };
}
