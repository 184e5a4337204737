import { CsvSplitter } from './csv.ts';
import { JsonSplitter } from './json-split.ts';
import { type Found, noEnvelope, type Splitter } from './split.ts';
import { Utf8 } from './utf8.ts';

/** A first line longer than this is no header. */
const longestHeader = 64 * 1024;
const newline = 0x0a;
const hash = 0x23;

/** The records of a document of any kind: JSON, NDJSON or CSV in UTF-8 or UTF-16, told from its start. */
export class DocumentSplitter implements Splitter {
  readonly #limits: { readonly recordBytes: number };
  readonly #utf8 = new Utf8();
  #splitter: Splitter | null = null;
  #failure: string | null = null;
  #head: Buffer = Buffer.alloc(0);
  #line = 1;
  #comments = false;

  constructor(limits: { readonly recordBytes: number }) {
    this.#limits = limits;
  }

  get failure(): string | null {
    return this.#failure ?? this.#splitter?.failure ?? null;
  }

  get count(): number {
    return this.#splitter?.count ?? 0;
  }

  get envelope() {
    return this.#splitter?.envelope ?? noEnvelope;
  }

  take(): readonly Found[] {
    return this.#splitter?.take() ?? [];
  }

  push(chunk: Buffer): void {
    this.#feed(this.#utf8.push(chunk));
  }

  end(): void {
    this.#feed(this.#utf8.end());
    if (this.#splitter === null && this.failure === null) this.#decide(true);
    if (this.failure === null) this.#splitter?.end();
  }

  #feed(text: Buffer): void {
    if (this.failure !== null || text.length === 0) return;
    if (this.#splitter !== null) this.#splitter.push(text);
    else {
      this.#head = this.#head.length === 0 ? text : Buffer.concat([this.#head, text]);
      this.#decide(false);
    }
  }

  #decide(complete: boolean): void {
    const head = this.#skipToContent(complete);
    const first = head[0];
    if (first === undefined) {
      if (complete) this.#failure = this.#comments ? 'holds nothing but comments' : 'is empty';
    } else if (first === 0x7b || first === 0x5b) {
      this.#open(new JsonSplitter(this.#limits, this.#line));
    } else if (first === 0x3c) {
      if (head.length < 5 && !complete) return;
      const found = /^<\?xml/i.test(head.toString('latin1', 0, 5)) ? 'XML' : 'HTML';
      this.#failure = `holds ${found}, not JSON: check where it was downloaded from`;
    } else {
      const end = head.subarray(0, longestHeader).indexOf(newline);
      if (end < 0 && head.length < longestHeader && !complete) return;
      const line = head.subarray(0, end < 0 ? longestHeader : end);
      if (line.includes(',') && !isBinary(line) && (end >= 0 || head.length < longestHeader)) {
        this.#open(new CsvSplitter(this.#limits, this.#line));
      } else if (head.toString('latin1', 257, 262) === 'ustar') {
        this.#failure = 'holds a tar archive: unpack it first';
      } else this.#failure = `is neither JSON nor CSV${startOf(line)}`;
    }
  }

  /** Passes over blanks, and over the lines of comment that some feeds put before their header. */
  #skipToContent(complete: boolean): Buffer {
    const head = this.#head;
    let at = 0;
    for (; at < head.length; at++) {
      const byte = head[at];
      if (byte === newline) this.#line++;
      else if (byte === hash) {
        const end = head.indexOf(newline, at);
        if (end < 0 ? !complete : end - at > longestHeader) break;
        this.#comments = true;
        at = (end < 0 ? head.length : end) - 1;
      } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) break;
    }
    this.#head = head.subarray(at);
    return this.#head;
  }

  #open(splitter: Splitter): void {
    this.#splitter = splitter;
    splitter.push(this.#head);
    this.#head = Buffer.alloc(0);
  }
}

/** Texts hold no control characters but tab, line feed and carriage return. */
function isBinary(bytes: Buffer): boolean {
  return bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}

function startOf(line: Buffer): string {
  if (isBinary(line)) return '';
  const text = line.toString('utf8', 0, 160).trim();
  return `: it starts with "${text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text}"`;
}
