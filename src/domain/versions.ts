import type { Affected, VersionRange } from './record.ts';
import { versionKey } from './version-key.ts';

/** Orders two versions of the usual kinds; 0 when they are the same version ('1.0', 'v1.0.0'). See version-key.ts. */
export function compareVersions(a: string, b: string, type?: string): number {
  if (a === b) return 0;
  const keyA = versionKey(a, type);
  const keyB = versionKey(b, type);
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}

/** Plain versions in the order of versions, each once; spellings of one version in the order of code units. */
export function sortedVersions(versions: Iterable<string>): string[] {
  const keyed = Array.from(versions, (version) => ({ version, key: rememberedKey(version) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.version < b.version ? -1 : 1));
  return keyed.map(({ version }) => version);
}

const maxRemembered = 30_000;
const remembered = new Map<string, string>();

/** Feeds name the same few versions again and again; their keys are worth keeping. */
function rememberedKey(version: string): string {
  let key = remembered.get(version);
  if (key === undefined) {
    key = versionKey(version);
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(version, key);
  }
  return key;
}

/** Why a version is affected or is not. */
export type VersionMatch =
  | { readonly kind: 'version'; readonly version: string } // listed by itself
  | { readonly kind: 'range'; readonly range: VersionRange }
  | { readonly kind: 'all' } // a product whose versions are not told apart
  | { readonly kind: 'default' } // the source's word for versions it does not list
  | { readonly kind: 'unlisted' }; // the source lists versions, not this one, and says nothing of others

export interface Verdict {
  readonly affected: boolean;
  readonly because: VersionMatch;
}

/**
 * Whether a version of a product is affected, by what one source says; null when the source does not say, or says it in
 * versions that have no order (commits, words).
 *
 * The order of decision is that of the CVE Record Format: a version listed by itself, then the first range that holds
 * it, then `defaultStatus`. A CPE configuration has no default: what matches none of its CPEs is not affected.
 * CPE's NA ('-') alone means a product whose versions are not told apart, and so any version.
 *
 * @see https://github.com/CVEProject/cve-schema/blob/main/schema/docs/versions.md (Version Status Decision Algorithm)
 * @see https://csrc.nist.gov/pubs/ir/7696/final (CPE name matching)
 */
export function affects(affected: Affected, version: string): Verdict | null {
  const wanted = version.trim();
  const exact = exactMatch(affected, wanted);
  if (exact) return exact;

  let undecided = false;
  for (const range of affected.versions) {
    if (typeof range === 'string') continue;
    const within = isWithin(range, wanted);
    if (within === null) undecided = true;
    else if (within) return rangeVerdict(range);
  }
  if (undecided || affected.defaultStatus === 'unknown') return null;
  if (affected.defaultStatus) return { affected: affected.defaultStatus === 'affected', because: { kind: 'default' } };
  return affected.versions.length > 0 ? { affected: false, because: { kind: 'unlisted' } } : null;
}

function exactMatch(affected: Affected, wanted: string): Verdict | null {
  for (const version of affected.versions) {
    if (typeof version !== 'string') {
      const isExact = version.from !== undefined && version.from === version.to;
      if (isExact && isWithin(version, wanted)) return rangeVerdict(version);
    } else if (version === '-') {
      if (affected.versions.length === 1) return { affected: true, because: { kind: 'all' } };
    } else if (isSame(version, wanted) || fitsWildcard(version, wanted)) {
      return { affected: true, because: { kind: 'version', version } };
    }
  }
  return null;
}

function rangeVerdict(range: VersionRange): Verdict | null {
  if (range.status === 'unknown') return null;
  const everything = range.from === undefined && range.to === undefined;
  return { affected: range.status === undefined, because: everything ? { kind: 'all' } : { kind: 'range', range } };
}

/** Whether two texts mean one version; case does not matter. Without a digit only the words themselves can be equal. */
function isSame(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  return hasOrder(a) && hasOrder(b) && compareVersions(a, b) === 0;
}

/** '2.7.x', '2.7.*' and '5*' stand for every version that starts so. */
function fitsWildcard(pattern: string, wanted: string): boolean {
  const open = /^(.*\d)(\.[xX*]+|\*)$/.exec(pattern);
  if (!open) return false;
  const [, start = '', end = ''] = open;
  if (!wanted.startsWith(start)) return false;
  return end === '*' || wanted.length === start.length || !/\d/.test(wanted.charAt(start.length));
}

/** Whether a version lies in a range; null when that cannot be told. */
export function isWithin(range: VersionRange, version: string): boolean | null {
  if (range.from === undefined && range.to === undefined) return true;
  if (range.type === 'git') return isWithinCommits(range, version);
  const below =
    range.from === undefined ? false : isOutside(version, lowest(range.from), range.fromExcluded, range.type);
  const above = range.to === undefined ? false : isOutside(range.to, version, range.toExcluded, range.type);
  if (below === true || above === true) return false;
  return below === null || above === null ? null : true;
}

/** Whether `later`, which should follow `earlier`, does not; null when the two cannot be compared. */
function isOutside(later: string, earlier: string, excluded: true | undefined, type?: string): boolean | null {
  if (!hasOrder(later) || !hasOrder(earlier) || startsWithWord(later) !== startsWithWord(earlier)) return null;
  const order = compareVersions(later, earlier, type);
  return order < 0 || (order === 0 && excluded === true);
}

/** '5.x' as a lower end is where 5 starts. */
function lowest(version: string): string {
  return version.replace(/(?:\.[xX*]+)+$|\*$/, '') || version;
}

function hasOrder(version: string): boolean {
  return /\d/.test(version);
}

/** 'Android 12' and 'CezannePI 1.0.0.8' are no numbers to compare '12' with. */
function startsWithWord(version: string): boolean {
  return /^(?!v\d)\p{L}/iu.test(version);
}

/** Commits have no order of their own: only a range's ends can be told. Their names may be abbreviated. */
function isWithinCommits(range: VersionRange, commit: string): boolean | null {
  if (range.from !== undefined && isSameCommit(commit, range.from)) return range.fromExcluded !== true;
  if (range.to !== undefined && isSameCommit(commit, range.to)) return range.toExcluded !== true;
  return null;
}

function isSameCommit(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  return a === b || (length >= 7 && a.slice(0, length).toLowerCase() === b.slice(0, length).toLowerCase());
}
