import { AppError, type ErrorCode, messageOf } from '../errors.ts';
import { refusedUser, tlsFailure } from './tls-errors.ts';

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
  const code = isMissingDatabase(driver) ? '3D000' : (driver?.code ?? '');
  const [appCode, message] =
    system(code, where) ?? tls(error, where) ?? sql(code, driver, where) ?? connection(messageOf(error), where);
  return new AppError(appCode, message, code ? { sqlState: code } : {}, error);
}

/** The SQLSTATE of an error, or ''. */
export function sqlState(error: unknown): string {
  if (error instanceof AppError) return String(error.context.sqlState ?? '');
  return String((error as DriverError | null)?.code ?? '');
}

/**
 * Whether the server, or the way to it, is gone, so that it, or the one that takes its place, may well answer a little
 * later. Refused passwords, unknown databases and a pool without a free connection are none of this.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'database_unreachable') return false;
  const state = sqlState(error);
  if (state !== '') return lossStates.test(state);
  const said = messageOf(error.cause);
  return /terminated|ended|closed|not queryable|timeout|timed out/i.test(said) && said !== poolExhausted;
}

/** Classes 08 and 57P of SQLSTATEs, and Node.js' names of what networks do. */
const lossStates = /^(08|57P|EAI_AGAIN|ECONN|EHOST|ENET|ENOENT|ENOTFOUND|EPIPE|ETIMEDOUT)/;

/** What the pool says when all its connections are in use for too long. */
const poolExhausted = 'timeout exceeded when trying to connect';

/** Whether an error says that the database user may only read, or the server, as a standby does. */
export function isReadOnly(error: unknown): boolean {
  return ['42501', '25006'].includes(sqlState(error));
}

/** PgBouncer has one SQLSTATE for whatever is wrong when a client begins. */
function isMissingDatabase(driver: DriverError | null): boolean {
  return driver?.code === '08P01' && /database .* does not exist/.test(driver.message);
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
      return null;
  }
}

function tls(error: unknown, where: string): Sentence | null {
  const message = tlsFailure(error, where);
  return message === null ? null : unreachable(message);
}

function sql(code: string, error: DriverError, where: string): Sentence | null {
  if (!/^[0-9A-Z]{5}$/.test(code)) return null;
  const said = `${error.message}${error.detail ? ` (${error.detail})` : ''}`;
  const known: Record<string, Sentence> = {
    '28P01': unreachable(`${where} refuses the password. Check user and password in DATABASE_URL.`),
    '28000': unreachable(refusedUser(error.message, where)),
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
  if (/password must be a string|no password|client password/i.test(message)) {
    return unreachable(`${where} wants a password, and DATABASE_URL has none.`);
  }
  if (/timeout|timed out/i.test(message)) {
    return unreachable(
      `${where} gave no connection in time. It is down, overloaded or behind a firewall; OPENTHREAT_CONNECT_TIMEOUT sets how long to wait.`,
    );
  }
  if (/terminated|ended|closed|calling end|not queryable/i.test(message))
    return unreachable(`The connection to ${where} broke. Try again.`);
  return ['database_refused', `${where}: ${message}`];
}

function unreachable(message: string): Sentence {
  return ['database_unreachable', message];
}
