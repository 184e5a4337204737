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

/** What a server must be to be taken, in libpq's words. */
export const sessionTargets = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionTarget = (typeof sessionTargets)[number];

/** `host` is a folder when it starts with a slash. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Where a PostgreSQL server is and how to speak to it: `host` and `port` are the first of `hosts`. */
export interface PostgresAddress extends HostAndPort {
  /** Tried in this order; the first that answers and is what `target` says is taken. */
  readonly hosts: readonly HostAndPort[];
  readonly target: SessionTarget;
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
  'target_session_attrs',
] as const;
type Parameter = (typeof parameters)[number];

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=…`; a socket folder is given as `?host=/folder`. Several
 * hosts are separated by commas, each with its port.
 * @see https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 * @throws AppError `invalid_setting`, which never repeats the URL because it may hold a password
 */
export function parseDatabaseUrl(url: string, name = 'DATABASE_URL'): PostgresAddress {
  // Not `new URL`: it refuses a user without a host, the usual form for a Unix socket.
  const match = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(url.trim());
  const hosts = match?.[2]?.split(',').map((one) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(one)) ?? [];
  if (!match || !hosts.every((one) => one !== null)) {
    throw bad(
      name,
      'is not a PostgreSQL URL; write postgresql://user:password@host:5432/database, and percent-encode special characters in the password',
    );
  }
  const [, credentials = '', , path = '', query = ''] = match;
  const [user = '', ...password] = credentials.split(':');
  const given: Partial<Record<Parameter, string>> = {
    user: decode(user, name),
    password: decode(password.join(':'), name),
    host: hosts.map(([, host = '']) => decode(host.replace(/^\[|\]$/g, ''), name)).join(','),
    port: hosts.map(([, , port = '']) => port).join(','),
    dbname: decode(path, name),
    ...queryParameters(query, name),
  };
  return address(given, name);
}

function address(given: Partial<Record<Parameter, string>>, name: string): PostgresAddress {
  const hosts = hostsOf(given.host ?? '', given.port ?? '', name);
  const [{ host, port }] = hosts;
  const user = given.user || 'openthreat';
  return {
    host,
    port,
    hosts,
    target: sessionTarget(given.target_session_attrs, name),
    user,
    password: given.password ? new Secret(given.password) : null,
    database: given.dbname || user,
    sslMode: sslMode(given.sslmode, hosts, name),
    sslRootCert: given.sslrootcert || null,
    sslCert: given.sslcert || null,
    sslKey: given.sslkey || null,
  };
}

/** One port counts for all hosts; otherwise there is one for each. */
function hostsOf(hosts: string, ports: string, name: string): [HostAndPort, ...HostAndPort[]] {
  const names = hosts.split(',');
  const numbers = ports.split(',');
  if (numbers.length > 1 && numbers.length !== names.length)
    throw bad(name, `has ${names.length} hosts and ${numbers.length} ports; give each host its port, or one for all`);
  const [first = at('', '', name), ...others] = names.map((host, i) => at(host, numbers[i] ?? numbers[0] ?? '', name));
  return [first, ...others];
}

function at(host: string, text: string, name: string): HostAndPort {
  const port = Number(text || 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw bad(name, 'has a port that is not between 1 and 65535');
  return { host: host || 'localhost', port };
}

function sessionTarget(text: string | undefined, name: string): SessionTarget {
  if (!text) return 'any';
  const target = sessionTargets.find((known) => known === text);
  if (!target) throw bad(name, `has target_session_attrs=${text}; it must be one of ${sessionTargets.join(', ')}`);
  return target;
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

function sslMode(text: string | undefined, hosts: readonly HostAndPort[], name: string): SslMode {
  if (!text) return hosts.every(({ host }) => isLocal(host)) ? 'disable' : 'prefer';
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
export function describeAddress({ user, database, hosts }: PostgresAddress): string {
  const at = encodeURIComponent(user);
  const name = encodeURIComponent(database);
  if (hosts.some((one) => one.host.startsWith('/'))) {
    const folders = hosts.map((one) => encodeURIComponent(one.host).replaceAll('%2F', '/')).join(',');
    const ports = hosts.every((one) => one.port === 5432) ? '' : `&port=${hosts.map((one) => one.port).join(',')}`;
    return `postgresql://${at}@/${name}?host=${folders}${ports}`;
  }
  return `postgresql://${at}@${hosts.map(hostAndPort).join(',')}/${name}`;
}

/** A host with its port, as in URLs. */
export function hostAndPort({ host, port }: HostAndPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
