import type { Envelope } from '../../sources/contract.ts';

/** One record as it stands in the input: the bytes of its JSON text, not yet parsed. */
export interface RawRecord {
  readonly bytes: Buffer; // UTF-8 JSON text; a CSV row arrives as the JSON object of its columns. Owned by the receiver.
  readonly place: string; // 'record 17' or 'line 3' (1-based), for people
}

/** Where a document came from: a file, or an entry of an archive: 'all.zip › cves.zip › CVE-2024-0001.json'. */
export type DocumentName = string;

/**
 * What reading yields, in order. Of each document: records and rejections, then one `end` or `failed`.
 * `failed` follows the records that could be read; a failed document is never a whole catalogue.
 */
export type ReadEvent =
  | {
      readonly kind: 'records';
      readonly document: DocumentName;
      readonly envelope: Envelope;
      readonly records: readonly RawRecord[];
    }
  | {
      readonly kind: 'rejected';
      readonly document: DocumentName;
      readonly envelope: Envelope;
      readonly place: string;
      readonly reason: string;
      readonly excerpt: string;
    }
  | { readonly kind: 'end'; readonly document: DocumentName; readonly envelope: Envelope; readonly records: number }
  | {
      readonly kind: 'failed';
      readonly document: DocumentName;
      readonly reason: string;
      /** It holds comments and nothing else: among others, that is no failure. */
      readonly isEmptyList?: true;
    }
  | { readonly kind: 'progress'; readonly bytesRead: number; readonly bytesTotal: number | null }; // of the files as they lie on disk, compressed

export interface ReadLimits {
  readonly recordBytes: number; // a longer record is rejected without being held in memory (default 32 MiB)
  readonly documentBytes: number; // unpacked size of one document (default 8 GiB)
  readonly ratio: number; // unpacked / packed size beyond which a document of more than 64 MiB is a bomb (default 200)
  readonly nesting: number; // archives within archives (default 3)
  readonly entries: number; // entries of one archive (default 2,000,000)
}
