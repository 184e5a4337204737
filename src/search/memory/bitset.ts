/** A set of small whole numbers, one bit for each that may be in it. */
export class Bitset {
  readonly size: number; // numbers are below this
  readonly #words: Uint32Array;

  constructor(size: number, words = new Uint32Array((size + 31) >>> 5)) {
    this.size = size;
    this.#words = words;
  }

  static full(size: number): Bitset {
    const words = new Uint32Array((size + 31) >>> 5).fill(0xffffffff);
    if (size % 32 !== 0) words[words.length - 1] = 2 ** (size % 32) - 1;
    return new Bitset(size, words);
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  add(n: number): void {
    const at = n >>> 5;
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (n & 31));
  }

  has(n: number): boolean {
    return ((this.#words[n >>> 5] ?? 0) & (1 << (n & 31))) !== 0;
  }

  and(other: Bitset): Bitset {
    return new Bitset(
      this.size,
      this.#words.map((word, i) => word & (other.#words[i] ?? 0)),
    );
  }

  or(other: Bitset): Bitset {
    return new Bitset(
      this.size,
      this.#words.map((word, i) => word | (other.#words[i] ?? 0)),
    );
  }

  not(): Bitset {
    return new Bitset(
      this.size,
      this.#words.map((word) => ~word),
    ).and(Bitset.full(this.size));
  }

  count(): number {
    let n = 0;
    for (let word of this.#words) for (; word !== 0; word &= word - 1) n++;
    return n;
  }

  /** All that are in it, lowest first. */
  numbers(): Uint32Array {
    const found = new Uint32Array(this.count());
    let n = 0;
    for (let i = 0; i < this.#words.length; i++) {
      for (let word = this.#words[i] ?? 0; word !== 0; word &= word - 1)
        found[n++] = i * 32 + 31 - Math.clz32(word & -word);
    }
    return found;
  }
}
