import { utc } from '../domain/time.ts';
import { isObject, type JsonObject, textOf } from './guards.ts';
import { type Notes, Rejection } from './notes.ts';

/** What the feeds of abuse.ch have in common. @see https://abuse.ch/terms-of-use/ */
export const abuseCh = {
  licence: 'CC0-1.0',
  request: { expect: 'text', timeoutMs: 5 * 60_000, maxBytes: 512 * 1024 * 1024 },
} as const;

/** A row or object of a feed. @throws Rejection when it is none */
export function rowOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Rejection('it is not a row with an indicator');
  return value;
}

/** The text at `column`; abuse.ch writes `None` and `n/a` for nothing. */
export function cellOf(row: JsonObject, column: string, notes: Notes): string | null {
  const value = row[column];
  const text = textOf(typeof value === 'number' ? String(value) : value, column, notes);
  return text === null || /^(?:none|n\/a|null|-)$/i.test(text) ? null : text;
}

/** The moment at `column`, ISO 8601 UTC: "2025-04-21 12:35:06", in UTC. */
export function momentIn(row: JsonObject, column: string, notes: Notes): string | null {
  const text = cellOf(row, column, notes);
  const moment = text === null ? null : utc(text);
  if (text !== null && moment === null) notes.dropped(column, text, 'is not a usable date');
  return moment;
}

/** Whether a server or page is said to be there. */
export function isOnline(text: string | null): boolean | null {
  return text === null
    ? null
    : /^(?:online|active|up)$/i.test(text)
      ? true
      : /^(?:offline|inactive|down)$/i.test(text)
        ? false
        : null;
}

/** The parts of a list in one text: "elf,mirai". */
export function partsOf(text: string | null, separator = /[,;|]/): readonly string[] {
  return text === null ? [] : text.split(separator).filter((part) => part.trim() !== '');
}
