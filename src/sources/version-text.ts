import type { VersionRange } from '../domain/record.ts';

/**
 * What people write into a version field instead of one version. Only forms that can mean one thing are read;
 * anything else stands for itself.
 */
const saysNothing = new Set([
  '',
  '-',
  'n/a',
  'na',
  'none',
  'null',
  'unspecified',
  'unknown',
  'not specified',
  'undefined',
]);
const saysAll = /^(?:\*|(?:all|any|every)(?: (?:known |released )?versions?)?)$/i;

const leadingWords =
  /^(?:all )?(?:firmware )?(?:versions?|ver\.?|v\.)\s{0,3}(?=[<>=\dvV]|before|prior|up to|earlier|older)/i;
const comparison = /\s*,?\s*(<=|>=|<|>|==?)\s*([^\s,<>=|]+)\s*/y;
const single = /^[^\s,;<>=]*\d[^\s,;<>=]*$/;
const upTo = /^(?:up to and including|up to|through)\s+(?:versions?\s+)?(\S+)$/i;
const before = /^(?:before|prior to|earlier than|lower than|older than)\s+(?:versions?\s+)?(\S+)$/i;
const andEarlier =
  /^(\S+)\s+(?:and|or)\s+(?:all\s+)?(?:earlier|prior|previous|below|before|older|lower)(?:\s+versions?)?$/i;
const fromTo = /^(\S+)\s+(?:to|through|-|–)\s+(?:versions?\s+)?(\S+)$/i;

/** Whether a version field says that nothing is known. */
export function isNoVersion(text: string): boolean {
  return saysNothing.has(text.toLowerCase());
}

/** Whether a version field means every version. */
export function isEveryVersion(text: string): boolean {
  return saysAll.test(text);
}

/**
 * The ranges that a version field describes in words or comparisons: ">= 1.0, < 2.0" (GitHub), "All versions < V1.2"
 * (Siemens), "5.6.37 and earlier" (Oracle), "before 3.1", "1.0 to 1.4". Null when it is none of these.
 */
export function rangesIn(text: string): readonly VersionRange[] | null {
  const plain = text.replace(leadingWords, '');
  if (/[<>=]/.test(plain)) return comparisonsIn(plain);
  return oneInWords(plain.trim());
}

function comparisonsIn(text: string): readonly VersionRange[] | null {
  const ranges: VersionRange[] = [];
  for (const alternative of text.split('||')) {
    const range = comparedRange(alternative);
    if (range === null) return null;
    ranges.push(range);
  }
  return ranges;
}

function comparedRange(text: string): VersionRange | null {
  const ends: { from?: string; fromExcluded?: true; to?: string; toExcluded?: true } = {};
  let at = 0;
  while (at < text.length) {
    comparison.lastIndex = at;
    const [whole, operator = '', version = ''] = comparison.exec(text) ?? [];
    if (whole === undefined || !/\d/.test(version)) return null;
    at += whole.length;
    if (operator !== '<' && operator !== '<=') {
      if (ends.from !== undefined) return null;
      ends.from = version;
      if (operator === '>') ends.fromExcluded = true;
    }
    if (operator !== '>' && operator !== '>=') {
      if (ends.to !== undefined) return null;
      ends.to = version;
      if (operator === '<') ends.toExcluded = true;
    }
  }
  return at === 0 ? null : rangeOf(ends.from, ends.fromExcluded, ends.to, ends.toExcluded);
}

function oneInWords(text: string): readonly VersionRange[] | null {
  const below = before.exec(text)?.[1];
  if (below !== undefined) return single.test(below) ? [rangeOf(undefined, undefined, below, true)] : null;
  const including = (upTo.exec(text) ?? andEarlier.exec(text))?.[1];
  if (including !== undefined) return single.test(including) ? [rangeOf(undefined, undefined, including)] : null;
  const [, from, to] = fromTo.exec(text) ?? [];
  if (from === undefined || to === undefined || !single.test(from) || !single.test(to)) return null;
  return [rangeOf(from, undefined, to)];
}

/** A range with its members always in the same order; one without ends needs no ordering of versions. */
export function rangeOf(
  from: string | undefined,
  fromExcluded: true | undefined,
  to: string | undefined,
  toExcluded?: true,
  type?: string,
  status?: 'unaffected' | 'unknown',
): VersionRange {
  return {
    ...(from !== undefined && { from }),
    ...(fromExcluded && { fromExcluded }),
    ...(to !== undefined && { to }),
    ...(toExcluded && { toExcluded }),
    ...(type !== undefined && (from !== undefined || to !== undefined) && { type }),
    ...(status && { status }),
  };
}
