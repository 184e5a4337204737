import { readFileSync } from 'node:fs';
import { type ConnectionOptions, getCACertificates } from 'node:tls';
import type { PostgresAddress } from '../database-url.ts';
import { AppError, messageOf } from '../errors.ts';

/**
 * What `sslmode` means for the TLS connection, as PostgreSQL's own clients read it: `require` encrypts and trusts anybody
 * (unless a root certificate is given, which is then verified), `verify-ca` verifies the chain, `verify-full` the name too.
 * @returns false for no encryption
 * @throws AppError `invalid_setting` when a certificate file cannot be read
 */
export function tlsOptions(address: PostgresAddress): ConnectionOptions | false {
  const { sslMode, sslRootCert } = address;
  if (sslMode === 'disable' || address.host.startsWith('/')) return false;
  const identity = {
    ...(address.sslCert ? { cert: certificate('sslcert', address.sslCert) } : {}),
    ...(address.sslKey ? { key: certificate('sslkey', address.sslKey) } : {}),
  };
  if (sslMode === 'prefer' || (sslMode === 'require' && !sslRootCert))
    return { ...identity, rejectUnauthorized: false };
  const trust = { ...identity, ...authorities(sslRootCert), rejectUnauthorized: true };
  return sslMode === 'verify-full' ? trust : { ...trust, checkServerIdentity: () => undefined };
}

function authorities(rootCert: string | null): { ca?: string | string[] } {
  if (!rootCert) return {};
  return { ca: rootCert === 'system' ? getCACertificates('system') : certificate('sslrootcert', rootCert) };
}

function certificate(parameter: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError(
      'invalid_setting',
      `DATABASE_URL: the file of ${parameter} cannot be read (${messageOf(error)}).`,
      {},
      error,
    );
  }
}
