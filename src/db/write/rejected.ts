import type { Db } from '../database.ts';

/** An input record that could not be used, with where it stood and why. */
export interface RejectedRecord {
  readonly source: string;
  readonly document: string;
  readonly place: string;
  readonly reason: string;
  readonly excerpt: string; // at most 500 characters
}

/** Keeps rejected records of a run. */
export async function keepRejected(
  tx: Db,
  runId: number,
  rejected: readonly RejectedRecord[],
  at: string,
): Promise<void> {
  if (rejected.length === 0) return;
  await tx.query(
    `INSERT INTO rejected_records (run_id, source, document, place, reason, excerpt, created_at)
     SELECT $2, source, document, place, reason, excerpt, $3
     FROM json_to_recordset($1) AS x(source text, document text, place text, reason text, excerpt text)`,
    [JSON.stringify(rejected), runId, at],
  );
}
