import { canonicalName } from '../domain/names.ts';
import type { Affected, VersionRange } from '../domain/record.ts';
import { isObject, type JsonObject, objectOf, objectsOf, shortTextOf } from './guards.ts';
import type { Notes } from './notes.ts';
import { isEveryVersion, isNoVersion, rangeOf, rangesIn } from './version-text.ts';

type Version = string | VersionRange;

/** The products of an EUVD item, each once with its versions in the source's order; its vendors when it names no product. */
export function euvdAffected(item: JsonObject, notes: Notes): readonly Affected[] {
  const vendors = vendorsOf(item, notes);
  const only = vendors.length === 1 ? (vendors[0] ?? '') : '';
  const products = new Map<string, { vendor: string; product: string; versions: Map<string, Version> }>();
  for (const entry of objectsOf(item.enisaIdProduct, 'enisaIdProduct', notes)) {
    const named = objectOf(entry.product, 'enisaIdProduct.product', notes);
    const product = canonicalName(shortTextOf(named?.name, 'enisaIdProduct.product.name', notes) ?? '');
    const vendor = vendorOf(named?.vendor, 'enisaIdProduct.product.vendor', notes) || only;
    if (!product && !vendor) continue;
    const key = JSON.stringify([vendor, product]);
    const known = products.get(key) ?? { vendor, product, versions: new Map<string, Version>() };
    products.set(key, known);
    const text = shortTextOf(entry.product_version, 'enisaIdProduct.product_version', notes) ?? '';
    for (const version of versionsIn(text)) known.versions.set(JSON.stringify(version), version);
  }
  if (products.size === 0) return vendors.map((vendor) => ({ vendor, product: '', versions: [] }));
  return Array.from(products.values(), ({ vendor, product, versions }) => ({
    vendor,
    product,
    versions: [...versions.values()],
  }));
}

function vendorsOf(item: JsonObject, notes: Notes): readonly string[] {
  const vendors = objectsOf(item.enisaIdVendor, 'enisaIdVendor', notes).map((entry) =>
    vendorOf(entry.vendor, 'enisaIdVendor.vendor', notes),
  );
  return [...new Set(vendors.filter((vendor) => vendor !== ''))];
}

function vendorOf(vendor: unknown, field: string, notes: Notes): string {
  return isObject(vendor) ? canonicalName(shortTextOf(vendor.name, `${field}.name`, notes) ?? '') : '';
}

const bounded = /^([^<≤]*?),?\s*(<=|<|≤)\s*([^<≤,=]+)$/;
const patch = /^patch:\s*(\S+)$/i;

/**
 * What EUVD writes into `product_version`: "1.2.3", "0 <5.1.12", "4.34.0 ≤4.34", "1.74.2, < 1.83.7", "unspecified <18.6";
 * "patch: 5.10.254" is a version that is not affected. An upper end without a digit ("<https://aka.ms/…") says nothing.
 */
function versionsIn(text: string): readonly Version[] {
  if (isNoVersion(text)) return [];
  if (isEveryVersion(text)) return [{}];
  const fixed = patch.exec(text)?.[1];
  if (fixed !== undefined) {
    return fixed === '0' ? [] : [rangeOf(fixed, undefined, fixed, undefined, undefined, 'unaffected')];
  }
  const [, lower = '', operator, upper = ''] = bounded.exec(text) ?? [];
  if (operator !== undefined) {
    const to = /\d/.test(upper) ? upper.trim() : undefined;
    return [rangeOf(lowerEnd(lower.trim()), undefined, to, to !== undefined && operator === '<' ? true : undefined)];
  }
  return (
    rangesIn(text)?.map((range) => (range.from !== undefined && range.from === range.to ? range.from : range)) ?? [text]
  );
}

/** "0" is the first version; the other words name none. */
function lowerEnd(text: string): string | undefined {
  const plain = text.replace(/^>?=\s*/, '');
  return plain === '0' || isNoVersion(plain) || isEveryVersion(plain) ? undefined : plain;
}
