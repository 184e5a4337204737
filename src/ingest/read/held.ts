import { excerptBytes, excerptOf } from './split.ts';

/**
 * The bytes of one record, which may come in several chunks. Beyond the limit they are counted and not kept,
 * so that a record of any length costs no memory.
 */
export class Held {
  bytes = 0;
  #parts: Buffer[] = [];
  #head: Buffer | null = null;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get tooLong(): boolean {
    return this.bytes > this.#limit;
  }

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.bytes += part.length;
    if (!this.tooLong) {
      this.#parts.push(part);
    } else if (this.#head === null) {
      this.#head = Buffer.from(
        Buffer.concat([...this.#parts, part.subarray(0, excerptBytes)]).subarray(0, excerptBytes),
      );
      this.#parts = [];
    }
  }

  /** All of it, in one piece; what is longer than the limit is gone. */
  join(): Buffer {
    const [first, ...more] = this.#parts;
    return first !== undefined && more.length === 0 ? first : Buffer.concat(this.#parts);
  }

  excerpt(): string {
    return excerptOf(
      this.#head ?? Buffer.concat(this.#parts.map((part) => part.subarray(0, excerptBytes)).slice(0, excerptBytes)),
    );
  }

  clear(): void {
    this.bytes = 0;
    this.#head = null;
    if (this.#parts.length > 0) this.#parts = [];
  }
}
