import type { Envelope } from '../../sources/contract.ts';
import type { RawRecord } from './contract.ts';
import { sizeOf } from './limits.ts';

/** What a splitter finds in a document. The document's name is added by who reads it. */
export type Found =
  | { readonly kind: 'records'; readonly envelope: Envelope; readonly records: readonly RawRecord[] }
  | {
      readonly kind: 'rejected';
      readonly envelope: Envelope;
      readonly place: string;
      readonly reason: string;
      readonly excerpt: string;
    };

/** Finds records in a document that arrives in chunks of any size. Does no I/O; chunks must not be changed after they were given. */
export interface Splitter {
  push(chunk: Buffer): void;
  /** The document is complete: what is still open now is cut off. */
  end(): void;
  /** What was found since the last call. */
  take(): readonly Found[];
  /** Why the document cannot be read further, as the end of a sentence that starts with its name. */
  readonly failure: string | null;
  /** Records so far, handed out and rejected. */
  readonly count: number;
  readonly envelope: Envelope;
}

/** The envelope of records that have none around them. */
export const noEnvelope: Envelope = {};

const batchSize = 500;
const excerptLength = 300;
/** Enough for 300 characters of up to four bytes. */
export const excerptBytes = 4 * excerptLength;

/** The first characters of a text that could not be used, fit to be stored and shown. */
export function excerptOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, excerptBytes)).toString('utf8');
  return text.slice(0, excerptLength).toWellFormed().replaceAll('\0', '\uFFFD').trim();
}

export function tooLong(bytes: number, limit: number): string {
  return `is ${sizeOf(bytes)} long, more than the ${sizeOf(limit)} allowed`;
}

/** Collects what a splitter finds into batches. */
export class Findings {
  count = 0;
  envelope: Envelope = noEnvelope;
  #ready: Found[] = [];
  #batch: RawRecord[] = [];

  record(bytes: Buffer, place: string): void {
    this.count++;
    if (this.#batch.push({ bytes, place }) >= batchSize) this.#flush();
  }

  reject(place: string, reason: string, excerpt: string): void {
    this.count++;
    this.#flush();
    this.#ready.push({ kind: 'rejected', envelope: this.envelope, place, reason, excerpt });
  }

  setEnvelope(envelope: Envelope): void {
    if (envelope === this.envelope) return;
    this.#flush();
    this.envelope = envelope;
  }

  /** Renames the place of what was found, as long as it was not taken: only what follows tells lines from records. */
  relabel(place: string): void {
    this.#flush();
    this.#ready = this.#ready.map((found) =>
      found.kind === 'rejected'
        ? { ...found, place }
        : { ...found, records: found.records.map(({ bytes }) => ({ bytes, place })) },
    );
  }

  take(): readonly Found[] {
    this.#flush();
    const ready = this.#ready;
    if (ready.length > 0) this.#ready = [];
    return ready;
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    this.#ready.push({ kind: 'records', envelope: this.envelope, records: this.#batch });
    this.#batch = [];
  }
}
