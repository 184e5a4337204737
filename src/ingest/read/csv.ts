import type { Envelope } from '../../sources/contract.ts';
import { Held } from './held.ts';
import { sizeOf } from './limits.ts';
import { excerptOf, Findings, type Found, noEnvelope, type Splitter, tooLong } from './split.ts';

const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;
const hash = 0x23;

const fieldStart = 0;
const plain = 1;
const quoted = 2;
const quoteInQuoted = 3; // the end of a quoted field, or half of a doubled quote
const comment = 4; // in a line of comment, up to its end

/** What came before the first row of a CSV document. */
export interface CsvStart {
  readonly line: number; // of what is pushed first
  /** The columns, where they stood in a comment; null: the first row has them. */
  readonly header: string | null;
  readonly envelope: Envelope;
}

const plainStart: CsvStart = { line: 1, header: null, envelope: noEnvelope };

/**
 * The rows of a CSV document (RFC 4180, with a header row) as JSON objects from column to text. Beyond the RFC, as some feeds have it:
 * blanks before a quoted field do not count, and a line that starts with # is a comment.
 */
export class CsvSplitter implements Splitter {
  failure: string | null = null;
  readonly #findings = new Findings();
  readonly #held: Held;
  readonly #limit: number;
  #columns: readonly string[] | null = null; // as JSON
  #state = fieldStart;
  #line: number;
  #rowLine: number;

  constructor(limits: { readonly recordBytes: number }, { line, header, envelope } = plainStart) {
    this.#limit = limits.recordBytes;
    this.#held = new Held(limits.recordBytes);
    this.#line = line;
    this.#rowLine = line;
    this.#findings.setEnvelope(envelope);
    if (header !== null) this.#header(csvFields(header));
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
    let state = this.#state;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === newline) this.#line++;
      if (state === quoted) {
        if (byte === quote) state = quoteInQuoted;
      } else if (state === comment) {
        start = at + 1;
        if (byte === newline) {
          this.#rowLine = this.#line;
          state = fieldStart;
        }
      } else if (byte === newline) {
        this.#held.add(chunk.subarray(start, at));
        this.#endRow();
        if (this.failure !== null) return;
        start = at + 1;
        state = fieldStart;
      } else if (byte === comma) state = fieldStart;
      else if (byte === quote && state !== plain) state = quoted;
      else if (byte === hash && at === start && this.#held.bytes === 0) state = comment;
      else if (state !== fieldStart || !isBlank(byte)) state = plain;
    }
    if (state !== comment) this.#held.add(chunk.subarray(start));
    this.#state = state;
  }

  end(): void {
    if (this.failure !== null) return;
    if (this.#state === quoted) this.failure = `is cut off in line ${this.#rowLine}: a quote is not closed`;
    else this.#endRow();
  }

  #endRow(): void {
    const held = this.#held;
    const line = this.#rowLine;
    this.#rowLine = this.#line;
    if (held.bytes === 0) return;
    if (held.tooLong) {
      if (this.#columns === null) this.failure = `has a header of ${sizeOf(held.bytes)}`;
      else this.#findings.reject(`line ${line}`, tooLong(held.bytes, this.#limit), held.excerpt());
    } else {
      const bytes = held.join();
      const text = bytes.toString('utf8');
      if (text.trim() !== '') this.#row(line, csvFields(text), bytes);
    }
    held.clear();
  }

  #row(line: number, fields: readonly string[], bytes: Buffer): void {
    const columns = this.#columns;
    if (columns === null) this.#header(fields);
    else if (fields.length !== columns.length) {
      const reason = `has ${fields.length} columns where the header has ${columns.length}`;
      this.#findings.reject(`line ${line}`, reason, excerptOf(bytes));
    } else {
      const members = fields.map((field, index) => `${columns[index]}:${JSON.stringify(field)}`);
      this.#findings.record(Buffer.from(`{${members.join()}}`), `line ${line}`);
    }
  }

  #header(fields: readonly string[]): void {
    const names = fields.map((field) => field.trim());
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) this.failure = `has two columns named "${twice.slice(0, 100)}"`;
    this.#columns = names.map((name) => JSON.stringify(name));
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** The fields of one CSV row. A quote inside an unquoted field is itself; what follows a closing quote is kept. */
export function csvFields(row: string): string[] {
  const text = row.endsWith('\r') ? row.slice(0, -1) : row;
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = '';
    const start = afterBlanks(text, at);
    if (text[start] === '"') {
      at = start + 1;
      for (;;) {
        const end = text.indexOf('"', at);
        if (end < 0) return [...fields, field + text.slice(at)];
        field += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        // A doubled quote stands for one.
        field += '"';
        at++;
      }
    }
    const end = text.indexOf(',', at);
    fields.push(field + text.slice(at, end < 0 ? undefined : end));
    if (end < 0) return fields;
    at = end + 1;
  }
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}
