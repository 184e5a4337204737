import type { ReadLimits } from './contract.ts';
import { ReadFailure } from './failure.ts';
import { harmlessBytes, sizeOf } from './limits.ts';

/** Compares how much comes out of something packed with its size, to stop a bomb. Meters stand in a chain: entry, archive, file. */
export class Meter {
  #unpacked = 0;
  readonly #limits: ReadLimits;
  readonly #packed: () => number;
  readonly #within: Meter | null;

  /** @param packed the packed bytes so far, or in all where that is known */
  constructor(limits: ReadLimits, packed: () => number, within: Meter | null) {
    this.#limits = limits;
    this.#packed = packed;
    this.#within = within;
  }

  /** @throws ReadFailure when it unpacks to too much */
  add(bytes: number): void {
    this.#unpacked += bytes;
    const { ratio } = this.#limits;
    if (this.#unpacked > harmlessBytes && this.#unpacked > ratio * this.#packed()) {
      const reason = `unpacks to more than ${sizeOf(this.#unpacked - bytes)}, over ${ratio} times its size: a zip bomb is not read on`;
      throw new ReadFailure(reason, { whole: this.#within === null });
    }
    this.#within?.add(bytes);
  }

  /** Passes the chunks of one unpacked document or archive, as long as they are no more than allowed. */
  async *guard(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let total = 0;
    for await (const chunk of chunks) {
      total += chunk.length;
      this.add(chunk.length);
      if (total > this.#limits.documentBytes) {
        throw new ReadFailure(
          `unpacks to more than the ${sizeOf(this.#limits.documentBytes)} allowed for one document`,
        );
      }
      yield chunk;
    }
  }
}
