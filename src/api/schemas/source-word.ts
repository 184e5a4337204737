import { type Static, Type } from 'typebox';
import type { StoredRow } from '../../db/records.ts';
import type { Provenance } from '../../domain/provenance.ts';
import type { SourceRecord } from '../../domain/record.ts';
import { Nullable, Time } from './common.ts';
import { SaidValue, saidValueOf } from './field-values.ts';
import {
  AffectedPart,
  affectedOf,
  CvssPart,
  ExploitationPart,
  ReferencePart,
  referenceOf,
  SsvcPart,
  ssvcOf,
} from './parts.ts';

const texts = Type.Array(Type.String());

/** What one source says of a CVE, normalised. */
const SourceRecordSchema = Type.Object({
  state: Type.Enum(['published', 'rejected', 'reserved']),
  title: Nullable(Type.String()),
  description: Nullable(Type.String({ description: 'Of a rejected record the reason' })),
  published_at: Nullable(Time),
  modified_at: Nullable(Time),
  severity: Nullable(
    Type.Enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE'], {
      description: 'Only where it is stated without a score',
    }),
  ),
  cvss: Type.Array(CvssPart),
  cwe_ids: texts,
  affected_products: Type.Array(AffectedPart),
  references: Type.Array(ReferencePart),
  exploited: Nullable(ExploitationPart),
  ssvc: Nullable(SsvcPart),
  source_tags: texts,
  origins: Type.Array(Type.String(), { description: 'The sources that it was merged from before it came here' }),
  aliases: texts,
});

/** Who says what of a CVE, and whose word stands. */
export const SourcesOfCve = Type.Object({
  cve_id: Type.String(),
  sources: Type.Array(
    Type.Object({
      source: Type.String(),
      withdrawn: Type.Boolean({ description: 'The source took it back: it does not list the CVE any more' }),
      record: SourceRecordSchema,
      published_record: Nullable(SourceRecordSchema),
    }),
    { description: 'What each source says now; `published_record` is what it said before it rejected the CVE' },
  ),
  fields: Type.Array(
    Type.Object({
      field: Type.String({ description: 'A column of the merged record' }),
      rule: Type.Enum(['first of precedence', 'union', 'newest', 'any']),
      said: Type.Array(
        Type.Object({
          source: Type.String(),
          value: SaidValue,
          stands: Type.Boolean({ description: 'It is in the merged record' }),
        }),
        { description: 'The most trusted source first' },
      ),
    }),
  ),
});

/** Records and their provenance as the API shows them. */
export function sourcesOf(
  id: string,
  records: readonly StoredRow[],
  fields: readonly Provenance[],
): Static<typeof SourcesOfCve> {
  return {
    cve_id: id,
    sources: records.map(({ record, published, withdrawn }) => ({
      source: record.source,
      withdrawn,
      record: recordOf(record),
      published_record: published && recordOf(published),
    })),
    fields: fields.map(({ field, rule, said }) => ({
      field,
      rule,
      said: said.map(({ source, value, stands }) => ({ source, value: saidValueOf(field, value), stands })),
    })),
  };
}

function recordOf(r: SourceRecord): Static<typeof SourceRecordSchema> {
  return {
    state: r.state,
    title: r.title,
    description: r.description,
    published_at: r.publishedAt,
    modified_at: r.modifiedAt,
    severity: r.severity,
    cvss: [...r.cvss],
    cwe_ids: [...r.weaknesses],
    affected_products: r.affected.map(affectedOf),
    references: r.references.map(referenceOf),
    exploited: r.exploited,
    ssvc: r.ssvc && ssvcOf(r.ssvc),
    source_tags: [...r.tags],
    origins: [...r.origins],
    aliases: [...r.aliases],
  };
}
