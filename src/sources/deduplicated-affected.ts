import { parseCpe } from '../domain/cpe.ts';
import { canonicalName } from '../domain/names.ts';
import type { Affected, VersionRange } from '../domain/record.ts';
import { isObject, type JsonObject, listOf, shortTextOf, textsOf } from './guards.ts';
import type { Notes } from './notes.ts';
import { isEveryVersion, isNoVersion, rangesIn } from './version-text.ts';

interface Group {
  readonly vendor: string;
  readonly product: string;
  readonly versions: Map<string, string | VersionRange>;
}

/**
 * `affected_products` (texts or objects), completed by `vendors` and `products`. With one vendor the products are its
 * own; which of several vendors a product belongs to is not said, so these stay apart.
 */
export function affectedProducts(record: JsonObject, notes: Notes): readonly Affected[] {
  const vendors = namesOf(record.vendors ?? record.vendor, 'vendors', notes);
  const products = namesOf(record.products ?? record.product, 'products', notes);
  const onlyVendor = vendors.length === 1 ? (vendors[0] ?? '') : '';
  const groups = new Groups();
  for (const item of listOf(listed(record.affected_products), 'affected_products', notes)) {
    addItem(groups, item, onlyVendor, notes);
  }
  for (const product of products) if (!groups.hasProduct(product)) groups.add(onlyVendor, product);
  for (const vendor of vendors) if (!groups.hasVendor(vendor)) groups.add(vendor, '');
  return groups.list();
}

function listed(value: unknown): unknown {
  return typeof value === 'string' || isObject(value) ? [value] : value;
}

function namesOf(value: unknown, field: string, notes: Notes): readonly string[] {
  const names = textsOf(listed(value), field, notes).map(canonicalName);
  return [...new Set(names)].filter((name) => name !== '');
}

function addItem(groups: Groups, item: unknown, onlyVendor: string, notes: Notes): void {
  if (!isObject(item)) {
    const text = shortTextOf(item, 'affected_products', notes);
    if (text !== null && !addCpe(groups, text)) addText(groups, text, onlyVendor);
    return;
  }
  const cpe = shortTextOf(item.cpe ?? item.cpe23 ?? item.criteria, 'affected_products.cpe', notes);
  const vendor = canonicalName(shortTextOf(item.vendor, 'affected_products.vendor', notes) ?? onlyVendor);
  const product = canonicalName(shortTextOf(item.product ?? item.name, 'affected_products.product', notes) ?? '');
  if (cpe !== null && product === '' && addCpe(groups, cpe)) return;
  if (cpe !== null && parseCpe(cpe) === null) notes.dropped('affected_products.cpe', cpe, 'is not a CPE name');
  if (vendor || product) groups.add(vendor, product, versionsOf(item, notes));
}

function addCpe(groups: Groups, text: string): boolean {
  const cpe = parseCpe(text);
  if (!cpe) return false;
  const version = cpe.update === '*' || cpe.update === '-' ? cpe.version : `${cpe.version} ${cpe.update}`;
  groups.add(canonicalName(cpe.vendor), canonicalName(cpe.product), versionsIn(version));
  return true;
}

/** "vendor:product" or "vendor:product:version"; without a colon it is a product. */
function addText(groups: Groups, text: string, onlyVendor: string): void {
  const [first = '', second, ...rest] = text.split(':');
  if (second === undefined) groups.add(onlyVendor, canonicalName(text));
  else groups.add(canonicalName(first), canonicalName(second), versionsIn(rest.join(':').trim()));
}

/** Texts ("1.0.1g", "< 2.3.1"), or objects with the ends of a range. */
function versionsOf(item: JsonObject, notes: Notes): readonly (string | VersionRange)[] {
  const stated = listOf(listed(item.versions ?? item.version), 'affected_products.versions', notes);
  const texts = textsOf(
    stated.filter((v) => !isObject(v)),
    'affected_products.versions',
    notes,
  );
  return [...texts.flatMap(versionsIn), ...stated.filter(isObject).map((range) => rangeOf(range, notes))];
}

/** `{"from": "2.0", "to": "2.14.1"}`, each end included unless `from_excluded` or `to_excluded` is true. */
function rangeOf(range: JsonObject, notes: Notes): VersionRange {
  const from = shortTextOf(range.from, 'affected_products.versions.from', notes);
  const to = shortTextOf(range.to, 'affected_products.versions.to', notes);
  return {
    ...(from !== null && { from }),
    ...(from !== null && range.from_excluded === true && { fromExcluded: true as const }),
    ...(to !== null && { to }),
    ...(to !== null && range.to_excluded === true && { toExcluded: true as const }),
  };
}

function versionsIn(text: string): readonly (string | VersionRange)[] {
  if (isNoVersion(text)) return [];
  return isEveryVersion(text) ? [{}] : (rangesIn(text) ?? [text]);
}

class Groups {
  readonly #groups = new Map<string, Group>();
  readonly #vendors = new Set<string>();
  readonly #products = new Set<string>();

  add(vendor: string, product: string, versions: readonly (string | VersionRange)[] = []): void {
    if (!vendor && !product) return;
    const key = `${vendor}\n${product}`;
    const group = this.#groups.get(key) ?? { vendor, product, versions: new Map() };
    this.#groups.set(key, group);
    this.#vendors.add(vendor);
    this.#products.add(product);
    for (const version of versions) {
      group.versions.set(typeof version === 'string' ? version : JSON.stringify(version), version);
    }
  }

  hasVendor(vendor: string): boolean {
    return this.#vendors.has(vendor);
  }

  hasProduct(product: string): boolean {
    return this.#products.has(product);
  }

  list(): readonly Affected[] {
    return Array.from(this.#groups.values(), ({ vendor, product, versions }) => ({
      vendor,
      product,
      versions: [...versions.values()],
    }));
  }
}
