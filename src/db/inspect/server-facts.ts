import type { Db } from '../database.ts';

/** What a server tells anybody of itself. */
export interface ServerFacts {
  readonly version: string; // 15.20 (Debian …), of the embedded one 18.6 (PGlite 0.5.16)
  readonly major: number;
  readonly bytes: number; // of the database
  readonly user: string;
  readonly isSuperuser: boolean;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean; // set so for this user or database
  readonly autovacuum: boolean;
  readonly offersTls: boolean;
  readonly listenAddresses: string; // as in postgresql.conf: localhost, or *
  /** Transactions since the oldest row that was not frozen; at two thousand million the server stops. */
  readonly oldestTransactions: number;
}

/** What a server tells anybody of itself: needs no rights. */
export async function serverFacts(db: Db): Promise<ServerFacts> {
  const { rows } = await db.query<ServerFacts>(
    `SELECT substring(version() FROM '^\\S+ ([^,]*?)(?: on .*)?$') AS version,
            current_setting('server_version_num')::int / 10000 AS major,
            pg_database_size(current_database()) AS bytes, current_user AS "user",
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "isSuperuser",
            pg_is_in_recovery() AS "isStandby", current_setting('default_transaction_read_only') = 'on' AS "isReadOnly",
            current_setting('autovacuum') = 'on' AS autovacuum, current_setting('ssl') = 'on' AS "offersTls",
            current_setting('listen_addresses') AS "listenAddresses",
            (SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()) AS "oldestTransactions"`,
  );
  if (!rows[0]) throw new TypeError('the server says nothing of itself');
  return rows[0];
}

/** Which of these extensions the database lacks. */
export async function missingExtensions(db: Db, wanted: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT extname FROM pg_extension) ORDER BY name LIMIT 100`,
    [wanted],
  );
  return rows.map(({ name }) => name);
}

/**
 * Rules of pg_hba.conf that let somebody in from another machine without a password.
 * @throws AppError `database_refused` for users who may not read them: only superusers may
 */
export async function openDoors(db: Db): Promise<{ line: number; rule: string }[]> {
  const { rows } = await db.query<{ line: number; rule: string }>(
    `SELECT line_number AS line, concat_ws(' ', type, array_to_string(database, ','), array_to_string(user_name, ','), address, netmask) AS rule
     FROM pg_hba_file_rules
     WHERE auth_method = 'trust' AND type LIKE 'host%' AND address NOT LIKE '127.%' AND address NOT IN ('::1', 'localhost')
     ORDER BY line_number LIMIT 20`,
  );
  return rows;
}
