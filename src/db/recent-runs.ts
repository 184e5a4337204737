import type { Db } from './database.ts';

/** How the runs of a source ended lately. */
export interface SourceRuns {
  readonly source: string;
  readonly failed: number; // in the span
  readonly lastStatus: 'success' | 'failed';
  readonly lastError: string | null; // of the newest failed one
}

/** How the runs of each source ended since a moment (ISO 8601), where any failed; at most a hundred sources. */
export async function failedRuns(db: Db, since: string): Promise<SourceRuns[]> {
  const { rows } = await db.query<SourceRuns>(
    `SELECT source, count(*) FILTER (WHERE status = 'failed')::int AS failed,
            (array_agg(status ORDER BY started_at DESC, id DESC))[1] AS "lastStatus",
            (array_agg(error_message ORDER BY started_at DESC, id DESC) FILTER (WHERE status = 'failed'))[1] AS "lastError"
     FROM ingestion_runs WHERE started_at >= $1 AND status <> 'running' GROUP BY source
     HAVING count(*) FILTER (WHERE status = 'failed') > 0 ORDER BY 2 DESC, 1 LIMIT 100`,
    [since],
  );
  return rows;
}

/** How many records of a source could not be used: in its newest run that read any, and in those before. */
export interface Rejections {
  readonly source: string;
  readonly run: number;
  readonly rejected: number;
  readonly fetched: number;
  /** The share of rejected ones in up to twenty runs before, 0–1; null: there were none. */
  readonly shareBefore: number | null;
}

/** Sources whose newest run since a moment (ISO 8601) rejected records; at most a hundred. */
export async function rejections(db: Db, since: string): Promise<Rejections[]> {
  const { rows } = await db.query<Rejections>(
    `WITH numbered AS (
       SELECT id, source, records_failed, records_fetched, started_at,
              row_number() OVER (PARTITION BY source ORDER BY started_at DESC, id DESC) AS n
       FROM ingestion_runs WHERE started_at >= $1 AND status <> 'running' AND records_fetched > 0)
     SELECT last.source, last.id AS run, last.records_failed AS rejected, last.records_fetched AS fetched,
            (SELECT sum(b.records_failed)::float8 / nullif(sum(b.records_fetched), 0) FROM numbered b
             WHERE b.source = last.source AND b.n BETWEEN 2 AND 21) AS "shareBefore"
     FROM numbered last WHERE last.n = 1 AND last.records_failed > 0 ORDER BY rejected DESC, last.source LIMIT 100`,
    [since],
  );
  return rows;
}

/** A run at work. Times are ISO 8601 UTC. */
export interface RunAtWork {
  readonly id: number;
  readonly source: string;
  readonly owner: string | null;
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly fetched: number;
}

/** The runs that say they are running, the oldest first; at most a hundred. */
export async function runsAtWork(db: Db): Promise<RunAtWork[]> {
  const { rows } = await db.query<RunAtWork>(
    `SELECT id, source, owner, started_at AS "startedAt", heartbeat_at AS "heartbeatAt", records_fetched AS fetched
     FROM ingestion_runs WHERE status = 'running' ORDER BY id LIMIT 100`,
  );
  return rows;
}

/** Whether anything was ever stored. */
export async function hasContent(db: Db): Promise<boolean> {
  const { rows } = await db.query(`SELECT 1 FROM ingestion_runs WHERE status = 'success' LIMIT 1`);
  return rows.length > 0;
}
