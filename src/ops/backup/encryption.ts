import { readFileSync } from 'node:fs';
import { Decrypter, Encrypter } from 'age-encryption';
import { AppError, messageOf } from '../../errors.ts';

/** Encryption by age, so that other programs open the archive too. @see https://age-encryption.org/v1 */

/** For whom an archive is encrypted; null: for nobody. */
export type Encryption = { readonly recipients: readonly string[] } | { readonly passphraseFile: string } | null;

/** What may open an archive: files with identities (`AGE-SECRET-KEY-…`), or with a passphrase. */
export interface Keys {
  readonly identityFile?: string | undefined;
  readonly passphraseFile?: string | undefined;
}

/** The beginning of every encrypted file. */
export const ageMagic = Buffer.from('age-encryption.org/v1\n');

/** Deriving a key from a passphrase takes 1 KiB × 2^17: half of what age takes by default, so that 300 MB are enough. */
const workFactor = 17;

/**
 * How to encrypt a stream, or null.
 * @throws AppError `invalid_input` for a recipient that is none, `not_found` for a file that is not there
 */
export function encrypter(encryption: Encryption): Encrypter | null {
  if (!encryption) return null;
  const made = new Encrypter();
  if ('passphraseFile' in encryption) {
    made.setPassphrase(passphraseIn(encryption.passphraseFile));
    made.setScryptWorkFactor(workFactor);
    return made;
  }
  for (const recipient of encryption.recipients) {
    try {
      made.addRecipient(recipient);
    } catch (error) {
      throw new AppError(
        'invalid_input',
        `"${recipient.slice(0, 80)}" is no recipient of age: it begins with age1 ("age-keygen" prints it as the public key).`,
        {},
        error,
      );
    }
  }
  return made;
}

/** @throws as `encrypter`; `invalid_input` too when no key is given */
export function decrypter(keys: Keys): Decrypter {
  const made = new Decrypter();
  if (keys.passphraseFile !== undefined) made.addPassphrase(passphraseIn(keys.passphraseFile));
  for (const identity of keys.identityFile === undefined ? [] : identitiesIn(keys.identityFile)) {
    try {
      made.addIdentity(identity);
    } catch (error) {
      throw badIdentities(keys.identityFile, error);
    }
  }
  if (keys.identityFile === undefined && keys.passphraseFile === undefined) {
    throw new AppError('invalid_input', 'The backup is encrypted. Open it with --identity-file or --passphrase-file.');
  }
  return made;
}

function identitiesIn(file: string): string[] {
  const lines = contentOf(file).split('\n');
  const identities = lines.flatMap((line) => (/^\s*(?:#|$)/.test(line) ? [] : line.trim()));
  if (identities.length === 0) throw badIdentities(file, null);
  return identities;
}

function badIdentities(file: string | undefined, cause: unknown): AppError {
  return new AppError(
    'invalid_input',
    `${file} holds no identity of age: such a line begins with AGE-SECRET-KEY-1 ("age-keygen" makes one).`,
    {},
    cause,
  );
}

function passphraseIn(file: string): string {
  const passphrase = contentOf(file).split(/\r?\n/, 1)[0] ?? '';
  if (passphrase === '') throw new AppError('invalid_input', `The first line of ${file} is empty, and no passphrase.`);
  return passphrase;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `The file ${file} cannot be read: ${messageOf(error)}`, {}, error);
  }
}
