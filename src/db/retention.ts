import type { Db } from './database.ts';

/** The last time that old rows were deleted, as `tasks` has it. */
export interface LastRetention {
  readonly completedAt: string; // ISO 8601 UTC
  readonly error: string | null;
  /** How many rows went, by table. */
  readonly deleted: Readonly<Record<string, number>>;
}

/** When old rows were last deleted, or that was tried, and what came of it; null: never. */
export async function lastRetention(db: Db): Promise<LastRetention | null> {
  const { rows } = await db.query<LastRetention>(
    `SELECT completed_at AS "completedAt", error, coalesce(result -> 'deleted', '{}') AS deleted FROM tasks
     WHERE kind = 'retention' AND completed_at IS NOT NULL ORDER BY completed_at DESC LIMIT 1`,
    [],
  );
  return rows[0] ?? null;
}
