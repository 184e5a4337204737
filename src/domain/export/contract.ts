import type { Vulnerability } from '../vulnerability.ts';

/** A merged record as it is exported, with what some formats say beside it. */
export interface ExportRecord extends Vulnerability {
  readonly priorityScore: number; // 0–1
  readonly scoredOn: string; // YYYY-MM-DD
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly epss: number | null; // 0–1; null also where the format does not need it
  readonly techniques: readonly MappedTo[];
}

/** A technique that somebody says the CVE has to do with. */
export interface MappedTo {
  readonly techniqueId: string;
  readonly name: string | null; // null while ATT&CK is not loaded
  readonly modifiedAt: string | null;
  readonly comment: string | null;
}

/** What an export as a whole is. */
export interface ExportHead {
  readonly query: string; // in its one spelling; '' for everything
  readonly at: string; // ISO 8601 UTC
  readonly version: string; // the program's
  /** The same text gives the same UUID, everywhere (version 5 of RFC 9562). */
  readonly uuid: (name: string) => string;
}

/** Writes one export, record by record, in the order of its members: begin, every record, middle, every aside, end. */
export interface ExportWriter {
  readonly begin: string;
  write(record: ExportRecord): Written;
  middle(): string;
  end(): string;
}

export interface Written {
  readonly text: string;
  /** What belongs into a second list, after all records. */
  readonly aside?: string;
}
