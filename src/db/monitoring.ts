import type { Db } from './database.ts';

/** A table, about as it was at the last ANALYZE: read from the catalogue, not counted. */
export interface TableNumbers {
  readonly table: string;
  readonly rows: number;
  readonly dead: number; // rows that wait for VACUUM
  readonly bytes: number; // with its indexes
}

/** The tables of the current schema, the largest first; at most 200. */
export async function tableNumbers(db: Db): Promise<TableNumbers[]> {
  const { rows } = await db.query<TableNumbers>(
    `SELECT c.relname AS "table", greatest(c.reltuples, 0)::bigint AS rows, coalesce(s.n_dead_tup, 0) AS dead,
            pg_total_relation_size(c.oid) AS bytes
     FROM pg_class AS c LEFT JOIN pg_stat_user_tables AS s ON s.relid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY bytes DESC, 1 LIMIT 200`,
  );
  return rows;
}

/** How many runs there are of each source, by how they ended. */
export async function runsByStatus(db: Db): Promise<{ source: string; status: string; runs: number }[]> {
  const { rows } = await db.query<{ source: string; status: string; runs: number }>(
    'SELECT source, status, count(*) AS runs FROM ingestion_runs GROUP BY source, status ORDER BY source, status LIMIT 1000',
  );
  return rows;
}

/** How many tasks there are on record, by kind and state. */
export async function tasksByState(db: Db): Promise<{ kind: string; state: string; tasks: number }[]> {
  const { rows } = await db.query<{ kind: string; state: string; tasks: number }>(
    'SELECT kind, state, count(*) AS tasks FROM tasks GROUP BY kind, state ORDER BY kind, state LIMIT 100',
  );
  return rows;
}

/** The one session of the embedded database is of the second kind. */
const ofClients = ['client backend', 'standalone backend'];

/** How many sessions of clients this database has, by state; `hidden` where this user may not see it. */
export async function sessionsByState(db: Db): Promise<{ state: string; sessions: number }[]> {
  const { rows } = await db.query<{ state: string; sessions: number }>(
    `SELECT coalesce(state, 'hidden') AS state, count(*) AS sessions FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = ANY($1::text[]) GROUP BY 1 ORDER BY 1 LIMIT 20`,
    [ofClients],
  );
  return rows;
}

/** What the server says of the database, and what lasts in its sessions but the asking one, in seconds; 0: nothing. */
export interface ServerNumbers {
  readonly databaseBytes: number;
  readonly maxConnections: number; // of the server
  readonly statement: number;
  readonly transaction: number;
  readonly idleInTransaction: number;
  /** How many statements run for longer than a minute. */
  readonly longStatements: number;
}

export async function serverNumbers(db: Db): Promise<ServerNumbers> {
  const age = (since: string, where: string) =>
    `coalesce(extract(epoch FROM max(clock_timestamp() - ${since}) FILTER (WHERE ${where})), 0)::float8`;
  const { rows } = await db.query<ServerNumbers>(
    `SELECT current_setting('max_connections')::int AS "maxConnections",
            pg_database_size(current_database()) AS "databaseBytes", ${age('query_start', `state = 'active'`)} AS statement,
            ${age('xact_start', 'true')} AS transaction,
            ${age('state_change', `state LIKE 'idle in transaction%'`)} AS "idleInTransaction",
            count(*) FILTER (WHERE state = 'active' AND clock_timestamp() - query_start > interval '1 minute') AS "longStatements"
     FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = ANY($1::text[]) AND pid <> pg_backend_pid()`,
    [ofClients],
  );
  if (!rows[0]) throw new TypeError('an aggregate without a row');
  return rows[0];
}
