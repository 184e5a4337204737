import type { ReadEvent, ReadLimits } from './contract.ts';

const progressEvery = 100; // milliseconds

/** What all parts of one reading share: the limits, and how far it is. */
export class Reading {
  readonly limits: ReadLimits;
  readonly #total: number | null;
  #read = 0;
  #last = performance.now();

  constructor(limits: ReadLimits, bytesTotal: number | null) {
    this.limits = limits;
    this.#total = bytesTotal;
  }

  get bytesRead(): number {
    return this.#read;
  }

  advance(bytes: number): void {
    this.#read += bytes;
  }

  /** To this many bytes, whatever was counted on the way: entries of archives are only estimated. */
  advanceTo(bytes: number): void {
    this.#read = bytes;
  }

  /** Whether it is time to tell. */
  get progressDue(): boolean {
    const now = performance.now();
    if (now - this.#last < progressEvery) return false;
    this.#last = now;
    return true;
  }

  progress(): ReadEvent {
    const bytesRead = Math.round(this.#read);
    const bytesTotal = this.#total === null ? null : Math.max(this.#total, bytesRead);
    return { kind: 'progress', bytesRead, bytesTotal };
  }
}

/**
 * The part of the progress that one file or entry stands for. An archive inside of another is unpacked before its entries are read:
 * reading these takes the time, so only they count.
 */
export class Share {
  readonly #reading: Reading;
  readonly #bytes: number | null;
  readonly #before: number;
  #counts = true;

  /** @param bytes of the input as it lies on disk, or null where reading it counts by itself, as with a stream */
  constructor(reading: Reading, bytes: number | null) {
    this.#reading = reading;
    this.#bytes = bytes;
    this.#before = reading.bytesRead;
  }

  /** So much of it was read: 0–1. */
  read(fraction: number): void {
    if (this.#bytes !== null && this.#counts)
      this.#reading.advanceTo(this.#before + Math.min(1, fraction) * this.#bytes);
  }

  /** It is an archive: from here its entries count. */
  leaveToEntries(): void {
    this.read(0);
    this.#counts = false;
  }

  /** The share of one entry. */
  part(fraction: number): Share {
    return new Share(this.#reading, this.#bytes === null ? null : Math.min(1, fraction) * this.#bytes);
  }

  done(): void {
    this.#counts = true;
    this.read(1);
  }
}
