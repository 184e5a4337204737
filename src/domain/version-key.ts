/**
 * A version as a text that sorts, by plain comparison of code units, as the versions do. That makes the order total by
 * construction, and lets versions be sorted fast.
 *
 * A version is read as numbers and words; what stands between them only separates. Zeros before a word or the end say
 * nothing (1.0 = 1.0.0 = v1). At the same place comes first: `~`, then a word for "before the release" (dev, alpha, beta,
 * milestone, preview, rc), then the end, then any other word (1.0.1f, sp1, update 2, p1: after the release), then a number.
 *
 * @see https://semver.org/#spec-item-11
 * @see https://peps.python.org/pep-0440/ (a1, b2, rc1 directly between digits)
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version (epoch, ~)
 */
const marks = {
  tilde: '!',
  beforeRelease: '"',
  preRelease: '#',
  end: '$',
  word: '%',
  number: '&',
  identifier: "'",
  wildcard: '~',
} as const;

const preReleaseRank: ReadonlyMap<string, string> = new Map(
  Object.entries({
    dev: '0',
    snapshot: '0',
    nightly: '0',
    alpha: '1',
    beta: '2',
    milestone: '3',
    pre: '4',
    preview: '4',
    prerelease: '4',
    rc: '5',
    cr: '5',
    candidate: '5',
  }),
);

/** Words that only say "this is the release". */
const releaseWords = new Set(['final', 'ga', 'release', 'gold', 'rtm']);
const synonyms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    u: 'update',
    upd: 'update',
    patch: 'p',
    pl: 'p',
    servicepack: 'sp',
    hf: 'hotfix',
  }),
);

const semverPreRelease = /^v?\d+(?:\.\d+)*-/i;
const epoch = /^\d+(?=:)/;

/** The sort key of a version whose numbering is of the given type ('semver', 'rpm', …). */
export function versionKey(version: string, type?: string): string {
  let text = version.trim();
  if (type === 'semver') {
    text = withoutBuild(text);
    const dash = semverPreRelease.exec(text);
    if (dash)
      return genericKey(text.slice(0, dash[0].length - 1)).slice(0, -1) + semverIdentifiers(text.slice(dash[0].length));
  }
  if (type === 'rpm' || type === 'deb' || type === 'dpkg') {
    const number = epoch.exec(text)?.[0] ?? '';
    return numberKey(number) + genericKey(number ? text.slice(number.length + 1) : text);
  }
  return genericKey(text);
}

function withoutBuild(text: string): string {
  const plus = text.indexOf('+');
  return plus < 0 ? text : text.slice(0, plus);
}

function semverIdentifiers(text: string): string {
  let key: string = marks.beforeRelease;
  for (const identifier of text.split('.')) {
    key += /^\d+$/.test(identifier) ? numberKey(identifier) : `${marks.identifier}${identifier}${marks.tilde}`;
  }
  return key + marks.end;
}

/** Digits so that more of them sort later: how many come first, leading zeros apart. */
function numberKey(digits: string): string {
  let from = 0;
  while (digits.charCodeAt(from) === 48) from++;
  return marks.number + String.fromCharCode(48 + Math.min(digits.length - from, 50_000)) + digits.slice(from);
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code > 127;

function genericKey(text: string): string {
  let key = '';
  let zeros = ''; // numbers 0 that count only when another number follows
  let at = leadingV(text);
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const from = at++;
    if (isDigit(code)) {
      while (isDigit(text.charCodeAt(at))) at++;
      const number = numberKey(text.slice(from, at));
      if (number.length === 2) {
        zeros += number;
        continue;
      }
      key += zeros + number;
    } else if (isLetter(code)) {
      while (isLetter(text.charCodeAt(at))) at++;
      key += wordKey(text, from, at);
    } else if (code === 126) {
      key += marks.tilde;
    } else if (code === 42) {
      key += marks.wildcard;
    } else {
      continue;
    }
    zeros = '';
  }
  return key + marks.end;
}

function leadingV(text: string): number {
  const code = text.charCodeAt(0);
  return (code === 118 || code === 86) && isDigit(text.charCodeAt(1)) ? 1 : 0;
}

function wordKey(text: string, from: number, to: number): string {
  const word = text.slice(from, to).toLowerCase();
  if (word === 'x' && isWholeComponent(text, from, to)) return marks.wildcard;
  const rank = preReleaseRank.get(word) ?? letterRank(word, text, from, to);
  if (rank !== undefined) return marks.preRelease + rank;
  return releaseWords.has(word) ? '' : `${marks.word}${synonyms.get(word) ?? word}${marks.tilde}`;
}

/** 'a1' and 'b2' right after a digit, and 'M1' as a component, are alpha, beta and milestone; a lone letter is not. */
function letterRank(word: string, text: string, from: number, to: number): string | undefined {
  if (word.length !== 1 || !isDigit(text.charCodeAt(to))) return undefined;
  if (word === 'm') return isLetter(text.charCodeAt(from - 1)) || isDigit(text.charCodeAt(from - 1)) ? undefined : '3';
  if (!isDigit(text.charCodeAt(from - 1))) return undefined;
  return word === 'a' ? '1' : word === 'b' ? '2' : undefined;
}

function isWholeComponent(text: string, from: number, to: number): boolean {
  return text.charCodeAt(from - 1) === 46 && (to === text.length || text.charCodeAt(to) === 46);
}
