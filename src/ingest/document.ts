import { isUtf8 } from 'node:buffer';
import type { Envelope, Format, Parsed } from '../sources/contract.ts';
import type { RawRecord } from './read/contract.ts';

/** A document that is being read: its format, once known, and the CVEs of a whole catalogue seen in it. */
export interface Document {
  readonly name: string;
  envelope: Envelope;
  format: Format | null;
  /** For whole catalogues: what was in it, to find what vanished. */
  readonly seen: Set<string>;
  /** Whether it was looked up when the whole catalogue was released, when that was, and whether a newer one was read before. */
  learnt: boolean;
  released: string | null;
  outdated: boolean;
  /** Something in it could not be used: then a whole catalogue does not tell what vanished. */
  gaps: boolean;
  failed: boolean;
}

/** A raw record on its way through the pipeline. */
export interface Item {
  readonly document: Document;
  readonly raw: RawRecord;
}

export function newDocument(name: string, envelope: Envelope, format: Format | null): Document {
  return {
    name,
    envelope,
    format,
    seen: new Set(),
    learnt: false,
    released: null,
    outdated: false,
    gaps: false,
    failed: false,
  };
}

/** Parsed JSON of a raw record, or why it is none. `repaired`: bytes that are not UTF-8 were replaced. */
export function parseJson(bytes: Buffer): { value: unknown; repaired: boolean } | { error: string } {
  try {
    return { value: JSON.parse(bytes.toString('utf8')), repaired: !isUtf8(bytes) };
  } catch (error) {
    return { error: `is not valid JSON: ${(error as SyntaxError).message}` };
  }
}

/** What the format makes of a raw record. */
export function parseItem<Said>(
  format: { parse(value: unknown, envelope: Envelope): Parsed<Said> },
  item: Item,
): Parsed<Said> {
  const json = parseJson(item.raw.bytes);
  if ('error' in json) return { kind: 'rejected', reason: json.error };
  const parsed = format.parse(json.value, item.document.envelope);
  if (parsed.kind === 'rejected' || !json.repaired) return parsed;
  return { ...parsed, notes: [...parsed.notes, 'bytes that are not UTF-8 were replaced'] };
}

/** The first characters of a raw record, for people. */
export function excerpt(bytes: Buffer): string {
  const text = bytes.subarray(0, 2000).toString('utf8').replaceAll('\u0000', '\ufffd').replaceAll(/\s+/g, ' ').trim();
  return text.length > 300 ? `${text.slice(0, 299).toWellFormed()}…` : text;
}
