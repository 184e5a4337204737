import { JsonValues } from './json-values.ts';
import { excerptBytes, excerptOf, Findings, type Found, type Splitter } from './split.ts';

const newline = 0x0a;
const openBrace = 0x7b;
/** After one of these at the end of a line, a value goes on in the next line: , : [ { */
const goesOn = new Set([0x2c, 0x3a, 0x5b, openBrace]);

/**
 * The records of a JSON or NDJSON document.
 *
 * It is NDJSON when its first line is one bare value and more follow: then each line stands alone, a broken one is rejected and the
 * next is read. (A line that only opens a value, as in pretty-printed text, lets it go on to its end.) Otherwise lines mean nothing.
 */
export class JsonSplitter implements Splitter {
  failure: string | null = null;
  readonly #findings = new Findings();
  readonly #values: JsonValues;
  /**
   * first: in the first line with a value. between: it was a whole value, what follows decides. suspect: it was not, but looks finished.
   * lines: NDJSON. stream: anything else.
   */
  #mode: 'first' | 'between' | 'suspect' | 'lines' | 'stream' = 'first';
  #line: number;
  #valueLine = 1; // where the first value, or the value of several lines, began
  #last = 0; // the last byte that is no blank
  #start: Buffer = Buffer.alloc(0); // of a line that began in an earlier chunk
  #broken: string | null = null; // why the rest of the line is not read
  #severalLines = false;

  constructor(limits: { readonly recordBytes: number }, firstLine = 1) {
    this.#line = firstLine;
    this.#values = new JsonValues(this.#findings, limits.recordBytes);
  }

  get count(): number {
    return this.#findings.count;
  }

  get envelope() {
    return this.#findings.envelope;
  }

  take(): readonly Found[] {
    return this.#mode === 'between' || (this.#mode === 'first' && this.#values.bare > 0) ? [] : this.#findings.take();
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.failure === null) {
      if (this.#mode === 'stream') {
        this.#values.push(chunk, at, chunk.length);
        this.failure = this.#values.failure;
        return;
      }
      if (this.#mode === 'between' || this.#mode === 'suspect') at = this.#decide(chunk, at);
      else {
        const end = chunk.indexOf(newline, at);
        const next = end < 0 ? chunk.length : end + 1;
        if (this.#mode === 'lines') this.#readLine(chunk, at, next, end >= 0);
        else this.#readFirst(chunk, at, next, end >= 0);
        at = next;
      }
    }
  }

  end(): void {
    if (this.failure !== null) return;
    if (this.#mode === 'lines') {
      if (this.#broken !== null) this.#rejectLine(this.#start);
      else {
        this.#values.end();
        if (this.#values.failure !== null)
          this.failure = `is cut off in line ${this.#severalLines ? this.#valueLine : this.#line}`;
      }
      return;
    }
    if (this.#mode !== 'stream') this.#mode = 'stream';
    this.#values.end();
    this.failure = this.#values.failure;
  }

  #readFirst(chunk: Buffer, from: number, to: number, whole: boolean): void {
    const values = this.#values;
    values.push(chunk, from, to);
    if (values.failure !== null) {
      this.failure = values.failure;
      this.#mode = 'stream';
      return;
    }
    this.#last = lastOf(chunk, from, to) ?? this.#last;
    if (values.bare > 1 || (this.count > 0 && values.bare === 0)) this.#mode = 'stream';
    else if (whole && values.complete) {
      if (values.bare === 1) {
        this.#valueLine = this.#line;
        this.#mode = 'between';
      } else if (this.#last !== 0) this.#mode = 'stream'; // an empty list
    } else if (whole) {
      this.#valueLine = this.#line;
      this.#mode = values.inBareObject && (values.inString || !goesOn.has(this.#last)) ? 'suspect' : 'stream';
    }
    if (whole) this.#line++;
  }

  /** Looks at what comes after the first line. */
  #decide(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#mode === 'between' && (byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === newline)) {
        if (byte === newline) this.#line++;
        continue;
      }
      if (this.#mode === 'between') {
        this.#findings.relabel(`line ${this.#valueLine}`);
        this.#mode = 'lines';
      } else if (byte === openBrace) {
        // In one value, no line that begins with { follows a line that does not ask for more: the first line is broken.
        this.#findings.reject(`line ${this.#valueLine}`, brokenLine, this.#values.excerpt());
        this.#values.reset();
        this.#mode = 'lines';
      } else this.#mode = 'stream';
      return at;
    }
    return chunk.length;
  }

  #readLine(chunk: Buffer, from: number, to: number, whole: boolean): void {
    const values = this.#values;
    if (this.#broken === null) {
      if (!this.#severalLines) values.line = this.#line;
      values.push(chunk, from, to);
      if (values.failure !== null) {
        this.#broken = 'is not JSON';
        values.reset();
      }
    }
    if (!whole) {
      if (this.#start.length < excerptBytes) {
        this.#start = Buffer.concat([this.#start, chunk.subarray(from, Math.min(to, from + excerptBytes))]);
      }
      return;
    }
    if (this.#broken !== null) this.#rejectLine(this.#lineStart(chunk, from, to));
    else if (values.complete) this.#severalLines = false;
    else if (!this.#severalLines) {
      const start = this.#lineStart(chunk, from, to);
      if (/^\s*[[{]\s*$/.test(start.toString('latin1'))) {
        this.#severalLines = true;
        this.#valueLine = this.#line;
      } else {
        this.#broken = brokenLine;
        values.reset();
        this.#rejectLine(start);
      }
    }
    if (this.#start.length > 0) this.#start = Buffer.alloc(0);
    this.#line++;
  }

  #lineStart(chunk: Buffer, from: number, to: number): Buffer {
    const rest = chunk.subarray(from, Math.min(to, from + excerptBytes));
    return this.#start.length === 0 ? rest : Buffer.concat([this.#start, rest]);
  }

  #rejectLine(start: Buffer): void {
    const line = this.#severalLines ? this.#valueLine : this.#line;
    this.#findings.reject(`line ${line}`, this.#broken ?? brokenLine, excerptOf(start));
    this.#broken = null;
    this.#severalLines = false;
  }
}

const brokenLine = 'is broken: the line ends before its JSON does';

function lastOf(chunk: Buffer, from: number, to: number): number | null {
  for (let at = to - 1; at >= from; at--) {
    const byte = chunk[at] as number;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== newline) return byte;
  }
  return null;
}
