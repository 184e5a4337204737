import { TextDecoder } from 'node:util';

/** Turns the text of a document into UTF-8 without a byte order mark. Bytes that are no UTF-8 pass as they are. */
export class Utf8 {
  #head: Buffer | null = Buffer.alloc(0); // until the encoding is known
  #decoder: TextDecoder | null = null; // for UTF-16

  push(chunk: Buffer): Buffer {
    if (this.#head === null)
      return this.#decoder === null ? chunk : Buffer.from(this.#decoder.decode(chunk, { stream: true }));
    const head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    if (head.length < 3) {
      this.#head = head;
      return Buffer.alloc(0);
    }
    return this.#begin(head);
  }

  end(): Buffer {
    const start = this.#head === null ? Buffer.alloc(0) : this.#begin(this.#head);
    return this.#decoder === null ? start : Buffer.concat([start, Buffer.from(this.#decoder.decode())]);
  }

  #begin(head: Buffer): Buffer {
    this.#head = null;
    const encoding = utf16(head);
    if (encoding !== null) {
      this.#decoder = new TextDecoder(encoding);
      return this.push(head);
    }
    return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head;
  }
}

/** UTF-16 is known by its mark, or by the zero that it puts beside { or [. */
function utf16(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if ((first === 0x7b || first === 0x5b) && second === 0) return 'utf-16le';
  if (first === 0 && (second === 0x7b || second === 0x5b)) return 'utf-16be';
  return null;
}
