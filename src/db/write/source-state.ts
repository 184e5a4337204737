import { noting } from '../data-version.ts';
import type { Db } from '../database.ts';

const noted = noting('operations');

/** When the newest whole catalogue of a source that was read had been released, or null. */
export async function releasedAt(db: Db, source: string): Promise<string | null> {
  const { rows } = await db.query<{ at: string | null }>(
    'SELECT released_at AS at FROM source_state WHERE source = $1',
    [source],
  );
  return rows[0]?.at ?? null;
}

/**
 * Notes a successful run of a source. `released` is never moved backwards. What was loaded from files is no success of a
 * source that is synced: a single old file would make it look fresh.
 */
export async function noteSuccess(
  db: Db,
  source: string,
  run: { id: number; at: string; released: string | null },
): Promise<void> {
  await db.query(
    `${noted} INSERT INTO source_state AS s (source, released_at, last_success_at, last_run_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (source) DO UPDATE SET released_at = greatest(s.released_at, excluded.released_at),
       last_success_at = CASE WHEN s.last_attempt_at IS NULL THEN excluded.last_success_at ELSE s.last_success_at END,
       last_run_id = excluded.last_run_id`,
    [source, run.released, run.at, run.id],
  );
}

/** What a sync remembers beside its connector's state. */
export interface SyncMemory {
  readonly state: Readonly<Record<string, unknown>>;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the last sync of a source remembered; empty when there was none. */
export async function syncMemory(db: Db, source: string): Promise<SyncMemory> {
  const { rows } = await db.query<SyncMemory>('SELECT state, details FROM source_state WHERE source = $1', [source]);
  return rows[0] ?? { state: {}, details: {} };
}

/**
 * Remembers how far a source is stored, while `owner` still holds its lease. A `state` of null stays as it is; members of
 * `details` are replaced one by one.
 * @returns false when somebody else has the lease: then nothing was written
 */
export async function rememberSync(
  db: Db,
  source: string,
  owner: string,
  memory: { readonly state: object | null; readonly details: object },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE source_state SET state = coalesce($3::jsonb, state), details = details || $4::jsonb
     WHERE source = $1 AND lease_owner = $2`,
    [source, owner, memory.state && JSON.stringify(memory.state), JSON.stringify(memory.details)],
  );
  return rowCount === 1;
}

/** Notes that a source is being asked. */
export async function noteAttempt(db: Db, source: string, at: string): Promise<void> {
  await db.query(`${noted} UPDATE source_state SET last_attempt_at = $2 WHERE source = $1`, [source, at]);
}

/** Notes a sync that came to its end: nothing is wrong with the source, and nothing of it is held back. */
export async function noteSynced(db: Db, source: string, at: string): Promise<void> {
  await db.query(
    `${noted} UPDATE source_state SET last_success_at = $2, last_error = NULL, failing_since = NULL, failures = 0, held = NULL
     WHERE source = $1`,
    [source, at],
  );
}

/** Notes that a sync changed something, in whatever way it ended. */
export async function noteChange(db: Db, source: string, at: string): Promise<void> {
  await db.query(`${noted} UPDATE source_state SET last_change_at = $2 WHERE source = $1`, [source, at]);
}

/** What was held back, and why; the time stays that of the first one in a row. */
export interface Held {
  readonly since: string;
  readonly why: string;
  readonly document: string; // its address
  readonly file: string; // where it is kept
}

/** Notes a sync that failed. What was held back before stays noted. */
export async function noteSyncFailure(
  db: Db,
  source: string,
  failure: { readonly at: string; readonly reason: string; readonly held: Omit<Held, 'since'> | null },
): Promise<void> {
  const { at, reason, held } = failure;
  await db.query(
    `${noted} UPDATE source_state SET last_error = $3, failing_since = coalesce(failing_since, $2), failures = failures + 1,
       held = CASE WHEN $4::jsonb IS NULL THEN held
         ELSE $4::jsonb || jsonb_build_object('since', coalesce(held ->> 'since', $5)) END
     WHERE source = $1`,
    [source, at, reason, held && JSON.stringify(held), at],
  );
}

/** Notes when a source is synced next; null: not by itself. */
export async function noteNextRun(db: Db, source: string, at: string | null): Promise<void> {
  await db.query(
    `${noted} INSERT INTO source_state (source, next_run_at) VALUES ($1, $2)
     ON CONFLICT (source) DO UPDATE SET next_run_at = excluded.next_run_at`,
    [source, at],
  );
}

/** Makes the next sync of a source read everything again. */
export async function forgetState(db: Db, source: string): Promise<void> {
  await db.query(`UPDATE source_state SET state = '{}' WHERE source = $1`, [source]);
}

/** Forgets a source. */
export async function forgetSource(tx: Db, source: string): Promise<void> {
  await tx.query(`${noted} DELETE FROM source_state WHERE source = $1`, [source]);
}
