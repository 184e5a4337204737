import type { Database } from '../database.ts';
import { schemaState } from '../migrate/revisions.ts';

export interface Health {
  readonly database: string;
  readonly kind: Database['kind'];
  readonly serverVersion: string;
  readonly roundTripMs: number;
  readonly bytes: number;
  readonly connections: number;
  readonly maxConnections: number;
  readonly readOnly: boolean; // a standby, or set so
  readonly encrypted: boolean;
  readonly revision: string | null;
  readonly pendingMigrations: number;
  readonly unknownMigrations: number; // of a newer program
  readonly deferredIndexes: number; // that a first load has still to build
  readonly healthy: boolean;
}

/**
 * Whether the database answers, how fast, and whether its schema is the one of this program.
 * @throws AppError `database_unreachable`
 */
export async function health(database: Database): Promise<Health> {
  const connection = await database.connect();
  try {
    const started = performance.now();
    await connection.query('SELECT 1');
    const roundTripMs = Math.round((performance.now() - started) * 1000) / 1000;
    const { rows } = await connection.query<ServerFacts>(facts);
    const server = rows[0];
    if (!server) throw new TypeError('the server says nothing of itself');
    const state = await schemaState(connection);
    const pendingMigrations = state.pending.length;
    return {
      database: database.description,
      kind: database.kind,
      roundTripMs,
      ...server,
      revision: state.applied.at(-1)?.name.split('_', 1)[0] ?? null,
      pendingMigrations,
      unknownMigrations: state.unknown.length,
      deferredIndexes: pendingMigrations === 0 ? await deferred(connection) : 0,
      healthy: pendingMigrations === 0 && state.unknown.length === 0 && !server.readOnly,
    };
  } finally {
    connection.release();
  }
}

type ServerFacts = Pick<
  Health,
  'serverVersion' | 'bytes' | 'connections' | 'maxConnections' | 'readOnly' | 'encrypted'
>;

const facts = `
  SELECT current_setting('server_version') AS "serverVersion", pg_database_size(current_database()) AS bytes,
         (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
         current_setting('max_connections')::int AS "maxConnections",
         pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS "readOnly",
         coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted`;

async function deferred(db: Pick<Database, 'query'>): Promise<number> {
  return (await db.query<{ n: number }>('SELECT count(*) AS n FROM deferred_indexes')).rows[0]?.n ?? 0;
}
