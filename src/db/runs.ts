import type { Db } from './database.ts';

/** A row of `ingestion_runs`, for people. */
export interface RunRow {
  readonly id: number;
  readonly source: string;
  readonly label: string | null;
  readonly status: 'running' | 'success' | 'failed';
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly withdrawn: number;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly durationSeconds: number | null;
  readonly error: string | null;
  readonly details: unknown;
}

/** The newest runs, at most `limit`; of one source, or of all. */
export async function runs(db: Db, limit: number, source: string | null): Promise<RunRow[]> {
  const { rows } = await db.query<RunRow>(
    `SELECT id, source, label, status, records_fetched AS fetched, records_inserted AS inserted, records_updated AS updated,
            records_unchanged AS unchanged, records_failed AS rejected, records_withdrawn AS withdrawn, started_at AS "startedAt",
            completed_at AS "completedAt", duration_seconds AS "durationSeconds", error_message AS error, error_details AS details
     FROM ingestion_runs WHERE $2::text IS NULL OR source = $2 ORDER BY started_at DESC, id DESC LIMIT $1`,
    [limit, source],
  );
  return rows;
}

/** A row of `rejected_records`. */
export interface RejectedRow {
  readonly id: number;
  readonly runId: number;
  readonly source: string;
  readonly document: string;
  readonly place: string;
  readonly reason: string;
  readonly excerpt: string;
}

/** The newest rejected records, at most `limit`; of one run, or of all. */
export async function rejectedRecords(db: Db, limit: number, run: number | null): Promise<RejectedRow[]> {
  const { rows } = await db.query<RejectedRow>(
    `SELECT id, run_id AS "runId", source, document, place, reason, excerpt FROM rejected_records
     WHERE $2::bigint IS NULL OR run_id = $2 ORDER BY id DESC LIMIT $1`,
    [limit, run],
  );
  return rows;
}
