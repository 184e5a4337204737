import type { CatalogueEntry, CataloguePart } from '../domain/catalogue.ts';
import type { EpssScore } from '../domain/epss.ts';
import type { IndicatorReport } from '../domain/indicator.ts';
import type { SourceRecord } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';

export type FormatId =
  | 'nvd'
  | 'kev'
  | 'cve5'
  | 'euvd'
  | 'eu_cve_search'
  | 'deduplicated'
  | 'attack'
  | 'attack_mappings'
  | 'cwe'
  | 'capec'
  | 'epss'
  | 'urlhaus'
  | 'urlhaus_online'
  | 'threatfox'
  | 'malware_bazaar'
  | 'feodo_tracker'
  | 'ipsum'
  | 'stix'
  | 'misp'
  | 'indicator_csv'
  | 'indicator_list';

/**
 * What a document says of itself outside its records: in JSON the members beside the list, with arrays and objects left out
 * (but for those of `metadata`, as `metadata.name`); in CSV and lists `comment`, the text of the comment lines before the first
 * record. `document` is its name, when it is read from a file: some tell there what no record does.
 */
export type Envelope = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The outcome of one raw record: what its sources say (CVE 5 holds two), or why it cannot be used. `notes` are repairs
 * worth telling, such as replaced characters; the record is stored all the same.
 */
export type Parsed<Said = SourceRecord> =
  | { readonly kind: 'records'; readonly records: readonly Said[]; readonly notes: readonly string[] }
  | { readonly kind: 'rejected'; readonly reason: string };

/** How the records of one document format become what its sources say. Pure: no I/O, no clock. */
interface BaseFormat<Said> {
  readonly id: FormatId;
  /** Raised when the parser learns to read more: stored input is then read again although its bytes are the same. */
  readonly version: number;
  /** `full`: a document is the whole catalogue, and what is not in it is withdrawn. */
  readonly coverage: 'full' | 'delta';
  /** Whether the start of a document, or its first record, looks like this format. `value` is parsed JSON, `envelope` what surrounds it. */
  recognises(value: unknown, envelope: Envelope): boolean;
  /** The records in `value`, one raw record as parsed JSON. Never throws for bad content: it is rejected with a reason. */
  parse(value: unknown, envelope: Envelope): Parsed<Said>;
  /** When the whole catalogue was released (ISO 8601 UTC), for `full` formats; `first` is its first record as parsed JSON. */
  releasedAt?(envelope: Envelope, first: unknown): string | null;
  /** How many records a whole catalogue says it has, for `full` formats. */
  expectedCount?(envelope: Envelope): number | null;
}

/** A format of records about CVEs. */
export interface VulnerabilityFormat extends BaseFormat<SourceRecord> {
  readonly kind: 'vulnerability';
  /** The sources that a document of this format speaks for; the first one takes the rejections. */
  readonly sources: readonly [SourceId, ...SourceId[]];
  /** A record speaks for all of the sources at once: of one that is silent in it, what it said before is taken back. */
  readonly joint?: true;
}

/**
 * A format of reports about indicators. Without a source of its own, the label given to `ingest` is the source. A raw record may
 * hold several reports (an event), or none: then it is sound and says nothing of an indicator.
 */
export interface IndicatorFormat extends BaseFormat<IndicatorReport> {
  readonly kind: 'indicator';
  readonly sources: readonly [string] | readonly [];
}

/** A format of reference catalogues: techniques, weaknesses, attack patterns, and which CVE is used with which technique. */
export interface CatalogueFormat<Entry extends CatalogueEntry = CatalogueEntry> extends BaseFormat<Entry> {
  readonly kind: 'catalogue';
  readonly sources: readonly [string];
  /**
   * The catalogue that the entries of one document make together, in its parts, or why they make none, as the end of a
   * sentence that starts with the document's name. The order of the entries does not matter.
   */
  assemble(
    entries: readonly Entry[],
    envelope: Envelope,
  ): { readonly parts: readonly CataloguePart[] } | { readonly wrong: string };
}

/** A format of daily scores. */
export interface ScoreFormat extends BaseFormat<EpssScore> {
  readonly kind: 'score';
  readonly sources: readonly [string];
}

export type Format = VulnerabilityFormat | IndicatorFormat | CatalogueFormat | ScoreFormat;
export type FormatKind = Format['kind'];
