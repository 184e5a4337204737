import { AppError, type ErrorCode, messageOf } from '../errors.ts';

interface DriverError {
  readonly code?: string; // an SQLSTATE, or Node.js' name of a system error
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** `where` is the database without secrets. The error of the driver stays as the cause; its SQLSTATE is in the context. */
export function databaseError(error: unknown, where: string): AppError {
  if (error instanceof AppError) return error;
  const driver = error as DriverError;
  const code = driver?.code ?? '';
  const [appCode, message] = system(code, where) ?? sql(code, driver, where) ?? connection(messageOf(error), where);
  return new AppError(appCode, message, code ? { sqlState: code } : {}, error);
}

/** The SQLSTATE of an error, or ''. */
export function sqlState(error: unknown): string {
  if (error instanceof AppError) return String(error.context.sqlState ?? '');
  return String((error as DriverError | null)?.code ?? '');
}

type Sentence = readonly [ErrorCode, string];

function system(code: string, where: string): Sentence | null {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return unreachable(`Nothing answers at ${where}. Is PostgreSQL running there, and is DATABASE_URL right?`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(`The host of ${where} has no address. Check the name in DATABASE_URL.`);
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(`${where} cannot be reached over the network (${code}). Check host, port and firewall.`);
    case 'ECONNRESET':
    case 'EPIPE':
      return unreachable(`The connection to ${where} broke. Try again.`);
    case 'ENOSPC':
      return ['database_full', `There is no space left for ${where}. Free some space and try again.`];
    default:
      return isCertificateError(code)
        ? unreachable(
            `The TLS certificate of ${where} is not accepted (${code}). Set sslrootcert to the authority that signed it, or a weaker sslmode.`,
          )
        : null;
  }
}

function isCertificateError(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS|^ERR_SSL/.test(code);
}

function sql(code: string, error: DriverError, where: string): Sentence | null {
  if (!/^[0-9A-Z]{5}$/.test(code)) return null;
  const said = `${error.message}${error.detail ? ` (${error.detail})` : ''}`;
  const known: Record<string, Sentence> = {
    '28P01': unreachable(`${where} refuses the password. Check user and password in DATABASE_URL.`),
    '28000': unreachable(`${where} refuses this user: ${error.message}.`),
    '3D000': unreachable(`The database of ${where} does not exist. "openthreat setup" creates it when the user may.`),
    '53300': unreachable(
      `${where} has no free connection. Lower OPENTHREAT_DATABASE_POOL_SIZE, or raise max_connections there.`,
    ),
    '53100': ['database_full', `There is no space left for ${where}: ${said}`],
    '53200': ['database_full', `${where} is out of memory: ${said}`],
    '57014': [
      'database_refused',
      `The statement was cancelled because it ran longer than OPENTHREAT_STATEMENT_TIMEOUT allows.`,
    ],
    '25006': ['database_refused', `The statement would write, and this is a read-only transaction.`],
    '42501': ['database_refused', `The database user may not do this: ${said}.`],
  };
  if (known[code]) return known[code];
  if (code.startsWith('57P') || code.startsWith('08')) return unreachable(`${where} ended the connection: ${said}`);
  return [
    'database_refused',
    `The database refused the statement: ${said} [${code}].${error.hint ? ` ${error.hint}` : ''}`,
  ];
}

function connection(message: string, where: string): Sentence {
  if (/does not support SSL/.test(message)) {
    return unreachable(
      `${where} offers no TLS, and sslmode demands it. Switch TLS on in the server, or use sslmode=disable on a network you trust.`,
    );
  }
  if (/does not match certificate|altnames|Hostname\/IP/i.test(message)) {
    return unreachable(
      `The TLS certificate of ${where} is for another name. Use that name in DATABASE_URL, or sslmode=verify-ca.`,
    );
  }
  if (/password must be a string|no password|client password/i.test(message)) {
    return unreachable(`${where} wants a password, and DATABASE_URL has none.`);
  }
  if (/timeout|timed out/i.test(message)) {
    return unreachable(
      `${where} gave no connection in time. It is down, overloaded or behind a firewall; OPENTHREAT_CONNECT_TIMEOUT sets how long to wait.`,
    );
  }
  if (/terminated|ended|closed|not queryable/i.test(message))
    return unreachable(`The connection to ${where} broke. Try again.`);
  return ['database_refused', `${where}: ${message}`];
}

function unreachable(message: string): Sentence {
  return ['database_unreachable', message];
}
