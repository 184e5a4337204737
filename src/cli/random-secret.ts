import { randomBytes, randomInt } from 'node:crypto';

export const secretTypes = ['password', 'key', 'passphrase'] as const;
export type SecretType = (typeof secretTypes)[number];

/** Letters and digits: the same in a URL, a shell, a YAML file and a connection string. */
const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Sixteen consonants and four vowels, of which words that can be spoken are made: 16 bits each. @see https://arxiv.org/html/0901.4016 */
const consonants = 'bdfghjklmnprstvz';
const vowels = 'aiou';

interface Kind {
  /** Bits of entropy of one unit. */
  readonly bitsEach: number;
  /** Units of a secret when nothing is said. */
  readonly usual: number;
  readonly unit: string;
  readonly make: (length: number) => string;
}

/** `randomInt` draws again what would favour some values, and the others take bits as they come. */
const kinds: Readonly<Record<SecretType, Kind>> = {
  password: {
    bitsEach: Math.log2(characters.length),
    usual: 32,
    unit: 'characters',
    make: (length) => Array.from({ length }, () => characters[randomInt(characters.length)]).join(''),
  },
  key: { bitsEach: 8, usual: 32, unit: 'bytes', make: (length) => randomBytes(length).toString('hex') },
  passphrase: {
    bitsEach: 16,
    usual: 8,
    unit: 'words',
    make: (length) => Array.from({ length }, () => word(randomBytes(2).readUInt16BE())).join('-'),
  },
};

/** What `length` counts in a secret of this type. */
export function unitOf(type: SecretType): string {
  return kinds[type].unit;
}

export function usualLength(type: SecretType): number {
  return kinds[type].usual;
}

/** The least length with at least so many bits of entropy. */
export function lengthFor(type: SecretType, bits: number): number {
  return Math.ceil(bits / kinds[type].bitsEach);
}

/** Bits of entropy, rounded down. */
export function bitsOf(type: SecretType, length: number): number {
  return Math.floor(length * kinds[type].bitsEach);
}

/** A new secret from the system's random numbers: every one of its length is as likely as any other. */
export function randomSecret(type: SecretType, length: number): string {
  return kinds[type].make(length);
}

/** 16 bits as five letters: consonant, vowel, consonant, vowel, consonant. */
function word(bits: number): string {
  const consonant = (at: number) => consonants[(bits >> at) & 15] ?? '';
  const vowel = (at: number) => vowels[(bits >> at) & 3] ?? '';
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}
