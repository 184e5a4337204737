const tab = 0x09;
const newline = 0x0a;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const open = 0x5b;
const backslash = 0x5c;
const close = 0x5d;
const letterN = 0x4e;
const letterU = 0x75;
const letterX = 0x78;
const nullWord = Buffer.from('null');
/** What may stand behind a backslash in both. */
const escapable = new Set(Buffer.from('"\\/bfnrt'));

/**
 * The rows of a chunk in the text form of COPY. Bytes are moved and no values made of them: PostgreSQL's JSON and COPY
 * escape by the same backslashes, but for `\u001b`, which is `\x1b` there. Lines are read as strictly as PostgreSQL writes
 * them, so no value can end its column, its line or the data. Returns null when one is no array of `columns` texts and nulls.
 * @see https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.2
 */
export function copyText(lines: Buffer, columns: number): Buffer | null {
  return new Rewriting(lines).rows(columns);
}

class Rewriting {
  readonly #from: Buffer;
  readonly #to: Buffer;
  #at = 0;
  #end = 0; // of what was written, which is never longer than what was read

  constructor(lines: Buffer) {
    this.#from = lines;
    this.#to = Buffer.allocUnsafe(lines.length);
  }

  rows(columns: number): Buffer | null {
    while (this.#at < this.#from.length) if (!this.#row(columns)) return null;
    return this.#to.subarray(0, this.#end);
  }

  #row(columns: number): boolean {
    for (let column = 0; column < columns; column++) {
      if (!this.#passes(column === 0 ? open : comma)) return false;
      if (column > 0) this.#put(tab);
      if (!(this.#passes(quote) ? this.#text() : this.#null())) return false;
    }
    this.#put(newline);
    return this.#passes(close) && this.#passes(newline);
  }

  #null(): boolean {
    this.#put(backslash);
    this.#put(letterN);
    return nullWord.every((byte) => this.#passes(byte));
  }

  /** The rest of a text, with the quote at its end. */
  #text(): boolean {
    const from = this.#from;
    const to = this.#to;
    for (;;) {
      let at = this.#at;
      let end = this.#end;
      let byte = from[at++] ?? 0;
      for (; byte >= space && byte !== quote && byte !== backslash; byte = from[at++] ?? 0) to[end++] = byte;
      this.#at = at;
      this.#end = end;
      if (byte === quote) return true;
      if (byte !== backslash || !this.#escaped()) return false;
    }
  }

  /** What stands behind a backslash. */
  #escaped(): boolean {
    this.#put(backslash);
    const byte = this.#from[this.#at++] ?? 0;
    if (escapable.has(byte)) this.#put(byte);
    else if (byte === letterU) return this.#control();
    else return false;
    return true;
  }

  /** What stands behind `\u`: the number of a control character, and PostgreSQL escapes no others so. */
  #control(): boolean {
    const digits = this.#from.toString('latin1', this.#at, this.#at + 4);
    this.#at += 4;
    if (!/^00[01][0-9a-f]$/.test(digits)) return false;
    for (const byte of [letterX, digits.charCodeAt(2), digits.charCodeAt(3)]) this.#put(byte);
    return true;
  }

  #passes(byte: number): boolean {
    if (this.#from[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #put(byte: number): void {
    this.#to[this.#end++] = byte;
  }
}
