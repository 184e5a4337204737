import { inspect } from 'node:util';
import { AppError } from './errors.ts';

/** A value that must not reach a log, an error or a screen: printing it in any way shows a placeholder. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

export const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** Where a PostgreSQL server is and how to speak to it. `host` is a folder when it starts with a slash. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | null;
  readonly database: string;
  readonly sslMode: SslMode;
  readonly sslRootCert: string | null; // a file, or 'system'
  readonly sslCert: string | null;
  readonly sslKey: string | null;
}

const parameters = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
] as const;
type Parameter = (typeof parameters)[number];

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=…`; a socket folder is given as `?host=/folder`.
 * @throws AppError `invalid_setting`, which never repeats the URL because it may hold a password
 */
export function parseDatabaseUrl(url: string, name = 'DATABASE_URL'): PostgresAddress {
  // Not `new URL`: it refuses a user without a host, the usual form for a Unix socket.
  const match = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?(\[[^\]]*\]|[^/?:,]*)(?::(\d*))?(?:\/([^?]*))?(?:\?(.*))?$/s.exec(
    url.trim(),
  );
  if (!match) {
    throw bad(
      name,
      'is not a PostgreSQL URL; write postgresql://user:password@host:5432/database, and percent-encode special characters in the password',
    );
  }
  const [, credentials = '', host = '', port = '', path = '', query = ''] = match;
  const [user = '', ...password] = credentials.split(':');
  const given: Partial<Record<Parameter, string>> = {
    user: decode(user, name),
    password: decode(password.join(':'), name),
    host: decode(host.replace(/^\[|\]$/g, ''), name),
    port,
    dbname: decode(path, name),
    ...queryParameters(query, name),
  };
  return address(given, name);
}

function address(given: Partial<Record<Parameter, string>>, name: string): PostgresAddress {
  const host = given.host || 'localhost';
  const port = Number(given.port || 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw bad(name, 'has a port that is not between 1 and 65535');
  const user = given.user || 'openthreat';
  return {
    host,
    port,
    user,
    password: given.password ? new Secret(given.password) : null,
    database: given.dbname || user,
    sslMode: sslMode(given.sslmode, host, name),
    sslRootCert: given.sslrootcert || null,
    sslCert: given.sslcert || null,
    sslKey: given.sslkey || null,
  };
}

function queryParameters(query: string, name: string): Partial<Record<Parameter, string>> {
  const found: Partial<Record<Parameter, string>> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    const parameter = parameters.find((known) => known === key);
    if (!parameter) throw bad(name, `has the unknown parameter "${key}"; known are ${parameters.join(', ')}`);
    found[parameter] = value;
  }
  return found;
}

function sslMode(text: string | undefined, host: string, name: string): SslMode {
  if (!text) return isLocal(host) ? 'disable' : 'prefer';
  const mode = sslModes.find((known) => known === text);
  if (!mode) throw bad(name, `has sslmode=${text}; it must be one of ${sslModes.join(', ')}`);
  return mode;
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(name, 'has a "%" that is not part of a percent-encoded character; write it as %25');
  }
}

function bad(name: string, what: string): AppError {
  return new AppError('invalid_setting', `${name} ${what}.`, { setting: name });
}

/** The address as a URL without its password, fit for people and logs. */
export function describeAddress(address: PostgresAddress): string {
  const at = encodeURIComponent(address.user);
  if (address.host.startsWith('/')) {
    return `postgresql://${at}@/${encodeURIComponent(address.database)}?host=${encodeURIComponent(address.host).replaceAll('%2F', '/')}${address.port === 5432 ? '' : `&port=${address.port}`}`;
  }
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `postgresql://${at}@${host}:${address.port}/${encodeURIComponent(address.database)}`;
}
