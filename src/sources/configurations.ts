import { type Cpe, parseCpe } from '../domain/cpe.ts';
import { canonicalName } from '../domain/names.ts';
import type { Affected, VersionRange } from '../domain/record.ts';
import { isStorable } from '../domain/text.ts';
import { versionKey } from '../domain/version-key.ts';
import { sortedVersions } from '../domain/versions.ts';
import { type JsonObject, objectsOf, shortTextOf } from './guards.ts';
import type { Notes } from './notes.ts';

const maxPlatforms = 200;

/** One product in the making: its exact versions and its ranges, each once. */
interface Group {
  readonly cpe: Cpe;
  readonly platforms: readonly string[];
  readonly exact: Set<string>;
  readonly ranges: Map<string, VersionRange>;
}

/**
 * CPE configurations as products with versions, one for each part, vendor, product, target software and set of platforms.
 *
 * A match with `vulnerable: false` is what the vulnerable ones of its AND must run on, never affected itself. An exact
 * version is CPE's version and update with a blank between ("4.0 sp1"), either alone when the other is ANY or NA; NA for
 * both is "-". ANY without bounds is the range without ends.
 * @see https://nvd.nist.gov/developers/vulnerabilities (configurations, cpeMatch)
 */
export function affectedOf(configurations: readonly JsonObject[], notes: Notes): readonly Affected[] {
  const groups = new Groups();
  for (const configuration of configurations) {
    const nodes = objectsOf(configuration.nodes, 'configurations.nodes', notes);
    if (configuration.operator === 'AND') addScope(nodes, groups, notes);
    else for (const node of nodes) addScope([node], groups, notes);
  }
  return groups.list();
}

/** Nodes whose matches must be true together. */
function addScope(nodes: readonly JsonObject[], groups: Groups, notes: Notes): void {
  const platforms = new Set<string>();
  const vulnerable: JsonObject[] = [];
  for (const node of nodes) {
    if (node.negate === true) {
      notes.add('left out configurations.nodes: what is negated is no affected product');
      continue;
    }
    for (const match of objectsOf(node.cpeMatch, 'configurations.nodes.cpeMatch', notes)) {
      if (match.vulnerable === false) addPlatform(match, platforms, notes);
      else vulnerable.push(match);
    }
  }
  if (platforms.size > maxPlatforms)
    notes.add(`kept ${maxPlatforms} of ${platforms.size} platforms of a configuration`);
  groups.scope(platforms.size === 0 ? [] : [...platforms].slice(0, maxPlatforms));
  for (const match of vulnerable) groups.add(match, notes);
}

function addPlatform(match: JsonObject, platforms: Set<string>, notes: Notes): void {
  const cpe = cpeOf(match, notes);
  if (cpe) platforms.add(`${canonicalName(cpe.vendor)}:${canonicalName(cpe.product)}`);
}

function cpeOf(match: JsonObject, notes: Notes): Cpe | null {
  const criteria = match.criteria;
  if (typeof criteria === 'string' && isStorable(criteria)) {
    const cpe = parseCpe(criteria);
    if (cpe) return cpe;
  }
  notes.dropped('configurations.nodes.cpeMatch.criteria', criteria, 'is not a CPE name');
  return null;
}

class Groups {
  readonly #groups = new Map<string, Group>();
  #platforms: readonly string[] = [];
  #scopeKey = '';
  #last: Run | null = null;

  /** What the matches that follow must run on. */
  scope(platforms: readonly string[]): void {
    this.#last = null;
    this.#platforms = platforms;
    this.#scopeKey = platforms.join(' ');
  }

  add(match: JsonObject, notes: Notes): void {
    const last = this.#last;
    const again = last && sameProduct(last, match.criteria);
    if (again) {
      addVersion(last.group, match, again.version, again.update, notes);
      return;
    }
    const cpe = cpeOf(match, notes);
    if (!cpe) return;
    const group = this.#groupOf(cpe);
    this.#last = runOf(String(match.criteria), cpe, group);
    addVersion(group, match, cpe.version, cpe.update, notes);
  }

  #groupOf(cpe: Cpe): Group {
    const key = `${cpe.part}:${cpe.vendor}:${cpe.product}:${cpe.targetSw}:${this.#scopeKey}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = { cpe, platforms: this.#platforms, exact: new Set(), ranges: new Map() };
      this.#groups.set(key, group);
    }
    return group;
  }

  list(): readonly Affected[] {
    const list: Affected[] = [];
    for (const group of this.#groups.values()) list.push(affectedProduct(group));
    return list;
  }
}

/** A run of CPE names that differ only in version and update: what stands before and after these. */
interface Run {
  readonly head: string;
  readonly tail: string;
  readonly group: Group;
}

function runOf(criteria: string, cpe: Cpe, group: Group): Run | null {
  const head = `cpe:2.3:${cpe.part}:${cpe.vendor}:${cpe.product}:`;
  const start = `${head}${cpe.version}:${cpe.update}`;
  if (!criteria.startsWith(`${start}:`) || criteria.includes('\\')) return null;
  return { head, tail: criteria.slice(start.length), group };
}

/** Version and update of a name of the run, without parsing it whole: NVD lists a product's versions in long runs. */
function sameProduct(run: Run, criteria: unknown): { readonly version: string; readonly update: string } | null {
  if (typeof criteria !== 'string' || !criteria.startsWith(run.head) || !criteria.endsWith(run.tail)) return null;
  const end = criteria.length - run.tail.length;
  const colon = criteria.indexOf(':', run.head.length);
  const isPlain = colon > run.head.length && colon < end - 1 && criteria.indexOf(':', colon + 1) === end;
  if (!isPlain || criteria.indexOf('\\') >= 0 || !isStorable(criteria)) return null;
  return { version: criteria.slice(run.head.length, colon), update: criteria.slice(colon + 1, end) };
}

function addVersion(group: Group, match: JsonObject, cpeVersion: string, cpeUpdate: string, notes: Notes): void {
  const update = isLogical(cpeUpdate) ? '' : cpeUpdate;
  if (cpeVersion !== '*') {
    const version = cpeVersion === '-' ? '' : cpeVersion;
    group.exact.add(version && update ? `${version} ${update}` : version || update || '-');
    return;
  }
  const range = rangeOf(match, update, notes);
  if (update && range.from === undefined && range.to === undefined) group.exact.add(update);
  else group.ranges.set(`${range.from}|${range.fromExcluded}|${range.to}|${range.toExcluded}`, range);
}

const isLogical = (value: string): boolean => value === '*' || value === '-';

function rangeOf(match: JsonObject, update: string, notes: Notes): VersionRange {
  const fromIncluding = boundOf(match, 'versionStartIncluding', notes);
  const from = fromIncluding ?? boundOf(match, 'versionStartExcluding', notes);
  const toIncluding = boundOf(match, 'versionEndIncluding', notes);
  const to = toIncluding ?? boundOf(match, 'versionEndExcluding', notes);
  return {
    ...(from !== null && { from }),
    ...(from !== null && fromIncluding === null && { fromExcluded: true }),
    ...(to !== null && { to: toIncluding !== null && update ? `${to} ${update}` : to }),
    ...(to !== null && toIncluding === null && { toExcluded: true }),
  };
}

function boundOf(match: JsonObject, name: string, notes: Notes): string | null {
  const value = match[name];
  return value === undefined ? null : shortTextOf(value, name, notes);
}

function affectedProduct({ cpe, platforms, exact, ranges }: Group): Affected {
  return {
    vendor: canonicalName(cpe.vendor),
    product: canonicalName(cpe.product),
    ...(cpe.part !== null && { part: cpe.part }),
    ...(!isLogical(cpe.targetSw) && { target: cpe.targetSw }),
    versions: [...(exact.size > 1 ? sortedVersions(exact) : exact), ...sortedRanges(ranges)],
    ...(platforms.length > 0 && { platforms }),
  };
}

/** Ranges by their lower end, then by their upper end; the absent end is the lowest, or the highest. */
function sortedRanges(ranges: ReadonlyMap<string, VersionRange>): Iterable<VersionRange> {
  if (ranges.size < 2) return ranges.values();
  const keyed = Array.from(ranges, ([text, range]) => ({
    range,
    key: `${range.from === undefined ? '' : versionKey(range.from)} ${range.to === undefined ? '~' : versionKey(range.to)} ${text}`,
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ range }) => range);
}
