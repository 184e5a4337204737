import { type Static, Type } from 'typebox';
import type { RelatedActor } from '../../db/indicator-links.ts';
import type { KnownIndicator, ShownReport } from '../../db/indicators.ts';
import { indicatorTypes } from '../../domain/indicator.ts';
import { indicatorStatuses } from '../../domain/indicator-ageing.ts';
import { type Way, ways } from '../../search/indicators/candidates.ts';
import type { Finding } from '../../search/indicators/check.ts';
import { Nullable, Time } from './common.ts';

const texts = Type.Array(Type.String());
const share = Type.Number({ minimum: 0, maximum: 1 });
const Context = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
  description: 'What sources say beside it: a port, a file name, …',
});

export const IndicatorTypeText = Type.Enum([...indicatorTypes], { examples: ['ip'] });

/** An indicator, as all who report it say together. */
export const IndicatorItem = Type.Object({
  ioc_type: IndicatorTypeText,
  value: Type.String(),
  threat_type: Nullable(Type.String()),
  malware: Type.Array(Type.String(), { description: 'Families of malware' }),
  tags: texts,
  confidence: Nullable(share),
  status: Type.Enum([...indicatorStatuses]),
  first_seen: Nullable(Time),
  last_seen: Nullable(Time),
  expires_at: Nullable(Time),
  sources: Type.Array(Type.String(), { description: 'Who reports it, the best known first' }),
  source_url: Nullable(Type.String()),
  context: Context,
});

const Report = Type.Object({
  source: Type.String(),
  threat_type: Nullable(Type.String()),
  malware: Nullable(Type.String()),
  tags: texts,
  confidence: Nullable(share),
  active: Nullable(Type.Boolean({ description: 'Whether the source says that it is live' })),
  first_seen: Nullable(Time),
  last_seen: Nullable(Time),
  source_url: Nullable(Type.String()),
  context: Context,
  reported_at: Type.String({ format: 'date-time', description: 'When it was last known that the source says so' }),
  withdrawn_at: Nullable(Time),
});

/** An indicator with what each source says, and what it has to do with. */
export const IndicatorRecord = Type.Object({
  ...IndicatorItem.properties,
  reports: Type.Array(Report),
  cves: Type.Array(Type.String(), { description: 'That its tags name' }),
  actors: Type.Array(
    Type.Object({
      actor_id: Type.String(),
      kind: Type.Enum(['group', 'malware', 'tool']),
      name: Type.String(),
      techniques: Type.Array(Type.Object({ technique_id: Type.String(), name: Nullable(Type.String()) })),
    }),
    { description: 'Groups and software of ATT&CK that its tags name' },
  ),
});

/** What is known of the indicators in a text. */
export const Checked = Type.Object({
  lines: Type.Integer(),
  looked: Type.Integer({ description: 'Different indicators that were looked up' }),
  known: Type.Integer({ description: 'How many of `findings` somebody reports' }),
  dropped: Type.Integer({ description: 'Further findings that are not listed' }),
  findings: Type.Array(
    Type.Object({
      typed: Type.String({ description: 'As it stands there' }),
      ioc_type: IndicatorTypeText,
      value: Type.String(),
      lines: Type.Integer({ description: 'How many lines it stands in' }),
      first_line: Type.Integer({ description: 'From 1' }),
      matches: Type.Array(
        Type.Object({
          way: Type.Enum(Object.keys(ways) as Way[]),
          meaning: Type.String({ description: 'What the way of matching means' }),
          indicator: IndicatorItem,
        }),
        { description: 'The surest first; none: nobody reports it' },
      ),
    }),
  ),
  no_indicators: Type.Array(Type.Object({ typed: Type.String(), reason: Type.String() }), {
    description: 'Values in which there is no indicator, and why',
  }),
});

/** An indicator as the API shows it. */
export function indicatorOf(i: KnownIndicator): Static<typeof IndicatorItem> {
  return {
    ioc_type: i.type,
    value: i.value,
    threat_type: i.threatType,
    malware: [...i.malware],
    tags: [...i.tags],
    confidence: i.confidence,
    status: i.status,
    first_seen: i.firstSeen,
    last_seen: i.lastSeen,
    expires_at: i.expiresAt,
    sources: [...i.sources],
    source_url: i.sourceUrl,
    context: { ...i.context },
  };
}

/** An indicator with its reports and the actors that it names, whose techniques have `names`. */
export function indicatorRecordOf(
  known: KnownIndicator,
  reports: readonly ShownReport[],
  actors: readonly RelatedActor[],
  names: ReadonlyMap<string, string>,
): Static<typeof IndicatorRecord> {
  return {
    ...indicatorOf(known),
    reports: reports.map(reportOf),
    cves: known.tags.filter((tag) => tag.startsWith('CVE-')),
    actors: actors.map(({ id, kind, name, techniqueIds }) => ({
      actor_id: id,
      kind,
      name,
      techniques: techniqueIds.map((technique) => ({ technique_id: technique, name: names.get(technique) ?? null })),
    })),
  };
}

function reportOf(r: ShownReport): Static<typeof Report> {
  return {
    source: r.source,
    threat_type: r.threatType,
    malware: r.malware,
    tags: [...r.tags],
    confidence: r.confidence,
    active: r.active,
    first_seen: r.firstSeen,
    last_seen: r.lastSeen,
    source_url: r.sourceUrl,
    context: { ...r.context },
    reported_at: r.reportedAt,
    withdrawn_at: r.withdrawnAt,
  };
}

/** What was found in a text as the API shows it. */
export function findingOf({ typed, indicator, lines, firstLine, matches }: Finding) {
  return {
    typed,
    ioc_type: indicator.type,
    value: indicator.value,
    lines,
    first_line: firstLine,
    matches: matches.map(({ way, indicator: known }) => ({ way, meaning: ways[way], indicator: indicatorOf(known) })),
  };
}
