import type { Indicator } from './indicator.ts';
import { isTopLevel } from './indicator-host.ts';
import {
  atSign,
  endOfDigits,
  endOfIpv6,
  endOfPort,
  endOfUrl,
  isProduct,
  schemeMark,
  startOfUser,
  startsWord,
  type Word,
  wordAt,
} from './indicator-scan.ts';
import { canonicalIndicator } from './indicator-value.ts';

/** An indicator that stands in a text. */
export interface Extracted {
  readonly indicator: Indicator;
  readonly typed: string; // as it stands there
  readonly start: number; // where it begins, in UTF-16 units
}

/** No host and no hash is longer; a scheme is shorter by far. */
const longestWord = 300;
const hashLengths: ReadonlySet<number> = new Set([32, 40, 64, 128]);
const notFound = -1;

/**
 * The indicators in a line of free text or of a log, defanged or not, in the order in which they stand there: URLs (also percent-
 * encoded in the query of another), domains, addresses and networks, e-mail addresses, hashes. What `canonicalIndicator` rejects,
 * such as private addresses, is not among them.
 *
 * A name counts as a domain when its end is a top-level domain and it is no part of a path; that of a file that ends in one (`x.zip`,
 * `x.py`, `x.mov`) cannot be told from a domain, and looking up one too many does no harm. The time is linear in the line's length.
 */
export function extractIndicators(line: string): readonly Extracted[] {
  return new Extraction(line).all();
}

class Extraction {
  readonly #line: string;
  readonly #found: Extracted[] = [];
  /** Up to here the text belongs to a URL that was looked at: another in it is found, but none in that one. */
  #urlEnd = 0;

  constructor(line: string) {
    this.#line = line;
  }

  all(): readonly Extracted[] {
    const line = this.#line;
    let at = 0;
    while (at < line.length) {
      if (startsWord(line, at)) {
        const word = wordAt(line, afterEscape(line, at));
        at = Math.max(this.#take(word), word.end, at + 1);
      } else at++;
    }
    return this.#found;
  }

  /** Looks at a word and what is around it. @returns where to go on */
  #take(word: Word): number {
    const { start, end, dots } = word;
    const line = this.#line;
    const length = end - start;
    if (length > longestWord) return end;
    const next = line.charCodeAt(end);
    if (dots === 0) {
      if (next === 0x3a || next === 0x5b || next === 0x25) {
        const after = this.#url(word);
        if (after !== notFound) return after;
        if (next === 0x3a && length <= 4) return this.#ipv6(start, end);
      }
      if (hashLengths.has(length)) this.#add(start, end);
    }
    const sign = next === 0x40 || next === 0x5b || next === 0x28 || next === 0x7b ? atSign(line, end) : 0;
    if (sign > 0) return this.#email(word, end + sign);
    if (dots > 0) return isDigits(line, word) ? this.#address(word) : this.#domain(word);
    return end;
  }

  /** A URL whose scheme is the word. */
  #url({ start, end }: Word): number {
    const line = this.#line;
    const mark = end - start <= 14 ? schemeMark(line, end) : null;
    if (mark === null) return notFound;
    const from = end + mark.length;
    const to = mark.encoded ? endOfEncoded(line, from) : endOfUrl(line, from);
    const typed = line.slice(start, to);
    this.#add(start, to, mark.encoded ? decoded(typed) : typed);
    const isInside = start < this.#urlEnd;
    this.#urlEnd = Math.max(this.#urlEnd, to);
    const rest = typed.slice(from - start);
    const hasOther = !isInside && (rest.includes('://') || /%3a%2f%2f/i.test(rest));
    return hasOther ? from + Math.max(rest.search(/[/?]/), 0) : to;
  }

  #ipv6(start: number, end: number): number {
    const line = this.#line;
    const to = endOfIpv6(line, start);
    if (to < 0) return end;
    const bits = line[to] === '/' ? endOfDigits(line, to + 1, 3) : to;
    if (bits > to + 1 && this.#add(start, bits)) return bits;
    this.#add(start, to);
    return to;
  }

  #email({ start, end }: Word, from: number): number {
    const host = wordAt(this.#line, from);
    if (host.dots === 0 || host.end - host.start > longestWord) return end;
    const user = startOfUser(this.#line, start);
    return this.#add(user, host.end) ? host.end : end;
  }

  #address({ start, end }: Word): number {
    const line = this.#line;
    if (line[start - 1] === '/' && isProduct(line, start - 1)) return end;
    if (line[end] === '/') {
      const bits = endOfDigits(line, end + 1, 2);
      const isNetwork = bits > end + 1 && !startsWord(line, bits) && line[bits] !== '/';
      if (isNetwork && this.#add(start, bits)) return bits;
      return this.#hostAndPath(start, end);
    }
    const port = endOfPort(line, end);
    if (port > end && line[port] === '/') return this.#hostAndPath(start, port);
    if (port > end && this.#add(start, port)) return port;
    this.#add(start, end);
    return end;
  }

  #domain(word: Word): number {
    const line = this.#line;
    const { start, end, isPlain } = word;
    const before = line[start - 1];
    const isPath = (before === '/' || before === '\\') && line[start - 2] !== before;
    if (isPlain && (isPath || !isTopLevel(lastLabel(line, end)))) {
      const first = line.indexOf('.', start);
      if (hashLengths.has(first - start)) this.#add(start, first); // a file named after its hash
      return end;
    }
    const port = endOfPort(line, end);
    if (line[port] === '/' && startsPath(line, port + 1)) return this.#hostAndPath(start, port);
    if (this.#add(start, port) || (port > end && this.#add(start, end))) return port;
    return isPlain ? end : this.#plainParts(word);
  }

  /** A URL that lacks its scheme, or else its host. */
  #hostAndPath(start: number, end: number): number {
    const to = start < this.#urlEnd ? end : endOfUrl(this.#line, end);
    this.#urlEnd = Math.max(this.#urlEnd, to);
    if (to > end + 1 && this.#add(start, to)) return to;
    this.#add(start, end);
    return end;
  }

  /** The words in ASCII of one that is not: in some scripts no blank stands around a domain. */
  #plainParts({ start, end }: Word): number {
    const line = this.#line;
    for (const part of line.slice(start, end).matchAll(/[\w-]+(?:\.[\w-]+)+/g)) {
      if (part[0].length < end - start) this.#add(start + part.index, start + part.index + part[0].length);
    }
    return end;
  }

  #add(start: number, end: number, text?: string): boolean {
    const typed = this.#line.slice(start, end);
    const canonical = canonicalIndicator(text ?? typed);
    if ('rejected' in canonical) return false;
    this.#found.push({ indicator: canonical.indicator, typed, start });
    return true;
  }
}

/** Behind the two digits of an escape such as `%2F`, when one ends at `at`. */
function afterEscape(line: string, at: number): number {
  if (at === 0 || line.charCodeAt(at - 1) !== 0x25) return at;
  return /^[0-9a-f]{2}\w/i.test(line.slice(at, at + 3)) ? at + 2 : at;
}

/** Whether a word of digits and dots, or one with brackets around these, may be an address. */
function isDigits(line: string, { start, end }: Word): boolean {
  const last = line.charCodeAt(end - 1);
  const first = line.charCodeAt(start);
  return first >= 0x30 && first <= 0x39 && last >= 0x30 && last <= 0x39 && end - start <= 32;
}

function lastLabel(line: string, end: number): string {
  const dot = line.lastIndexOf('.', end - 1);
  return line.slice(dot + 1, end).toLowerCase();
}

function startsPath(line: string, at: number): boolean {
  return at < line.length && /[\w~%.?-]/.test(line.charAt(at));
}

/** Where an escaped URL in a query ends. */
function endOfEncoded(line: string, from: number): number {
  const end = endOfUrl(line, from);
  const next = line.slice(from, end).indexOf('&');
  return next < 0 ? end : from + next;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
