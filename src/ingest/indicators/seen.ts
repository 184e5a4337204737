/**
 * Remembers which indicators came in an input, and with what content, in 12 bytes each: half of a million reports would
 * fill the memory otherwise. Two of a million indicators are taken for one with a chance of one in ten million.
 */
export class Seen {
  #mask = 2 ** 12 - 1;
  #high = new Uint32Array(2 ** 12);
  #low = new Uint32Array(2 ** 12);
  #content = new Uint32Array(2 ** 12);
  size = 0;
  /** How many more could not be used. */
  rejected = 0;

  /** Whether the indicator with this value hash came with this content last. Hashes are hexadecimal. */
  hadSame(valueHash: string, contentHash: string): boolean {
    const at = this.#find(part(valueHash, 0), part(valueHash, 8) || 1);
    return this.#low[at] !== 0 && this.#content[at] === part(contentHash, 0);
  }

  /** Whether the indicator came at all. */
  has(valueHash: string): boolean {
    return this.#low[this.#find(part(valueHash, 0), part(valueHash, 8) || 1)] !== 0;
  }

  add(valueHash: string, contentHash: string): void {
    if (this.size * 4 > this.#mask * 3) this.#grow();
    this.#put(part(valueHash, 0), part(valueHash, 8) || 1, part(contentHash, 0));
  }

  #put(high: number, low: number, content: number): void {
    const at = this.#find(high, low);
    if (this.#low[at] === 0) this.size++;
    this.#high[at] = high;
    this.#low[at] = low; // never 0: that marks a free place
    this.#content[at] = content;
  }

  #find(high: number, low: number): number {
    let at = high & this.#mask;
    while (this.#low[at] !== 0 && (this.#low[at] !== low || this.#high[at] !== high)) at = (at + 1) & this.#mask;
    return at;
  }

  #grow(): void {
    const [high, low, content] = [this.#high, this.#low, this.#content];
    const places = (this.#mask + 1) * 2;
    this.#mask = places - 1;
    this.#high = new Uint32Array(places);
    this.#low = new Uint32Array(places);
    this.#content = new Uint32Array(places);
    this.size = 0;
    for (let i = 0; i < low.length; i++) if (low[i]) this.#put(high[i] ?? 0, low[i] ?? 0, content[i] ?? 0);
  }
}

/** Eight hexadecimal digits as a number. */
function part(hash: string, from: number): number {
  return Number.parseInt(hash.slice(from, from + 8), 16);
}
