import { canonicalName } from '../domain/names.ts';
import type { Affected, VersionRange } from '../domain/record.ts';
import { compareVersions } from '../domain/versions.ts';
import { type JsonObject, objectsOf, shortTextOf, textOf, textsOf } from './guards.ts';
import type { Notes } from './notes.ts';
import { isEveryVersion, isNoVersion, rangeOf, rangesIn } from './version-text.ts';

type Status = NonNullable<Affected['defaultStatus']>;

/**
 * The products of a CVE Record's container, each in the source's order with its versions in theirs: the first version
 * entry that holds a version decides. An entry that names no product at all ("n/a") is none.
 * @see https://github.com/CVEProject/cve-schema/blob/main/schema/docs/versions.md
 */
export function affectedProducts(container: JsonObject, notes: Notes): readonly Affected[] {
  const products = new Map<string, Affected>();
  for (const product of objectsOf(container.affected, 'affected', notes)) {
    const affected = affectedProduct(product, notes);
    if (affected.vendor || affected.product || affected.package || affected.repo || affected.cpes) {
      products.set(JSON.stringify(affected), affected);
    }
  }
  return [...products.values()];
}

function affectedProduct(product: JsonObject, notes: Notes): Affected {
  const defaultStatus = statusOf(product.defaultStatus);
  const platforms = textsOf(product.platforms, 'affected.platforms', notes).filter((name) => !isNoVersion(name));
  const packageName = shortTextOf(product.packageName, 'affected.packageName', notes);
  const collection = addressOf(product.collectionURL, 'affected.collectionURL', notes);
  const repo = addressOf(product.repo, 'affected.repo', notes);
  const cpes = textsOf(product.cpes, 'affected.cpes', notes);
  return {
    vendor: canonicalName(textOf(product.vendor, 'affected.vendor', notes) ?? ''),
    product: canonicalName(textOf(product.product, 'affected.product', notes) ?? ''),
    versions: versionsOf(product, notes),
    ...(defaultStatus && { defaultStatus }),
    ...(platforms.length > 0 && { platforms }),
    ...(packageName !== null && { package: packageName }),
    ...(collection !== null && { collection }),
    ...(repo !== null && { repo }),
    ...(cpes.length > 0 && { cpes }),
  };
}

function statusOf(value: unknown): Status | null {
  return value === 'affected' || value === 'unaffected' || value === 'unknown' ? value : null;
}

const address = /^(?:https?|ftps?|git|ssh|svn|hg)(?:\+\w+)?:\/\/\S+$/i;

/** Where packages or sources lie: a URL of the web or of a version control system. */
function addressOf(value: unknown, field: string, notes: Notes): string | null {
  const text = shortTextOf(value, field, notes);
  if (text === null || isNoVersion(text)) return null;
  if (address.test(text)) return text;
  notes.dropped(field, text, 'is not an address');
  return null;
}

function versionsOf(product: JsonObject, notes: Notes): Affected['versions'] {
  const versions = new Map<string, string | VersionRange>();
  for (const entry of objectsOf(product.versions, 'affected.versions', notes)) {
    for (const version of versionsOfEntry(entry, notes)) {
      versions.set(typeof version === 'string' ? version : JSON.stringify(version), version);
    }
  }
  return [...versions.values()];
}

function versionsOfEntry(entry: JsonObject, notes: Notes): readonly (string | VersionRange)[] {
  const status = statusOf(entry.status) ?? 'unknown';
  const type = shortTextOf(entry.versionType, 'affected.versions.versionType', notes) ?? undefined;
  const version = shortTextOf(entry.version, 'affected.versions.version', notes) ?? '';
  const lessThan = shortTextOf(entry.lessThan, 'affected.versions.lessThan', notes);
  const lessThanOrEqual = shortTextOf(entry.lessThanOrEqual, 'affected.versions.lessThanOrEqual', notes);
  const to = lessThan ?? lessThanOrEqual;
  if (to === null && entry.changes === undefined) return plainVersion(version, status, type);
  const range = rangeOf(
    lowerEnd(version),
    undefined,
    upperEnd(to),
    lessThan !== null && upperEnd(to) !== undefined ? true : undefined,
    type,
  );
  return splitByChanges(range, status, objectsOf(entry.changes, 'affected.versions.changes', notes), notes);
}

/** An entry with nothing but a version: exactly that one, or what its words say. */
function plainVersion(version: string, status: Status, type: string | undefined): readonly (string | VersionRange)[] {
  if (isNoVersion(version)) return [];
  const ranges = isEveryVersion(version) ? [{}] : rangesIn(version);
  if (ranges) {
    return ranges.map(({ from, fromExcluded, to, toExcluded }) =>
      simplest(rangeOf(from, fromExcluded, to, toExcluded, type), status),
    );
  }
  return status === 'affected'
    ? [version]
    : [withStatus(rangeOf(version, undefined, version, undefined, type), status)];
}

/** A comparison such as "= 1.2.3" that leaves one version means that version. */
function simplest(range: VersionRange, status: Status): string | VersionRange {
  const isOne = range.from !== undefined && range.from === range.to && status === 'affected';
  return isOne ? range.from : withStatus(range, status);
}

function withStatus(range: VersionRange, status: Status): VersionRange {
  return status === 'affected' ? range : { ...range, status };
}

/** "0" is the format's word for the first version; "n/a" and "*" do not name one either. */
function lowerEnd(version: string): string | undefined {
  const plain = version.replace(/^>?=\s*/, '');
  return plain === '0' || isNoVersion(plain) || isEveryVersion(plain) ? undefined : plain;
}

/** "*" is the format's word for no upper end. */
function upperEnd(version: string | null): string | undefined {
  const plain = version?.replace(/^<?=\s*|^<\s*/, '') ?? '';
  return isNoVersion(plain) || isEveryVersion(plain) ? undefined : plain;
}

/** The parts of a range whose status changes within it: from each change on, its status. */
function splitByChanges(
  range: VersionRange,
  status: Status,
  changes: readonly JsonObject[],
  notes: Notes,
): readonly VersionRange[] {
  const parts: VersionRange[] = [];
  let { from } = range;
  let current = status;
  for (const change of changes) {
    const at = shortTextOf(change.at, 'affected.versions.changes.at', notes);
    const next = statusOf(change.status);
    if (at === null || isNoVersion(at) || next === null || isBeyond(range, at)) continue;
    if (at !== from) parts.push(withStatus(rangeOf(from, undefined, at, true, range.type), current));
    from = at;
    current = next;
  }
  parts.push(withStatus(rangeOf(from, undefined, range.to, range.toExcluded, range.type), current));
  return parts;
}

/** Whether a change comes only after the range; commits cannot be compared. */
function isBeyond(range: VersionRange, at: string): boolean {
  if (range.to === undefined) return false;
  if (range.type === 'git') return at === range.to && range.toExcluded === true;
  const order = compareVersions(at, range.to, range.type);
  return order > 0 || (order === 0 && range.toExcluded === true);
}
