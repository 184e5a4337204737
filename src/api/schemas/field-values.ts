import { type Static, Type } from 'typebox';
import type { Affected, CvssAssessment, Exploitation, Ssvc } from '../../domain/record.ts';
import type { Vulnerability } from '../../domain/vulnerability.ts';
import {
  AffectedPart,
  AffectedSaid,
  affectedOf,
  CvssPart,
  CvssSaid,
  ExploitationPart,
  ReferenceSaid,
  referenceOf,
  SsvcPart,
  ssvcOf,
} from './parts.ts';

/** The column that each field of the merged record is in. */
export const columnOf = {
  cveId: 'cve_id',
  state: 'state',
  title: 'title',
  description: 'description',
  cvssScore: 'cvss_score',
  cvssVersion: 'cvss_version',
  cvssVector: 'cvss_vector',
  severity: 'severity',
  publishedAt: 'published_at',
  modifiedAt: 'modified_at',
  exploited: 'exploited_in_the_wild',
  exploitedSince: 'exploited_since',
  dueDate: 'cisa_due_date',
  requiredAction: 'required_action',
  ransomware: 'ransomware',
  publicExploit: 'public_exploit',
  ssvc: 'ssvc',
  cvss: 'cvss',
  weaknesses: 'cwe_ids',
  affected: 'affected_products',
  vendors: 'vendors',
  products: 'products',
  references: 'references',
  sources: 'sources',
  tags: 'source_tags',
  aliases: 'aliases',
} as const satisfies Record<keyof Vulnerability, string>;

const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

/** A field that is one value. */
export const FieldValue = Type.Union([Scalar, SsvcPart]);

/** An element of a field that is a list. */
export const ListElement = Type.Union([Type.String(), CvssSaid, AffectedSaid, ReferenceSaid]);

/** What one source says of a field. */
export const SaidValue = Type.Union([
  Scalar,
  SsvcPart,
  CvssPart,
  Type.Array(Type.String()),
  Type.Array(AffectedPart),
  Type.Array(ExploitationPart),
]);

/** A field's value as the history keeps it, for the API. */
export function fieldValueOf(field: keyof Vulnerability, value: unknown): Static<typeof FieldValue> {
  if (field === 'ssvc' && value !== null) return ssvcOf(value as Ssvc);
  return value as string | number | boolean | null;
}

/** An element of a list as the history keeps it, for the API. */
export function listElementOf(field: keyof Vulnerability, element: unknown): Static<typeof ListElement> {
  if (field === 'affected') {
    const affected = element as Vulnerability['affected'][number];
    return { ...affectedOf(affected), source: affected.source };
  }
  if (field === 'references') {
    const reference = element as Vulnerability['references'][number];
    return { ...referenceOf(reference), sources: [...reference.sources] };
  }
  return element as string | Vulnerability['cvss'][number];
}

/** What a source says of a column, as `provenance` has it, for the API. */
export function saidValueOf(column: string, value: unknown): Static<typeof SaidValue> {
  if (column === 'ssvc') return ssvcOf(value as Ssvc);
  if (column === 'affected_products') return (value as readonly Affected[]).map(affectedOf);
  return value as string | null | CvssAssessment | string[] | Exploitation[];
}
