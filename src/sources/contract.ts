import type { SourceRecord } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';

export type FormatId = 'nvd' | 'kev' | 'cve5' | 'deduplicated';

/** What a document says of itself outside its records: the members beside `vulnerabilities`, with arrays and objects left out. */
export type Envelope = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The outcome of one raw record: what its sources say (CVE 5 holds two), or why it cannot be used. `notes` are repairs
 * worth telling, such as replaced characters; the record is stored all the same.
 */
export type Parsed =
  | { readonly kind: 'records'; readonly records: readonly SourceRecord[]; readonly notes: readonly string[] }
  | { readonly kind: 'rejected'; readonly reason: string };

/** How the records of one document format become source records. Pure: no I/O, no clock. */
export interface Format {
  readonly id: FormatId;
  /** Raised when the parser learns to read more: stored input is then read again although its bytes are the same. */
  readonly version: number;
  /** The sources that a document of this format speaks for; the first one takes the rejections. */
  readonly sources: readonly [SourceId, ...SourceId[]];
  /** `full`: a document is the whole catalogue, and what is not in it is withdrawn. */
  readonly coverage: 'full' | 'delta';
  /** A record speaks for all of the sources at once: of one that is silent in it, what it said before is taken back. */
  readonly joint?: true;
  /** Whether the start of a document, or its first record, looks like this format. `value` is parsed JSON, `envelope` what surrounds it. */
  recognises(value: unknown, envelope: Envelope): boolean;
  /** The records in `value`, one raw record as parsed JSON. Never throws for bad content: it is rejected with a reason. */
  parse(value: unknown, envelope: Envelope): Parsed;
  /** When the whole catalogue was released (ISO 8601 UTC), for `full` formats; `first` is its first record as parsed JSON. */
  releasedAt?(envelope: Envelope, first: unknown): string | null;
  /** How many records a whole catalogue says it has, for `full` formats. */
  expectedCount?(envelope: Envelope): number | null;
}
