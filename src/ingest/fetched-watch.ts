import type { Envelope, Format } from '../sources/contract.ts';
import { parseJson } from './document.ts';
import type { FetchedDocument } from './input.ts';
import type { RawRecord } from './read/contract.ts';

/** When none of so many records of a fetched document can be used, it is not the document that it should be. */
const fewRecords = 10;

/** Watches whether a fetched document is what it should be: otherwise its source must not believe that it has read it. */
export class FetchedWatch {
  readonly format: Format;
  /** Raw records so far. */
  raw = 0;
  readonly #rejectedBefore: number;
  #recognised = false;

  /** @param rejectedBefore how many records of the whole ingest had been rejected before this document */
  constructor({ format }: FetchedDocument, rejectedBefore: number) {
    this.format = format;
    this.#rejectedBefore = rejectedBefore;
  }

  /** Records came. */
  came(records: readonly RawRecord[], envelope: Envelope): void {
    const [first] = records;
    if (first && this.raw === 0) this.#recognised = this.#looksRight(first, envelope);
    this.raw += records.length;
  }

  /** A record came that the reader rejected. */
  cameRejected(): void {
    this.raw++;
  }

  #looksRight(first: RawRecord, envelope: Envelope): boolean {
    const json = parseJson(first.bytes);
    return 'value' in json && this.format.recognises(json.value, envelope);
  }

  /** Why the document, all of which came, cannot be used; null when it can. `rejected`: of the whole ingest. */
  unusable(rejected: number): string | null {
    const { coverage, kind } = this.format;
    if (this.raw === 0) return coverage === 'full' && kind !== 'indicator' ? 'is empty: fetch it again' : null;
    const used = this.raw - (rejected - this.#rejectedBefore);
    if (used > 0 || (this.#recognised && this.raw < fewRecords)) return null;
    return `holds nothing that can be used (${this.raw} rejected): see openthreat rejected`;
  }
}
