import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ConnectionOptions, getCACertificates } from 'node:tls';
import type { PostgresAddress } from '../database-url.ts';
import { AppError, messageOf } from '../errors.ts';

/**
 * What `sslmode` means for the TLS connection, as PostgreSQL's own clients read it: `require` encrypts and trusts anybody
 * (unless a root certificate is given, which is then verified), `verify-ca` verifies the chain, `verify-full` the name too.
 * Without a root certificate `verify-full` trusts the authorities that Node.js trusts.
 * @returns false for no encryption
 * @throws AppError `invalid_setting` when a file cannot be read or holds something else, or when the mode proves nothing
 * @see https://www.postgresql.org/docs/15/libpq-ssl.html
 */
export function tlsOptions(address: PostgresAddress): ConnectionOptions | false {
  const { sslMode, sslRootCert } = address;
  if (sslMode === 'disable' || address.host.startsWith('/')) return false;
  assertProof(address);
  const identity = identityOf(address);
  if (sslMode === 'prefer' || (sslMode === 'require' && !sslRootCert))
    return { ...identity, rejectUnauthorized: false };
  const trust = { ...identity, ...authorities(sslRootCert), rejectUnauthorized: true };
  return sslMode === 'verify-full' ? trust : { ...trust, checkServerIdentity: () => undefined };
}

/** Everybody can have a certificate of a public authority: without the name in it, it says nothing. */
function assertProof({ sslMode, sslRootCert }: PostgresAddress): void {
  if (sslRootCert === 'system' && sslMode !== 'verify-full')
    throw bad('sslrootcert=system needs sslmode=verify-full: public authorities sign for everybody');
  if (sslMode === 'verify-ca' && !sslRootCert)
    throw bad('sslmode=verify-ca needs sslrootcert, the file of the authority: otherwise use sslmode=verify-full');
}

function identityOf({ sslCert, sslKey }: PostgresAddress): { cert?: string; key?: string } {
  if (!sslCert !== !sslKey) throw bad('sslcert and sslkey are the two halves of one thing: give both, or none');
  if (!sslCert || !sslKey) return {};
  const cert = read('sslcert', sslCert, (text) => new X509Certificate(text));
  const key = read('sslkey', sslKey, createPrivateKey);
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw bad('the key of sslkey is not that of the certificate of sslcert');
  return { cert, key };
}

function authorities(rootCert: string | null): { ca?: string | string[] } {
  if (!rootCert) return {};
  if (rootCert === 'system') return { ca: getCACertificates('system') };
  return { ca: read('sslrootcert', rootCert, (text) => new X509Certificate(text)) };
}

/** The text of a PEM file that `parse` takes. */
function read(parameter: string, file: string, parse: (text: string) => unknown): string {
  try {
    const text = readFileSync(file, 'utf8');
    parse(text);
    return text;
  } catch (error) {
    throw bad(`the file of ${parameter} cannot be used (${messageOf(error)})`, error);
  }
}

function bad(what: string, cause?: unknown): AppError {
  return new AppError('invalid_setting', `DATABASE_URL: ${what}.`, { setting: 'DATABASE_URL' }, cause);
}
