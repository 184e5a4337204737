/** What an error of TLS says of the server's certificate, by Node.js' and OpenSSL's names for it. */
const unknownAuthority = new Set([
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * A sentence that says why TLS to the database failed and what to do. null: it was something else.
 * @param where the database without secrets
 */
export function tlsFailure(error: unknown, where: string): string | null {
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? '');
  const its = `The TLS certificate of ${where}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `${its} is for another name${namesIn(error)}. Use that name in DATABASE_URL, or sslmode=verify-ca.`;
  if (code === 'CERT_HAS_EXPIRED')
    return `${its} has expired. Renew it on the server; "SELECT pg_reload_conf()" makes PostgreSQL read it.`;
  if (code === 'CERT_NOT_YET_VALID') return `${its} is not valid yet. Check the clocks of both machines.`;
  if (unknownAuthority.has(code))
    return `${its} is not accepted: it is not of an authority that is trusted here (${code}). Set sslrootcert to the file with the certificate of the authority that signed it.`;
  if (/^ERR_(?:SSL|OSSL|TLS)|CERT/.test(code))
    return `TLS with ${where} failed (${code}). Check sslmode, sslrootcert, sslcert and sslkey in DATABASE_URL, and ssl_min_protocol_version of the server.`;
  return null;
}

/**
 * Why a server refuses a user, in its own words, with what to do when it is for want of encryption or of a certificate.
 * @param said the message of an SQLSTATE 28000
 */
export function refusedUser(said: string, where: string): string {
  if (/no encryption/.test(said))
    return `${where} takes encrypted connections only: set sslmode=verify-full (${said}).`;
  if (/client certificate/.test(said))
    return `${where} asks for a certificate of ours: set sslcert and sslkey in DATABASE_URL (${said}).`;
  return `${where} refuses this user: ${said}.`;
}

/** The names of a certificate, after a colon; '' where it has none. */
function namesIn(error: unknown): string {
  const names = (error as { cert?: { subjectaltname?: string } }).cert?.subjectaltname ?? '';
  return names && `: ${names.replaceAll(/(?:DNS|IP Address):/g, '')}`;
}
