import type { Envelope } from '../../sources/contract.ts';
import { Held } from './held.ts';
import { excerptBytes, excerptOf, Findings, type Found, type Splitter, tooLong } from './split.ts';

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;

/**
 * The lines of a plain list as JSON texts, without blanks around them. Empty lines and comments, which start with #, ; or //,
 * are passed over.
 */
export class ListSplitter implements Splitter {
  readonly failure = null;
  readonly #findings = new Findings();
  readonly #held: Held; // of a line that began in an earlier chunk
  readonly #limit: number;
  #line: number;

  constructor(limits: { readonly recordBytes: number }, start: { readonly line: number; readonly envelope: Envelope }) {
    this.#limit = limits.recordBytes;
    this.#held = new Held(limits.recordBytes);
    this.#line = start.line;
    this.#findings.setEnvelope(start.envelope);
  }

  get count(): number {
    return this.#findings.count;
  }

  get envelope() {
    return this.#findings.envelope;
  }

  take(): readonly Found[] {
    return this.#findings.take();
  }

  push(chunk: Buffer): void {
    let start = 0;
    // One buffer for the texts of a chunk: a line of two bytes, its end included, becomes three.
    const texts = new Texts(chunk.length + (chunk.length >> 1) + 4);
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      if (this.#held.bytes > 0) this.#endHeld(chunk.subarray(start, end));
      else this.#text(chunk, start, end, texts);
      this.#line++;
      start = end + 1;
    }
    this.#held.add(chunk.subarray(start));
  }

  end(): void {
    if (this.#held.bytes > 0) this.#endHeld(Buffer.alloc(0));
  }

  #endHeld(rest: Buffer): void {
    const held = this.#held;
    held.add(rest);
    if (held.tooLong) this.#findings.reject(this.#place, tooLong(held.bytes, this.#limit), held.excerpt());
    else {
      const line = held.join();
      this.#text(line, 0, line.length, new Texts(line.length + 2));
    }
    held.clear();
  }

  get #place(): string {
    return `line ${this.#line}`;
  }

  #text(chunk: Buffer, from: number, to: number, texts: Texts): void {
    let start = from;
    let end = to;
    while (start < end && (chunk[start] as number) <= 0x20) start++;
    while (end > start && (chunk[end - 1] as number) <= 0x20) end--;
    if (start === end || isComment(chunk, start, end)) return;
    if (end - start > this.#limit) {
      const excerpt = excerptOf(chunk.subarray(start, Math.min(end, start + excerptBytes)));
      this.#findings.reject(this.#place, tooLong(end - start, this.#limit), excerpt);
    } else this.#findings.record(texts.quoted(chunk, start, end), this.#place);
  }
}

function isComment(chunk: Buffer, start: number, end: number): boolean {
  const byte = chunk[start];
  return byte === 0x23 || byte === 0x3b || (byte === 0x2f && start + 1 < end && chunk[start + 1] === 0x2f);
}

/** Texts in JSON, one after the other in one buffer. */
class Texts {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  quoted(chunk: Buffer, start: number, end: number): Buffer {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    bytes[at++] = quote;
    for (let index = start; index < end; index++) {
      const byte = chunk[index] as number;
      if (byte < 0x20 || byte === quote || byte === backslash) {
        return Buffer.from(JSON.stringify(chunk.toString('utf8', start, end)));
      }
      bytes[at++] = byte;
    }
    bytes[at++] = quote;
    this.#at = at;
    return bytes.subarray(from, at);
  }
}
