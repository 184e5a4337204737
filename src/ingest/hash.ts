import { hash } from 'node:crypto';
import type { CveId, SourceRecord } from '../domain/record.ts';
import { serialise } from '../domain/stored-form.ts';
import type { Format } from '../sources/contract.ts';

/** 128 bits of SHA-256: enough that two contents never meet, half the size in every row. */
const digits = 32;

/** The stored form of a record, and the hash of what it says, whatever way its text was written. */
export function storedForm(record: SourceRecord): { text: string; contentHash: string } {
  const text = serialise(record);
  return { text, contentHash: hash('sha256', text, 'hex').slice(0, digits) };
}

/**
 * The hash of a raw record's bytes together with its parser's name and version: equal hashes mean that parsing would
 * give what is stored, so it can be left out.
 */
export function rawHash(format: Format, bytes: Buffer): string {
  return hash('sha256', bytes, 'hex').slice(0, digits - 8) + parserHash(format);
}

const parserHashes = new WeakMap<Format, string>();

function parserHash(format: Format): string {
  let known = parserHashes.get(format);
  if (known === undefined) {
    known = hash('sha256', `${format.id} ${format.version}`, 'hex').slice(0, 8);
    parserHashes.set(format, known);
  }
  return known;
}

const idMember = /"(?:id|cveID|cveId|cve_id)"\s*:\s*"(CVE-\d{4}-\d{4,19})"/;

/**
 * The CVE id that a raw record seems to be about, found without parsing it. A guess: it is only used to look for a
 * stored record with the same raw hash, so a wrong one costs time and nothing else.
 */
export function guessCveId(bytes: Buffer): CveId | null {
  const head = idMember.exec(bytes.toString('latin1', 0, 400)) ?? idMember.exec(bytes.toString('latin1', 400));
  return (head?.[1] as CveId | undefined) ?? null;
}
