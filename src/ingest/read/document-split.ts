import type { Envelope } from '../../sources/contract.ts';
import { CsvSplitter } from './csv.ts';
import { JsonSplitter } from './json-split.ts';
import { ListSplitter } from './list.ts';
import { type Found, noEnvelope, type Splitter } from './split.ts';
import { enoughLines, textKind } from './text-kind.ts';
import { Utf8 } from './utf8.ts';
import { withDoctype, XmlSplitter } from './xml-split.ts';

/** A first line longer than this is no header. */
const longestHeader = 64 * 1024;
const newline = 0x0a;
const hash = 0x23;

/** Enough of a document to tell XML by. */
const xmlStart = '<Weakness_Catalog '.length;

/** So much of the comments before the first record is kept. */
const longestComment = 16 * 1024;

const nothingButComments = 'holds nothing but comments';

/** The records of a document of any kind: JSON, NDJSON, CSV or a plain list in UTF-8 or UTF-16, told from its start. */
export class DocumentSplitter implements Splitter {
  readonly #limits: { readonly recordBytes: number };
  readonly #utf8 = new Utf8();
  #splitter: Splitter | null = null;
  #failure: string | null = null;
  #head: Buffer = Buffer.alloc(0);
  #line = 1;
  #comments: string[] = []; // before the first record
  #commentLength = 0;
  #lastComment: string | null = null;

  constructor(limits: { readonly recordBytes: number }) {
    this.#limits = limits;
  }

  get failure(): string | null {
    return this.#failure ?? this.#splitter?.failure ?? null;
  }

  /** It holds comments and nothing else: a whole list with no entries. */
  get isEmptyList(): boolean {
    return this.#failure === nothingButComments;
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
      if (complete) this.#failure = this.#commentLength > 0 ? nothingButComments : 'is empty';
    } else if (first === 0x7b || first === 0x5b) {
      this.#open(new JsonSplitter(this.#limits, this.#line));
    } else if (first === 0x3c) {
      if (head.length < xmlStart && !complete) return;
      if (/^<(?:\?xml|Weakness_Catalog\b)/.test(head.toString('latin1', 0, xmlStart)))
        this.#open(new XmlSplitter(this.#limits));
      else if (/^<!doctype\s+(?!html)/i.test(head.toString('latin1', 0, xmlStart))) this.#failure = withDoctype;
      else this.#failure = 'holds HTML, not JSON: check where it was downloaded from';
    } else this.#decideText(head, complete);
  }

  #decideText(head: Buffer, complete: boolean): void {
    const { lines, whole } = contentLines(head.subarray(0, longestHeader), complete);
    if (lines.length < enoughLines && head.length < longestHeader && !complete) return;
    const isText = whole && !lines.some((line) => binary.test(line));
    const found = isText ? textKind(lines, this.#lastComment) : null;
    const start = { line: this.#line, envelope: this.#commented() };
    if (found?.kind === 'csv') this.#open(new CsvSplitter(this.#limits, { ...start, header: found.header }));
    else if (found?.kind === 'list') this.#open(new ListSplitter(this.#limits, start));
    else this.#failure = `is neither JSON nor CSV${startOf(head)}`;
  }

  /** What the comments before the first record say, as the envelope's `comment`. */
  #commented(): Envelope {
    const comment = this.#comments.filter((line) => line !== '').join('\n');
    return comment === '' ? noEnvelope : { comment };
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
        this.#comment(head.toString('utf8', at, end < 0 ? head.length : end));
        at = (end < 0 ? head.length : end) - 1;
      } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) break;
    }
    this.#head = head.subarray(at);
    return this.#head;
  }

  /** Keeps a comment without its marks: #, and the frame of ### that some have. */
  #comment(line: string): void {
    this.#commentLength += line.length;
    this.#lastComment = line
      .replace(/^#+/, '')
      .replace(/#+\s*$/, '')
      .trim();
    if (this.#commentLength <= longestComment) this.#comments.push(this.#lastComment);
  }

  #open(splitter: Splitter): void {
    this.#splitter = splitter;
    splitter.push(this.#head);
    this.#head = Buffer.alloc(0);
  }
}

/** Texts hold no control characters but tab, line feed and carriage return. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const binary = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** The first lines that are neither blank nor comments; `whole`: the first one is there up to its end. */
function contentLines(head: Buffer, complete: boolean): { lines: readonly string[]; whole: boolean } {
  const end = complete && head.length < longestHeader ? head.length : head.lastIndexOf(newline);
  const lines: string[] = [];
  let start = 0;
  while (start < end && lines.length < enoughLines) {
    const next = head.indexOf(newline, start);
    const to = next < 0 || next > end ? end : next;
    const line = head.toString('utf8', start, to);
    if (!/^\s*(?:$|[#;]|\/\/)/.test(line)) lines.push(line);
    start = to + 1;
  }
  return { lines, whole: end > 0 };
}

function startOf(head: Buffer): string {
  const end = head.subarray(0, longestHeader).indexOf(newline);
  const line = head.toString('utf8', 0, end < 0 ? 160 : Math.min(end, 160));
  if (binary.test(line)) return '';
  const text = line.trim();
  return `: it starts with "${text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text}"`;
}
