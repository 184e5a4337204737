import type { Db } from '../database.ts';

/** A standby that receives from this server. */
export interface Standby {
  readonly name: string;
  readonly state: string; // streaming, catchup, …
  readonly lagBytes: number | null; // null where this user may not see it
  readonly lagSeconds: number | null; // until it has replayed; null also when it is idle
}

/** The standbys of this server; none on a standby, unless it has some of its own. */
export async function standbys(db: Db): Promise<Standby[]> {
  const { rows } = await db.query<Standby>(
    `SELECT coalesce(nullif(application_name, ''), client_addr::text, pid::text) AS name, coalesce(state, 'unknown') AS state,
            pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, replay_lsn)::float8 AS "lagBytes",
            extract(epoch FROM replay_lag)::float8 AS "lagSeconds"
     FROM pg_stat_replication ORDER BY 1 LIMIT 100`,
  );
  return rows;
}

/** Replication slots that nobody reads from: the server keeps its log for them until its disk is full. */
export async function idleSlots(db: Db): Promise<{ name: string; keptBytes: number | null }[]> {
  const { rows } = await db.query<{ name: string; keptBytes: number | null }>(
    `SELECT slot_name AS name, CASE WHEN pg_is_in_recovery() THEN NULL
              ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::float8 END AS "keptBytes"
     FROM pg_replication_slots WHERE NOT active ORDER BY 1 LIMIT 100`,
  );
  return rows;
}
