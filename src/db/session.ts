import type pg from 'pg';
import type { SessionTarget } from '../database-url.ts';
import type { DatabaseConfig } from '../settings/database.ts';

/** What a new connection tells of its server. */
export interface Session {
  readonly standby: boolean;
  readonly readOnly: boolean;
  /** A pooler such as PgBouncer stands between: what is set here may be another client's at the next statement. */
  readonly pooled: boolean;
  /** Whether statements are cancelled after a time. */
  readonly limited: boolean;
}

/**
 * Makes a new connection ready, in one statement: UTC and ISO dates, which poolers carry along with their clients, and on a
 * server of our own no JIT (compiling a plan costs more than the statements here, which take milliseconds) and the longest
 * time of a statement. Nothing of it goes with the start of the connection, which poolers refuse.
 */
export async function beginSession(client: pg.ClientBase, config: DatabaseConfig): Promise<Session> {
  const { rows } = await client.query<Session>(
    `WITH own AS (SELECT pg_backend_pid() = $1 AS direct),
       kept AS (SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false)),
       sole AS (SELECT direct, CASE WHEN direct THEN set_config('jit', 'off', false) END,
         CASE WHEN direct THEN set_config('statement_timeout', $2, false) END FROM own)
     SELECT NOT sole.direct AS pooled, pg_is_in_recovery() AS standby,
       current_setting('transaction_read_only') = 'on' AS "readOnly",
       current_setting('statement_timeout') <> '0' AS limited, kept.*, sole.* FROM sole, kept`,
    [backendOf(client), String(config.statementTimeoutMs)],
  );
  const session = rows[0];
  if (!session) throw new TypeError('the server says nothing of itself');
  return session;
}

/** What goes with each BEGIN behind a pooler, where nothing lasts longer than a transaction. */
export function localSettings(config: DatabaseConfig): string {
  return `SET LOCAL jit = off; SET LOCAL statement_timeout = ${config.statementTimeoutMs}`;
}

/** The process that the server says it has begun for the connection. A pooler makes a number up. */
function backendOf(client: pg.ClientBase): number {
  const number = 'processID' in client ? client.processID : null;
  return typeof number === 'number' ? number : 0;
}

/** Whether a server is what `target_session_attrs` wants. @see https://www.postgresql.org/docs/15/libpq-connect.html */
export function isWanted(target: SessionTarget, { standby, readOnly }: Pick<Session, 'standby' | 'readOnly'>): boolean {
  switch (target) {
    case 'read-write':
      return !standby && !readOnly;
    case 'read-only':
      return standby || readOnly;
    case 'primary':
      return !standby;
    case 'standby':
      return standby;
    default:
      return true;
  }
}
