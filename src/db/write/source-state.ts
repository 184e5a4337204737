import type { Db } from '../database.ts';

/** When the newest whole catalogue of a source that was read had been released, or null. */
export async function releasedAt(db: Db, source: string): Promise<string | null> {
  const { rows } = await db.query<{ at: string | null }>(
    'SELECT released_at AS at FROM source_state WHERE source = $1',
    [source],
  );
  return rows[0]?.at ?? null;
}

/** Notes a successful run of a source. `released` is never moved backwards. */
export async function noteSuccess(
  db: Db,
  source: string,
  run: { id: number; at: string; released: string | null },
): Promise<void> {
  await db.query(
    `INSERT INTO source_state AS s (source, released_at, last_success_at, last_run_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (source) DO UPDATE SET released_at = greatest(s.released_at, excluded.released_at),
       last_success_at = excluded.last_success_at, last_run_id = excluded.last_run_id`,
    [source, run.released, run.at, run.id],
  );
}

/** Forgets a source. */
export async function forgetSource(tx: Db, source: string): Promise<void> {
  await tx.query('DELETE FROM source_state WHERE source = $1', [source]);
}
