import { plainText } from '../domain/plain-text.ts';
import type { Reference } from '../domain/record.ts';
import { flagOf, isObject, type JsonObject, listOf, objectsOf, textOf, urlOf } from './guards.ts';
import { type Notes, Rejection } from './notes.ts';
import { References } from './references.ts';

/**
 * Reading STIX 2.0 and 2.1 objects, as far as MITRE's catalogues use them.
 * @see https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html
 */
export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly object: JsonObject;
}

const stixType = /^[a-z0-9][a-z0-9-]{1,248}$/;
const stixId = /^[a-z0-9][a-z0-9-]{1,248}--[0-9a-f-]{36}$/i;

/** The STIX object in `value`. @throws Rejection when it is none */
export function stixObject(value: unknown): StixObject {
  if (!isObject(value) || typeof value.type !== 'string' || !stixType.test(value.type))
    throw new Rejection('it is not a STIX object');
  const id = stixRef(value.id);
  if (id === null || !id.startsWith(`${value.type}--`))
    throw new Rejection(`its id is not that of a STIX ${value.type}`);
  return { type: value.type, id, object: value };
}

/** A reference to another object, or null. */
export function stixRef(value: unknown): string | null {
  return typeof value === 'string' && stixId.test(value) ? value : null;
}

/** The references in a list; what is none is left out. */
export function stixRefs(value: unknown, field: string, notes: Notes): readonly string[] {
  return listOf(value, field, notes).flatMap((item) => stixRef(item) ?? []);
}

/** A text in Markdown or XHTML as plain text. */
export function plainTextOf(value: unknown, field: string, notes: Notes): string | null {
  const text = textOf(value, field, notes);
  return text === null ? null : plainText(text) || null;
}

/** The object's id in one of these catalogues, its page there, and its other references. */
export function externalReferences(
  { object }: StixObject,
  catalogues: readonly string[],
  notes: Notes,
): { readonly id: string | null; readonly url: string | null; readonly references: readonly Reference[] } {
  const all = objectsOf(object.external_references, 'external_references', notes);
  const own = all.find((r) => typeof r.external_id === 'string' && catalogues.includes(String(r.source_name)));
  const references = new References();
  for (const r of all) {
    if (r === own || r.url === undefined) continue;
    const url = urlOf(r.url, 'external_references.url', notes);
    if (url !== null)
      references.add(url, [], plainTextOf(r.description ?? r.source_name, 'external_references', notes));
  }
  return {
    id: own ? textOf(own.external_id, 'external_id', notes) : null,
    url: own ? urlOf(own.url, 'external_references.url', notes) : null,
    references: references.list(),
  };
}

/** Whether it does not hold any more: revoked, or deprecated by the catalogue. */
export function isDead(object: JsonObject, notes: Notes): boolean {
  return isRevoked(object, notes) || flagOf(object.x_mitre_deprecated, 'x_mitre_deprecated', notes) === true;
}

export function isRevoked(object: JsonObject, notes: Notes): boolean {
  return flagOf(object.revoked, 'revoked', notes) === true;
}
