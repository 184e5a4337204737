import { cveId } from '../domain/cve-id.ts';
import type { CveId } from '../domain/record.ts';
import { cleanText, isStorable } from '../domain/text.ts';
import { day, utc } from '../domain/time.ts';
import { excerpt, type Notes, Rejection } from './notes.ts';

/**
 * Reading untrusted JSON, one field at a time. A field that is absent or null is null (or an empty list) in silence;
 * one that cannot be used is left out with a note. Nothing here throws but `requiredCveId`.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

const nothing: readonly never[] = [];
const maxUrlLength = 4_096;
const usableUrl = /^(?:https?|ftps?):\/\/[^\s/?#\p{Cc}][^\s\p{Cc}]*$/iu;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** The list at `value`, whatever its items are. */
export function listOf(value: unknown, field: string, notes: Notes): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isAbsent(value)) notes.dropped(field, value, 'is not a list');
  return nothing;
}

/** The objects in the list at `value`. */
export function objectsOf(value: unknown, field: string, notes: Notes): readonly JsonObject[] {
  const list = listOf(value, field, notes);
  if (list.every(isObject)) return list;
  return list.filter((item): item is JsonObject => {
    if (isObject(item)) return true;
    notes.dropped(field, item, 'is not an object');
    return false;
  });
}

export function objectOf(value: unknown, field: string, notes: Notes): JsonObject | null {
  if (isObject(value)) return value;
  if (!isAbsent(value)) notes.dropped(field, value, 'is not an object');
  return null;
}

/** The text at `value` as PostgreSQL can store it, without blanks around it; null when nothing is left. */
export function textOf(value: unknown, field: string, notes: Notes): string | null {
  if (typeof value === 'string') return isStorable(value) ? value.trim() || null : repaired(value, field, notes);
  if (!isAbsent(value)) notes.dropped(field, value, 'is not text');
  return null;
}

function repaired(value: string, field: string, notes: Notes): string | null {
  const { text, replaced } = cleanText(value);
  notes.add(`replaced ${replaced} ${replaced === 1 ? 'character' : 'characters'} PostgreSQL cannot store in ${field}`);
  return text || null;
}

/** The text at `value`, unless it is longer than the field can be. */
export function shortTextOf(value: unknown, field: string, notes: Notes, maxLength = 1_024): string | null {
  const text = textOf(value, field, notes);
  if (text === null || text.length <= maxLength) return text;
  notes.dropped(field, text, `is longer than ${maxLength} characters`);
  return null;
}

/** The texts in the list at `value`, without repetition. */
export function textsOf(value: unknown, field: string, notes: Notes): readonly string[] {
  const texts = new Set<string>();
  for (const item of listOf(value, field, notes)) {
    const text = shortTextOf(item, field, notes);
    if (text !== null) texts.add(text);
  }
  return [...texts];
}

/** The yes or no at `value`, which may be written as text or as 1 and 0. */
export function flagOf(value: unknown, field: string, notes: Notes): boolean | null {
  if (typeof value === 'boolean') return value;
  if (isAbsent(value) || value === '') return null;
  const word = String(typeof value === 'object' ? '' : value)
    .trim()
    .toLowerCase();
  if (word === 'true' || word === '1' || word === 'yes') return true;
  if (word === 'false' || word === '0' || word === 'no') return false;
  notes.dropped(field, value, 'is neither yes nor no');
  return null;
}

/** The moment at `value`, ISO 8601 UTC. */
export function momentOf(value: unknown, field: string, notes: Notes): string | null {
  return dateOf(value, field, notes, utc);
}

/** The day at `value`, YYYY-MM-DD. */
export function dayOf(value: unknown, field: string, notes: Notes): string | null {
  return dateOf(value, field, notes, day);
}

function dateOf(value: unknown, field: string, notes: Notes, read: (text: string) => string | null): string | null {
  if (isAbsent(value) || value === '') return null;
  const date = typeof value === 'string' ? read(value) : null;
  if (date === null) notes.dropped(field, value, 'is not a usable date');
  return date;
}

/** The number at `value`; some feeds write numbers as text. */
export function numberOf(value: unknown, field: string, notes: Notes): number | null {
  if (typeof value === 'number') return value;
  if (isAbsent(value) || value === '') return null;
  if (typeof value === 'string' && /^\s*[+-]?\d{1,15}(?:\.\d{1,15})?\s*$/.test(value)) return Number(value);
  notes.dropped(field, value, 'is not a number');
  return null;
}

/** The CVE id at `value`. @throws Rejection naming the value when it is none */
export function requiredCveId(value: unknown): CveId {
  const id = typeof value === 'string' ? cveId(value) : null;
  if (id === null) throw new Rejection(isAbsent(value) ? 'it has no CVE id' : `${excerpt(value)} is not a CVE id`);
  return id;
}

/** The URL at `value`: http, https or ftp. */
export function urlOf(value: unknown, field: string, notes: Notes): string | null {
  const url = textOf(value, field, notes);
  if (url === null) return null;
  if (url.length <= maxUrlLength && usableUrl.test(url)) return url;
  notes.dropped(field, url, 'is not a URL of the web');
  return null;
}

/** A word of a source's vocabulary as we write it: "Vendor Advisory" (NVD) and "vendor-advisory" (CVE) are one tag. */
export function tagOf(value: unknown, field: string, notes: Notes): string | null {
  const text = shortTextOf(value, field, notes, 100);
  if (text === null) return null;
  const lower = text.toLowerCase();
  return lower.indexOf(' ') < 0 && !/\s/.test(lower) ? lower : lower.replace(/\s+/g, '-');
}

/** The tags in the list at `value`, without repetition. */
export function tagsOf(value: unknown, field: string, notes: Notes): readonly string[] {
  const tags: string[] = [];
  for (const item of listOf(value, field, notes)) {
    const tag = tagOf(item, field, notes);
    if (tag !== null) tags.push(tag);
  }
  return tags.length > 1 ? [...new Set(tags)] : tags;
}
