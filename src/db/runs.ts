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
  readonly details: { readonly notes?: Readonly<Record<string, number>> } | null;
}

const runColumns = `id, source, label, status, records_fetched AS fetched, records_inserted AS inserted, records_updated AS updated,
  records_unchanged AS unchanged, records_failed AS rejected, records_withdrawn AS withdrawn, started_at AS "startedAt",
  completed_at AS "completedAt", duration_seconds AS "durationSeconds", error_message AS error, error_details AS details`;

/** The newest runs, at most `limit`; of one source, or of all. */
export async function runs(db: Db, limit: number, source: string | null): Promise<RunRow[]> {
  const { rows } = await db.query<RunRow>(
    `SELECT ${runColumns} FROM ingestion_runs WHERE $2::text IS NULL OR source = $2
     ORDER BY started_at DESC, id DESC LIMIT $1`,
    [limit, source],
  );
  return rows;
}

/** Which rows of a list are wanted. */
interface Span {
  readonly limit: number;
  readonly offset: number;
}

/** A page of the runs of a source and in a state, or of all, newest first; and how many there are. */
export async function runsPage(
  db: Db,
  { source, status }: { readonly source: string | null; readonly status: RunRow['status'] | null },
  { limit, offset }: Span,
): Promise<{ readonly total: number; readonly list: readonly RunRow[] }> {
  const where = 'WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR status = $2)';
  const counted = await db.query<{ total: number }>(`SELECT count(*)::int AS total FROM ingestion_runs ${where}`, [
    source,
    status,
  ]);
  const { rows } = await db.query<RunRow>(
    `SELECT ${runColumns} FROM ingestion_runs ${where} ORDER BY started_at DESC, id DESC LIMIT $3 OFFSET $4`,
    [source, status, limit, offset],
  );
  return { total: counted.rows[0]?.total ?? 0, list: rows };
}

/** A run, or null. */
export async function runById(db: Db, id: number): Promise<RunRow | null> {
  const { rows } = await db.query<RunRow>(`SELECT ${runColumns} FROM ingestion_runs WHERE id = $1`, [id]);
  return rows[0] ?? null;
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

/** A page of the rejected records of a run, in the order in which they were met; and how many of them are kept. */
export async function rejectedPage(
  db: Db,
  run: number,
  { limit, offset }: Span,
): Promise<{ readonly total: number; readonly list: readonly RejectedRow[] }> {
  const counted = await db.query<{ total: number }>(
    'SELECT count(*)::int AS total FROM rejected_records WHERE run_id = $1',
    [run],
  );
  const { rows } = await db.query<RejectedRow>(
    `SELECT id, run_id AS "runId", source, document, place, reason, excerpt FROM rejected_records
     WHERE run_id = $1 ORDER BY id LIMIT $2 OFFSET $3`,
    [run, limit, offset],
  );
  return { total: counted.rows[0]?.total ?? 0, list: rows };
}
