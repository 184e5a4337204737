import type { Db } from '../database.ts';

/** A session that has been at something for long. */
export interface SlowSession {
  readonly pid: number;
  readonly kind: 'working' | 'idle_in_transaction' | 'waiting';
  readonly user: string | null;
  readonly application: string | null;
  readonly seconds: number; // in this statement, or since it went idle
  readonly query: string; // '' where this user may not see it
}

/** How long a session of this database may be at something. */
export interface SessionLimits {
  readonly workingSeconds: number;
  readonly idleSeconds: number; // in a transaction
  readonly waitingSeconds: number; // for a lock
}

/** Sessions of this database that take longer, the longest first; at most a hundred. */
export async function slowSessions(db: Db, limits: SessionLimits): Promise<SlowSession[]> {
  const { rows } = await db.query<SlowSession>(
    `SELECT * FROM (
       SELECT pid, usename AS "user", application_name AS application, left(regexp_replace(query, '\\s+', ' ', 'g'), 200) AS query,
              CASE WHEN state <> 'active' THEN 'idle_in_transaction' WHEN wait_event_type = 'Lock' THEN 'waiting' ELSE 'working' END AS kind,
              extract(epoch FROM clock_timestamp() - CASE WHEN state = 'active' THEN query_start ELSE state_change END)::float8 AS seconds
       FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
         AND state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')) AS session
     WHERE seconds > CASE kind WHEN 'working' THEN $1::float8 WHEN 'waiting' THEN $2::float8 ELSE $3::float8 END
     ORDER BY seconds DESC, pid LIMIT 100`,
    [limits.workingSeconds, limits.waitingSeconds, limits.idleSeconds],
  );
  return rows;
}

/** Connections that are taken, and how many there may be: of one limit among those that hold for this program. */
export interface ConnectionUse {
  readonly limit: 'server' | 'database' | 'user';
  readonly used: number;
  readonly most: number; // without those that are kept for superusers
}

/** The limits on connections and how far they are used, the fullest first. Limits of databases and users hold for none but superusers. */
export async function connectionUse(db: Db): Promise<ConnectionUse[]> {
  const { rows } = await db.query<ConnectionUse>(
    `WITH client AS (SELECT datname, usename FROM pg_stat_activity WHERE backend_type = 'client backend')
     SELECT 'server' AS "limit", (SELECT count(*)::int FROM client) AS used,
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most
     UNION ALL SELECT 'database', (SELECT count(*)::int FROM client WHERE datname = current_database()), datconnlimit
       FROM pg_database WHERE datname = current_database() AND datconnlimit >= 0
     UNION ALL SELECT 'user', (SELECT count(*)::int FROM client WHERE usename = current_user), rolconnlimit
       FROM pg_roles WHERE rolname = current_user AND rolconnlimit >= 0`,
  );
  return rows.toSorted((a, b) => b.used / Math.max(b.most, 1) - a.used / Math.max(a.most, 1));
}
