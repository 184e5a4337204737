import { noting } from '../data-version.ts';
import type { Db } from '../database.ts';

const noted = noting('operations');

/** How the records of a run ended. The first four of them add up to `fetched`. */
export interface Counts {
  fetched: number;
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: number;
  withdrawn: number; // not fetched: entries that vanished from a whole catalogue
}

export const noCounts = (): Counts => ({
  fetched: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  withdrawn: 0,
});

/** Begins a run and returns its id. */
export async function startRun(
  db: Db,
  run: { source: string; label: string | null; config: object; owner: string },
  at: string,
): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `${noted} INSERT INTO ingestion_runs (source, label, status, config, owner, started_at, heartbeat_at)
     VALUES ($1, $2, 'running', $3, $4, $5, $5) RETURNING id`,
    [run.source, run.label, JSON.stringify(run.config), run.owner, at],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('INSERT … RETURNING gave no row');
  return id;
}

/** Adds to a run's counts, in the transaction that stores what they count. */
export async function addToRun(tx: Db, id: number, c: Counts, at: string): Promise<void> {
  await tx.query(
    `${noted} UPDATE ingestion_runs SET records_fetched = records_fetched + $2, records_inserted = records_inserted + $3,
       records_updated = records_updated + $4, records_unchanged = records_unchanged + $5,
       records_failed = records_failed + $6, records_withdrawn = records_withdrawn + $7, heartbeat_at = $8 WHERE id = $1`,
    [id, c.fetched, c.inserted, c.updated, c.unchanged, c.rejected, c.withdrawn, at],
  );
}

/** Writes a run's counts, when all is counted. */
export async function countRun(tx: Db, id: number, c: Counts, at: string): Promise<void> {
  await tx.query(
    `UPDATE ingestion_runs SET records_fetched = $2, records_inserted = $3, records_updated = $4, records_unchanged = $5,
       records_failed = $6, records_withdrawn = $7, heartbeat_at = $8 WHERE id = $1`,
    [id, c.fetched, c.inserted, c.updated, c.unchanged, c.rejected, c.withdrawn, at],
  );
}

/** Ends a run: successfully, or with the reason why not. */
export async function finishRun(
  db: Db,
  id: number,
  end: { at: string; seconds: number; error: string | null; details: object | null },
): Promise<void> {
  await db.query(
    `${noted} UPDATE ingestion_runs SET status = $2, completed_at = $3, heartbeat_at = $3, duration_seconds = $4,
       error_message = $5, error_details = $6 WHERE id = $1`,
    [
      id,
      end.error === null ? 'success' : 'failed',
      end.at,
      end.seconds,
      end.error,
      end.details && JSON.stringify(end.details),
    ],
  );
}

/** The runs that say they are running. */
export async function runningRuns(db: Db): Promise<{ id: number; owner: string | null; heartbeatAt: string }[]> {
  const { rows } = await db.query<{ id: number; owner: string | null; heartbeatAt: string }>(
    `SELECT id, owner, heartbeat_at AS "heartbeatAt" FROM ingestion_runs WHERE status = 'running' ORDER BY id LIMIT 1000`,
  );
  return rows;
}

/** Marks runs whose process is gone as failed. What they had stored stays. */
export async function failRuns(db: Db, ids: readonly number[], reason: string, at: string): Promise<void> {
  await db.query(
    `${noted} UPDATE ingestion_runs SET status = 'failed', completed_at = heartbeat_at, error_message = $2,
       duration_seconds = extract(epoch FROM heartbeat_at - started_at), heartbeat_at = $3
     WHERE id = ANY($1::bigint[]) AND status = 'running'`,
    [ids, reason, at],
  );
}
