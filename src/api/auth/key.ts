import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** So that people, and programs that look for leaked secrets, know what it is. */
const mark = 'ot_';
const secretBytes = 32;
const secretLength = 43; // 32 bytes as base64url
const checkLength = 6; // 4 bytes as base64url

/** How many of a key's first characters are kept to tell it from others: the mark, and 24 of its 256 bits. */
const prefixLength = mark.length + 4;

const form = new RegExp(`^${mark}[A-Za-z0-9_-]{${secretLength + checkLength}}$`);

/** A key as it is made: shown once, and kept only as its hash. */
export interface NewKey {
  readonly key: string;
  readonly prefix: string;
  readonly hash: Buffer;
}

/** A new key: 256 random bits and a checksum, by which a mistyped key is told from an unknown one. */
export function newKey(): NewKey {
  const secret = mark + randomBytes(secretBytes).toString('base64url');
  const key = secret + checkOf(secret);
  return { key, prefix: key.slice(0, prefixLength), hash: hashOf(key) };
}

/** Whether the text can be a key: its form and its checksum are right. */
export function isWellFormed(text: string): boolean {
  const end = mark.length + secretLength;
  return form.test(text) && checkOf(text.slice(0, end)) === text.slice(end);
}

/** What of a key is stored. It is random, so nobody can guess it from its hash: nothing slower than SHA-256 is needed. */
export function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function checkOf(secret: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(secret));
  return bytes.toString('base64url');
}
