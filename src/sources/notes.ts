import type { SourceRecord } from '../domain/record.ts';
import { cleanText, truncated } from '../domain/text.ts';
import type { Parsed } from './contract.ts';

const maxNotes = 20;

/** What was repaired or left out of a record, in words; the first twenty of it, and how many more. */
export class Notes {
  #notes: string[] | null = null;
  #more = 0;

  add(note: string): void {
    this.#notes ??= [];
    if (this.#notes.length < maxNotes) this.#notes.push(note);
    else this.#more++;
  }

  /** `field` held something that cannot be used, and is left out. */
  dropped(field: string, value: unknown, why: string): void {
    this.add(`left out ${field}: ${excerpt(value)} ${why}`);
  }

  list(): readonly string[] {
    if (!this.#notes) return [];
    return this.#more > 0 ? [...this.#notes, `and ${this.#more} more`] : this.#notes;
  }
}

/** Why a whole record cannot be used. Stays inside the parsers: `parsed` turns it into their result. */
export class Rejection extends Error {}

/** Runs a parser's reading of one raw record. */
export function parsed<Said = SourceRecord>(read: (notes: Notes) => readonly Said[]): Parsed<Said> {
  const notes = new Notes();
  try {
    const records = read(notes);
    return { kind: 'records', records, notes: notes.list() };
  } catch (error) {
    if (error instanceof Rejection) return { kind: 'rejected', reason: error.message };
    throw error;
  }
}

/** A value as a note may show it: short, storable, and without walking into it. */
export function excerpt(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return JSON.stringify(truncated(cleanText(truncated(value, 200)).text, 80));
  return String(value);
}
