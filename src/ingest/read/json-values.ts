import { Held } from './held.ts';
import {
  backslash,
  blank,
  closeBrace,
  closeBracket,
  colon,
  comma,
  openBrace,
  openBracket,
  quote,
} from './json-bytes.ts';
import { isRecordOfItsOwn, scalarMembers } from './json-envelope.ts';
import { JsonNested } from './json-nested.ts';
import { sizeOf } from './limits.ts';
import { type Findings, noEnvelope, tooLong } from './split.ts';

/**
 * Members whose elements are the records: of NVD and KEV, STIX bundles, EUVD, the CTID's mappings, ThreatFox, MISP.
 * @see https://nvd.nist.gov/developers/vulnerabilities
 * @see https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html#_gms872kuzdmg
 * @see https://www.misp-standard.org/rfc/misp-standard-core.html
 */
const listNames = ['vulnerabilities', 'objects', 'items', 'mapping_objects', 'data', 'response'] as const;
const listKeys = listNames.map((name) => Buffer.from(name));
const longestKey = Math.max(...listKeys.map((name) => name.length));

/** Where the scanner stands. Plain numbers: this is the innermost loop of an import. */
const top = 0; // between top-level values
const object = 1; // between the members of a top-level object
const key = 2; // in a member's name
const elements = 3; // in a list of records, between them
const nested = 4; // in a value that only its end matters of
const token = 5; // in a number, true, false or null

/**
 * Finds the records in JSON text by counting brackets, without parsing it: the elements of a top-level array, those of an array in a
 * top-level object that has the name of a list (`vulnerabilities`, `objects`, …), or else each top-level value. Valid JSON is never
 * cut wrongly; invalid JSON inside a record is left to the parser of that record.
 */
export class JsonValues {
  failure: string | null = null;
  /** The line that bare top-level values are called after, or 0: they are numbered. */
  line = 0;
  /** Bare top-level values so far: records that are no element of a list. */
  bare = 0;
  #state = top;
  #after = top; // the state after a nested value or token
  #escaped = false; // in a member's name: the next byte is
  readonly #nested = new JsonNested();
  readonly #name = Buffer.alloc(longestKey + 1); // of the member
  #nameLength = -1; // -1: it is none, or has escapes in it
  #keyNext = false; // in an object: a string is a name
  #separator: 'none' | 'element' | 'comma' = 'none'; // in a list: what came last
  #isEnvelope = false;
  #list: string = listNames[0]; // the name of the envelope's list
  #inObject = false; // the list is a member of an object
  #open = false; // the bytes are being kept
  readonly #held: Held;
  readonly #findings: Findings;
  readonly #limit: number;

  constructor(findings: Findings, recordBytes: number) {
    this.#findings = findings;
    this.#limit = recordBytes;
    this.#held = new Held(recordBytes);
  }

  /** Whether all values so far are complete. */
  get complete(): boolean {
    return this.#state === top;
  }

  /** Whether a top-level object is open that may still be a record. */
  get inBareObject(): boolean {
    if (this.#isEnvelope) return false;
    return this.#state === object || this.#state === key || (this.#state === nested && this.#after === object);
  }

  get inString(): boolean {
    return this.#state === key || (this.#state === nested && this.#nested.inString);
  }

  /** Forgets an unfinished value. */
  reset(): void {
    this.failure = null;
    this.#state = top;
    this.#nested.reset();
    this.#isEnvelope = false;
    this.#open = false;
    this.#held.clear();
  }

  /** The start of the unfinished value. */
  excerpt(): string {
    return this.#held.excerpt();
  }

  /** Reads `chunk` from `from` up to `to`. */
  push(chunk: Buffer, from: number, to: number): void {
    let at = from;
    let start = from; // where the bytes to keep begin
    while (at < to && this.failure === null) {
      switch (this.#state) {
        case nested:
          at = this.#nested.skip(chunk, at, to);
          if (this.#nested.open) break;
          this.#state = this.#after;
          if (this.#state !== object) this.#emit(chunk, start, at, this.#state === top);
          break;
        case elements: {
          const byte = chunk[at] as number;
          if (blank(byte)) at++;
          else if (byte === comma && this.#separator === 'element') {
            this.#separator = 'comma';
            at++;
          } else if (byte === closeBracket && this.#separator !== 'comma') {
            at++;
            this.#state = this.#inObject ? object : top;
            this.#open = this.#inObject; // what follows the list is kept, for the envelope
            start = at;
          } else if (byte === comma || byte === closeBracket || byte === closeBrace || byte === colon) {
            this.#fail('has a bracket or comma out of place');
          } else if (this.#separator === 'element') {
            this.#fail('lacks a comma');
          } else {
            this.#separator = 'element';
            start = at;
            at = this.#begin(byte, at, elements);
          }
          break;
        }
        case object: {
          const byte = chunk[at++] as number;
          if (byte === quote && this.#keyNext) {
            this.#state = key;
            this.#keyNext = false;
            this.#escaped = false;
            this.#nameLength = 0;
          } else if (byte === openBracket && this.#opensList(chunk, start, at - 1)) {
            this.#openList(chunk, start, at - 1);
          } else if (byte === quote || byte === openBrace || byte === openBracket) {
            this.#nested.begin(byte);
            this.#state = nested;
            this.#after = object;
          } else if (byte === comma) {
            this.#keyNext = true;
            this.#nameLength = -1;
          } else if (byte === closeBrace) {
            if (this.#isEnvelope) this.#closeEnvelope(chunk, start, at);
            else this.#emit(chunk, start, at, true);
          }
          break;
        }
        case key:
          at = this.#readName(chunk, at, to);
          break;
        case token: {
          const byte = chunk[at] as number;
          if (!blank(byte) && !this.#ends(byte)) at++;
          else this.#emit(chunk, start, at, this.#after === top);
          break;
        }
        default: {
          const byte = chunk[at] as number;
          if (blank(byte)) at++;
          else {
            start = at;
            at = this.#value(byte, at);
          }
        }
      }
    }
    if (this.#open && this.failure === null) this.#held.add(chunk.subarray(start, at));
  }

  /** No more text comes. */
  end(): void {
    if (this.#state === token && this.#after === top) this.#emit(Buffer.alloc(0), 0, 0, true);
    if (this.#state === top || this.failure !== null) return;
    const { count } = this.#findings;
    this.failure = count === 0 ? 'is cut off before its first record ends' : `is cut off after record ${count}`;
  }

  #fail(what: string): void {
    const { count } = this.#findings;
    this.failure = count === 0 ? `${what} before its first record` : `${what} after record ${count}`;
  }

  #ends(byte: number): boolean {
    if (this.#after === elements) return byte === comma || byte === closeBracket;
    return byte === openBrace || byte === openBracket || byte === quote;
  }

  /** A value starts at the top. */
  #value(byte: number, at: number): number {
    if (byte === openBrace) {
      this.#state = object;
      this.#keyNext = true;
      this.#nameLength = -1;
      this.#isEnvelope = false;
      this.#open = true;
      return at + 1;
    }
    if (byte === openBracket) {
      this.#state = elements;
      this.#separator = 'none';
      this.#inObject = false;
      this.#findings.setEnvelope(noEnvelope);
      return at + 1;
    }
    if (
      byte === quote ||
      byte === 0x2d ||
      (byte >= 0x30 && byte <= 0x39) ||
      byte === 0x74 ||
      byte === 0x66 ||
      byte === 0x6e
    ) {
      return this.#begin(byte, at, top);
    }
    this.#fail('holds something that is not JSON');
    return at;
  }

  #begin(byte: number, at: number, after: number): number {
    this.#open = true;
    this.#after = after;
    if (byte === openBrace || byte === openBracket || byte === quote) {
      this.#state = nested;
      this.#nested.begin(byte);
    } else this.#state = token;
    return at + 1;
  }

  /** Keeps a member's name, as far as a list's could go. */
  #readName(chunk: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = chunk[at] as number;
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) {
        this.#escaped = true;
        this.#nameLength = -1;
      } else if (byte === quote) {
        this.#state = object;
        return at + 1;
      } else if (this.#nameLength >= 0 && this.#nameLength <= longestKey) this.#name[this.#nameLength++] = byte;
    }
    return to;
  }

  /** Whether the array that begins is the list of an envelope. One envelope has lists of one name only. */
  #opensList(chunk: Buffer, start: number, end: number): boolean {
    const length = this.#nameLength;
    if (length < 0) return false;
    const index = listKeys.findIndex((name) => name.length === length && name.equals(this.#name.subarray(0, length)));
    const name = listNames[index];
    if (name === undefined || (this.#isEnvelope && name !== this.#list)) return false;
    if (!this.#isEnvelope && index > 0 && this.#isRecord(chunk.subarray(start, end))) return false;
    this.#list = name;
    return true;
  }

  /** Whether the object that is open is about a CVE by what came before: then a list in it belongs to the record. */
  #isRecord(bytes: Buffer): boolean {
    const held = this.#held;
    if (held.tooLong) return true;
    const text = held.join().toString('utf8') + bytes.toString('utf8');
    return isRecordOfItsOwn(`${text}null}`);
  }

  /** The record from `start` to `end`, with what is held of it from earlier chunks, is complete. */
  #emit(chunk: Buffer, start: number, end: number, bare: boolean): void {
    const findings = this.#findings;
    const held = this.#held;
    let bytes = chunk.subarray(start, end);
    if (held.bytes > 0 || bytes.length > this.#limit) {
      held.add(bytes);
      if (!held.tooLong) bytes = held.join();
    }
    if (bare) {
      if (this.#state === token && !scalar.test(bytes.toString('latin1'))) {
        this.#fail('holds something that is not JSON');
        return;
      }
      findings.setEnvelope(noEnvelope);
      this.bare++;
    }
    const place = bare && this.line > 0 ? `line ${this.line}` : `record ${findings.count + 1}`;
    if (held.tooLong) findings.reject(place, tooLong(held.bytes, this.#limit), held.excerpt());
    else findings.record(bytes, place);
    held.clear();
    this.#open = false;
    this.#state = bare ? top : elements;
  }

  /** The object turns out to be an envelope: what came before its list is no record. */
  #openList(chunk: Buffer, start: number, end: number): void {
    this.#addToEnvelope(chunk.subarray(start, end), this.#isEnvelope ? this.#listStart : '', 'null}');
    this.#isEnvelope = true;
    this.#inObject = true;
    this.#state = elements;
    this.#separator = 'none';
    this.#open = false;
  }

  #closeEnvelope(chunk: Buffer, start: number, end: number): void {
    this.#addToEnvelope(chunk.subarray(start, end), this.#listStart, '');
    this.#isEnvelope = false;
    this.#state = top;
    this.#open = false;
  }

  get #listStart(): string {
    return `{"${this.#list}":null`;
  }

  #addToEnvelope(bytes: Buffer, before: string, after: string): void {
    const held = this.#held;
    held.add(bytes);
    if (held.tooLong) {
      this.#fail(`holds more than ${sizeOf(this.#limit)} beside its list of ${this.#list}`);
    } else {
      const members = scalarMembers(before + held.join().toString('utf8') + after, this.#list);
      if (members === null) this.#fail('is broken');
      else this.#findings.setEnvelope(before === '' ? members : { ...this.#findings.envelope, ...members });
    }
    held.clear();
  }
}

const scalar = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
