import type { Db } from '../database.ts';

export interface Activity {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly client: string | null;
  readonly state: string | null;
  readonly seconds: number | null; // in this state
  readonly waitsFor: string | null;
  readonly query: string;
}

/** The connections to this database, working ones first and the longest-running of them first. The asking one is left out. */
export async function activity(db: Db, limit = 100): Promise<Activity[]> {
  const { rows } = await db.query<Activity>(
    `SELECT pid, usename AS "user", application_name AS application, client_addr::text AS client, state,
            round(extract(epoch FROM clock_timestamp() - coalesce(CASE WHEN state = 'active' THEN query_start ELSE state_change END, backend_start))::numeric, 3) AS seconds,
            wait_event_type || ': ' || wait_event AS "waitsFor", left(query, 1000) AS query
     FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
     ORDER BY state = 'active' DESC NULLS LAST, seconds DESC NULLS LAST, pid LIMIT $1`,
    [limit],
  );
  return rows;
}
