import type { Db } from './database.ts';

export const taskKinds = ['ingest', 'sync', 'rescore', 'retention'] as const;
export type TaskKind = (typeof taskKinds)[number];
export const taskStates = ['waiting', 'running', 'success', 'failed'] as const;
export type TaskState = (typeof taskStates)[number];

/** What was asked for; what a kind has no use for is null. */
export interface TaskParams {
  readonly source: string | null;
  readonly full: boolean | null;
  readonly label: string | null;
  readonly format: string | null; // null: told from the content
  readonly bytes: number | null; // of the document
}

/** How far a task is, as whoever does it last said. */
export interface TaskProgress {
  /** Host, process and its start: by it others can tell whether it lives. */
  readonly owner: string;
  readonly step: 'waiting' | 'reading' | 'indexing' | 'scoring';
  readonly records: number;
  readonly recordsPerSecond: number | null;
  readonly bytesRead: number | null;
  readonly bytesTotal: number | null;
  readonly runs: readonly number[];
}

export interface TaskResult {
  /** How many priorities a rescore changed. */
  readonly changed: number | null;
  /** The first documents that could not be used. */
  readonly failures: readonly { readonly document: string; readonly reason: string }[];
  readonly seconds: number;
}

/** A run that a task began. */
export interface TaskRun {
  readonly id: number;
  readonly source: string;
  readonly status: 'running' | 'success' | 'failed';
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly withdrawn: number;
}

/** A row of `tasks`, with its runs. Times are ISO 8601 UTC, of the database's clock. */
export interface TaskRow {
  readonly id: string;
  readonly kind: TaskKind;
  readonly state: TaskState;
  readonly params: TaskParams;
  readonly progress: TaskProgress | null;
  readonly result: TaskResult | null;
  readonly error: string | null;
  readonly requestedBy: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly runs: readonly TaskRun[];
}

const columns = `t.id, t.kind, t.state, t.params, t.progress, t.result, t.error, t.requested_by AS "requestedBy",
  t.created_at AS "createdAt", t.started_at AS "startedAt", t.completed_at AS "completedAt", coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', r.id, 'source', r.source, 'status', r.status, 'fetched', r.records_fetched,
      'inserted', r.records_inserted, 'updated', r.records_updated, 'unchanged', r.records_unchanged,
      'rejected', r.records_failed, 'withdrawn', r.records_withdrawn) ORDER BY r.id)
    FROM ingestion_runs r WHERE r.id IN (SELECT jsonb_array_elements_text(t.progress -> 'runs')::bigint)), '[]') AS runs`;

/** The newest tasks, at most `limit`. */
export async function newestTasks(db: Db, limit: number): Promise<TaskRow[]> {
  const { rows } = await db.query<TaskRow>(`SELECT ${columns} FROM tasks t ORDER BY t.created_at DESC, t.id LIMIT $1`, [
    limit,
  ]);
  return rows;
}

/** These tasks, as far as there are any of these ids, by id. */
export async function tasksById(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, TaskRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<TaskRow>(`SELECT ${columns} FROM tasks t WHERE t.id = ANY($1::text[])`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** A task of this kind for the same thing that waits, with somebody who will do it, or null. */
export async function waitingTask(db: Db, kind: TaskKind, params: TaskParams): Promise<TaskRow | null> {
  const { rows } = await db.query<TaskRow>(
    `SELECT ${columns} FROM tasks t WHERE t.state = 'waiting' AND t.kind = $1 AND t.params = $2::jsonb
       AND t.heartbeat_at > clock_timestamp() - interval '1 minute' ORDER BY t.created_at LIMIT 1`,
    [kind, JSON.stringify(params)],
  );
  return rows[0] ?? null;
}

/** Tasks that have not ended, the oldest first; `silentSeconds`: since the last sign of life. */
export interface OpenTask {
  readonly id: string;
  readonly owner: string | null;
  readonly silentSeconds: number;
}

export async function openTasks(db: Db): Promise<OpenTask[]> {
  const { rows } = await db.query<OpenTask>(
    `SELECT id, progress ->> 'owner' AS owner,
            extract(epoch FROM clock_timestamp() - coalesce(heartbeat_at, created_at))::float8 AS "silentSeconds"
     FROM tasks WHERE state IN ('waiting', 'running') ORDER BY created_at, id LIMIT 1000`,
    [],
  );
  return rows;
}
