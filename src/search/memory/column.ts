/** Values of each CVE, by its number: which of a dictionary's words it has. Never changes once it is built. */
export interface Column {
  readonly words: readonly string[];
  readonly codes: ReadonlyMap<string, number>;
  /** Where the codes of a CVE begin in `values`; the next one's beginning is their end. */
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

/** Builds a column CVE by CVE. */
export class ColumnBuilder {
  readonly #words: string[];
  readonly #codes: Map<string, number>;
  #starts = new Uint32Array(1024);
  #values = new Uint32Array(1024);
  #rows = 0;
  #length = 0;

  /** `from`: a column whose values can be taken over. */
  constructor(from?: Column) {
    this.#words = [...(from?.words ?? [])];
    this.#codes = new Map(from?.codes);
  }

  append(words: readonly string[]): void {
    this.#begin();
    for (const word of words) this.#push(this.#code(word));
  }

  /** What the CVE had in the column that this one is made from. */
  appendFrom({ starts, values }: Column, row: number): void {
    this.#begin();
    const end = starts[row + 1] ?? 0;
    for (let i = starts[row] ?? 0; i < end; i++) this.#push(values[i] ?? 0);
  }

  build(): Column {
    this.#begin();
    return {
      words: this.#words,
      codes: this.#codes,
      starts: this.#starts.slice(0, this.#rows),
      values: this.#values.slice(0, this.#length),
    };
  }

  #begin(): void {
    if (this.#rows === this.#starts.length) this.#starts = doubled(this.#starts);
    this.#starts[this.#rows++] = this.#length;
  }

  #push(code: number): void {
    if (this.#length === this.#values.length) this.#values = doubled(this.#values);
    this.#values[this.#length++] = code;
  }

  #code(word: string): number {
    const known = this.#codes.get(word);
    if (known !== undefined) return known;
    this.#codes.set(word, this.#words.length);
    return this.#words.push(word) - 1;
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
