import type { Db } from '../database.ts';
import type { TaskKind, TaskParams, TaskProgress, TaskResult } from '../tasks.ts';

/** Adds a task that waits. Times of tasks are the database's, so that clocks need not agree. */
export async function addTask(
  db: Db,
  task: {
    readonly id: string;
    readonly kind: TaskKind;
    readonly params: TaskParams;
    readonly requestedBy: string;
    readonly progress: TaskProgress;
  },
): Promise<void> {
  const { id, kind, params, requestedBy, progress } = task;
  await db.query(
    `INSERT INTO tasks (id, kind, params, requested_by, progress, created_at, heartbeat_at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp())`,
    [id, kind, JSON.stringify(params), requestedBy, JSON.stringify(progress)],
  );
}

/** Begins a task. @returns false when it does not wait: somebody else has begun or ended it */
export async function beginTask(db: Db, id: string, progress: TaskProgress): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE tasks SET state = 'running', progress = $2, started_at = clock_timestamp(), heartbeat_at = clock_timestamp()
     WHERE id = $1 AND state = 'waiting'`,
    [id, JSON.stringify(progress)],
  );
  return rowCount === 1;
}

/** Says that whoever has these tasks lives, and of some of them how far they are. */
export async function noteTaskProgress(db: Db, progress: ReadonlyMap<string, TaskProgress | null>): Promise<void> {
  await db.query(
    `UPDATE tasks AS t SET heartbeat_at = clock_timestamp(), progress = coalesce(x.progress, t.progress)
     FROM unnest($1::text[], $2::jsonb[]) AS x(id, progress) WHERE t.id = x.id AND t.state IN ('waiting', 'running')`,
    [[...progress.keys()], [...progress.values()].map((one) => one && JSON.stringify(one))],
  );
}

/** Ends a task: successfully, or with the reason why not. One that was ended by somebody else stays as it is. */
export async function endTask(
  db: Db,
  id: string,
  end: { readonly progress: TaskProgress; readonly result: TaskResult | null; readonly error: string | null },
): Promise<void> {
  const { progress, result, error } = end;
  await db.query(
    `UPDATE tasks SET state = $2, progress = $3, result = $4, error = $5, completed_at = clock_timestamp(),
       heartbeat_at = clock_timestamp() WHERE id = $1 AND state IN ('waiting', 'running')`,
    [id, error === null ? 'success' : 'failed', JSON.stringify(progress), result && JSON.stringify(result), error],
  );
}

/** Marks tasks as failed that nobody does any more. */
export async function failTasks(db: Db, ids: readonly string[], error: string): Promise<void> {
  await db.query(
    `UPDATE tasks SET state = 'failed', error = $2, completed_at = clock_timestamp()
     WHERE id = ANY($1::text[]) AND state IN ('waiting', 'running')`,
    [ids, error],
  );
}
