/**
 * Looking at single characters of a text for indicators. A line may have any length and be written by an enemy, so each of these
 * looks at a bounded number of characters, or passes over what it looked at.
 */

const dot = 0x2e;
const colon = 0x3a;

const other = 0;
const inWord = 1; // letters, digits, underscore: a word begins with one of these
const joins = 2; // . and -

const classes = classesOf([
  ['0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz', inWord],
  ['-.', joins],
]);

function classesOf(table: readonly (readonly [characters: string, meaning: number])[]): Uint8Array {
  const classes = new Uint8Array(128);
  for (const [characters, meaning] of table) {
    for (const character of characters) classes[character.charCodeAt(0)] = meaning;
  }
  return classes;
}

/** A run of letters, digits, `-`, `_` and dots, these also in brackets. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly dots: number;
  readonly isPlain: boolean; // ASCII without brackets
}

/** Whether a word can begin with the character at `at`. */
export function startsWord(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code < 128 ? classes[code] === inWord : isLetter(line, at);
}

/** The word that begins at `start`, without dots and hyphens at its end. */
export function wordAt(line: string, start: number): Word {
  let at = start;
  let end = start; // behind the last letter or digit
  let dots = 0;
  let joined = 0; // dots since then
  let isPlain = true;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    const kind = code < 128 ? (classes[code] as number) : isLetter(line, at) ? inWord : other;
    if (kind === inWord) {
      at++;
      end = at;
      dots += joined;
      joined = 0;
      if (code >= 128) isPlain = false;
    } else if (kind === joins) {
      at++;
      if (code === dot) joined++;
    } else {
      const length = end === at ? bracketedDot(line, at) : 0;
      if (length === 0) break;
      at += length;
      joined++;
      isPlain = false;
    }
  }
  return { start, end, dots, isPlain };
}

/** Letters, marks and digits beyond ASCII; not the quotation marks and dashes. */
function isLetter(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  if (code < 0xaa || (code >= 0x2000 && code < 0x2c00) || (code >= 0x3000 && code < 0x3005)) return false;
  return /[\p{L}\p{M}\p{N}\p{Surrogate}]/u.test(line.charAt(at));
}

const dotsInBrackets = ['[.]', '(.)', '{.}', '[dot]', '(dot)', '{dot}', '\\.', '[.'];
const atsInBrackets = ['@', '[@]', '(@)', '{@}', '[at]', '(at)', '{at}'];
const marksOfScheme = ['://', ':\\/\\/', '[:]//', '[://]', ':\\\\', '[:]\\/\\/'];
const encodedMark = '%3a%2f%2f';

/** The length of a dot in brackets, or with a backslash, at `at`; 0 where there is none. */
function bracketedDot(line: string, at: number): number {
  const code = line.charCodeAt(at);
  if (code !== 0x5b && code !== 0x28 && code !== 0x7b && code !== 0x5c) return 0;
  const length = lengthOf(line, at, dotsInBrackets);
  return length > 0 && startsWord(line, at + length) ? length : 0;
}

/** The length of an at sign, in brackets or not, at `at`; 0 where there is none. */
export function atSign(line: string, at: number): number {
  const length = lengthOf(line, at, atsInBrackets);
  return length > 0 && startsWord(line, at + length) ? length : 0;
}

/** The length of what follows the scheme of a URL: `://` in one of its writings. `encoded`: as in a query, `%3A%2F%2F`. */
export function schemeMark(line: string, at: number): { readonly length: number; readonly encoded: boolean } | null {
  const code = line.charCodeAt(at);
  if (code !== 0x3a && code !== 0x5b && code !== 0x25) return null;
  const length = lengthOf(line, at, marksOfScheme);
  if (length > 0) return { length, encoded: false };
  const mark = line.slice(at, at + encodedMark.length).toLowerCase();
  return mark === encodedMark ? { length: encodedMark.length, encoded: true } : null;
}

function lengthOf(line: string, at: number, writings: readonly string[]): number {
  const found = writings.find((writing) => line.startsWith(writing, at));
  if (found !== undefined) return found.length;
  const lower = line.slice(at, at + 5).toLowerCase();
  return writings.find((writing) => lower.startsWith(writing))?.length ?? 0;
}

/** Where the digits of a port end that follow at `at`, after a colon in brackets or not; `at` where there are none. */
export function endOfPort(line: string, at: number): number {
  const length = line.startsWith('[:]', at) ? 3 : line.charCodeAt(at) === colon ? 1 : 0;
  if (length === 0) return at;
  const end = endOfDigits(line, at + length, 5);
  return end > at + length && !startsWord(line, end) ? end : at;
}

/** Where the digits end that stand at `at`, at most `most` of them. */
export function endOfDigits(line: string, at: number, most: number): number {
  let end = at;
  while (end < at + most && isDigit(line.charCodeAt(end))) end++;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Where a user's name before an at sign begins: `+` is in it, too. */
export function startOfUser(line: string, start: number): number {
  let at = start;
  while (at > 0 && at > start - 64 && (line[at - 1] === '+' || startsWord(line, at - 1) || line[at - 1] === '.')) at--;
  while (at < start && !startsWord(line, at)) at++;
  return at;
}

/**
 * Where an IPv6 address ends that begins at `start`: hexadecimal digits, colons and dots, with two colons side by side or seven
 * in all, as times and hardware addresses have not. @returns -1 where there is none
 */
export function endOfIpv6(line: string, start: number): number {
  const most = Math.min(line.length, start + 46);
  let end = start;
  let colons = 0;
  let isShort = false;
  while (end < most) {
    const code = line.charCodeAt(end);
    if (!isIpv6(code)) break;
    if (code === colon) {
      colons++;
      if (line.charCodeAt(end - 1) === colon) isShort = true;
    }
    end++;
  }
  if (!isShort && colons < 7) return -1;
  while (line.charCodeAt(end - 1) === dot) end--;
  if (line.charCodeAt(end - 1) === colon && line.charCodeAt(end - 2) !== colon) end--;
  return startsWord(line, end) ? -1 : end;
}

function isIpv6(code: number): boolean {
  const letter = code | 0x20;
  return (code >= 0x2e && code <= 0x3a && code !== 0x2f) || (letter >= 0x61 && letter <= 0x66);
}

const longestUrl = 4200;
const ends = 1;
const opens = 2;
const closes = 3;
const separates = 4;
const escapes = 5;

/** What characters mean in a URL: blanks, quotes and controls end it. */
const urlClasses = classesOf([
  [String.fromCharCode(...Array.from({ length: 33 }, (_, code) => code)), ends],
  ['"\'<>`|^\u007f', ends],
  ['([{', opens],
  [')]}', closes],
  [',;', separates],
  ['\\', escapes],
]);

/** Where a URL ends whose host begins at `from`: at a blank or quote, at a bracket that closes none of its own, before punctuation. */
export function endOfUrl(line: string, from: number): number {
  const most = Math.min(line.length, from + longestUrl);
  const open: string[] = [];
  let at = from;
  for (; at < most; at++) {
    const code = line.charCodeAt(at);
    const meaning = code < 128 ? urlClasses[code] : isBlank(code) ? ends : other;
    if (meaning === other) continue;
    if (meaning === ends) break;
    if (meaning === opens) open.push(line.charAt(at));
    else if (meaning === closes) {
      if (open.pop() !== (code === 0x29 ? '(' : code === 0x5d ? '[' : '{')) break;
    } else if (meaning === escapes && !isDotOrSlash(line.charCodeAt(at + 1))) break;
    else if (meaning === separates && /^(?:h[tx]{2}p|ftp)/i.test(line.slice(at + 1, at + 5))) break;
  }
  while (at > from && isPunctuation(line.charCodeAt(at - 1))) at--;
  return at;
}

/** Blanks, quotation marks and dashes beyond ASCII. */
function isBlank(code: number): boolean {
  return code <= 0xa0 || (code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x3002);
}

function isDotOrSlash(code: number): boolean {
  return code === 0x2e || code === 0x2f;
}

const punctuation = new Set([...'.,;:!?([{\\'].map((character) => character.charCodeAt(0)));

/** What stands behind a URL rather than at its end. */
function isPunctuation(code: number): boolean {
  return punctuation.has(code);
}

/** Whether what follows the slash is a version: `Chrome/120.0.0.0`. */
export function isProduct(line: string, slash: number): boolean {
  let hasLetter = false;
  let at = slash;
  while (at > 0 && at > slash - 40) {
    const code = line.charCodeAt(at - 1);
    if (code >= 128 || classes[code] === other) break;
    hasLetter ||= code > 0x39;
    at--;
  }
  return hasLetter && line[at - 1] !== '/';
}
