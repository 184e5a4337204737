import { horizonSource } from '../../domain/as-of.ts';

import type { Db } from '../database.ts';
import { curveBegin } from '../epss.ts';
import type { TaskParams, TaskResult } from '../tasks.ts';

/** Which rows of a table are old: SQL that gives their keys, and its parameters. */
export interface OldRows {
  readonly table: string;
  readonly key: string;
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Runs that ended, began before `cut` (ISO 8601), and are not among the newest `least` of their source. */
export function oldRuns(cut: string, least: number): OldRows {
  return { table: 'ingestion_runs', key: 'id', sql: runsThatGo('$1', '$2'), params: [cut, least] };
}

const runsThatGo = (cut: string, least: string) => `SELECT id FROM (
    SELECT id, started_at, status, row_number() OVER (PARTITION BY source ORDER BY started_at DESC, id DESC) AS place
    FROM ingestion_runs) AS r WHERE place > ${least} AND started_at < ${cut} AND status <> 'running'`;

/** Rejected records from before `cut`, and those of runs that go; null: nothing is too old. */
export function oldRejected(
  cut: string | null,
  runs: { readonly cut: string | null; readonly least: number },
): OldRows {
  const sql = `SELECT id FROM rejected_records
    WHERE created_at < $1::timestamptz OR run_id IN (${runsThatGo('$2::timestamptz', '$3')})`;
  return { table: 'rejected_records', key: 'id', sql, params: [cut, runs.cut, runs.least] };
}

/** Results of searches that do not count any more at `now`, or were found before `cut`. */
export function oldSearchResults(cut: string, now: string): OldRows {
  const sql = 'SELECT cache_key FROM search_cache WHERE expires_at < $2 OR created_at < $1';
  return { table: 'search_cache', key: 'cache_key', sql, params: [cut, now] };
}

/** Tasks that ended and were asked for before `cut`. */
export function oldTasks(cut: string): OldRows {
  const sql = `SELECT id FROM tasks WHERE created_at < $1 AND state IN ('success', 'failed')`;
  return { table: 'tasks', key: 'id', sql, params: [cut] };
}

/** Entries of the audit log from before `cut`. */
export function oldAuditEntries(cut: string): OldRows {
  return { table: 'audit_log', key: 'id', sql: 'SELECT id FROM audit_log WHERE at < $1', params: [cut] };
}

export async function countOld(db: Db, { sql, params }: OldRows): Promise<number> {
  const { rows } = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM (${sql}) AS old`, params);
  return rows[0]?.n ?? 0;
}

/** Deletes some of them, at most `limit`. @returns how many */
export async function deleteOld(tx: Db, { table, key, sql, params }: OldRows, limit: number): Promise<number> {
  const some = `${sql} ORDER BY ${key} LIMIT $${params.length + 1}`;
  const { rowCount } = await tx.query(`DELETE FROM ${table} WHERE ${key} IN (${some})`, [...params, limit]);
  return rowCount ?? 0;
}

/** A piece of a table that is keyed by CVE: the ids after `after`, up to and with `last`; null: to the end. */
export interface Piece {
  readonly after: string;
  readonly last: string | null;
}

/** The piece after `after`, of about `limit` rows; the rows of a CVE stay together. */
export async function pieceAfter(
  db: Db,
  table: 'vulnerability_changes' | 'epss_history',
  after: string,
  limit: number,
): Promise<Piece> {
  const { rows } = await db.query<{ last: string }>(
    `SELECT cve_id AS last FROM ${table} WHERE cve_id > $1 ORDER BY cve_id OFFSET $2 LIMIT 1`,
    [after, limit],
  );
  return { after, last: rows[0]?.last ?? null };
}

const inPiece = 'cve_id > $1 AND ($2::text IS NULL OR cve_id <= $2)';

export async function countOldChanges(db: Db, cut: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM vulnerability_changes WHERE changed_at < $1 AND source <> $2',
    [cut, horizonSource],
  );
  return rows[0]?.n ?? 0;
}

/**
 * Deletes the changes of a piece from before `cut`. The newest of them stays as an empty one that marks where the history
 * of its CVE begins: what the record was like at that moment follows from the later ones.
 * @returns how many changes went
 */
export async function deleteOldChanges(tx: Db, piece: Piece, cut: string): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `WITH old AS (
       SELECT cve_id, id, source, row_number() OVER (PARTITION BY cve_id ORDER BY changed_at DESC, id DESC) AS place
       FROM vulnerability_changes WHERE ${inPiece} AND changed_at < $3),
     gone AS (
       DELETE FROM vulnerability_changes AS c USING old
       WHERE place > 1 AND c.cve_id = old.cve_id AND c.id = old.id RETURNING old.source),
     marked AS (
       UPDATE vulnerability_changes AS c SET source = $4, run_id = NULL, changes = '{}' FROM old
       WHERE place = 1 AND c.cve_id = old.cve_id AND c.id = old.id AND c.source <> $4 RETURNING 1)
     SELECT (SELECT count(*) FROM gone WHERE source <> $4)::int + (SELECT count(*) FROM marked)::int AS n`,
    [piece.after, piece.last, cut, horizonSource],
  );
  return rows[0]?.n ?? 0;
}

/** The points of curves before `day` but for the last of each, which stands until the next. */
const oldPoints = (where: string, day: string) =>
  `SELECT cve_id, day FROM (
     SELECT cve_id, day, row_number() OVER (PARTITION BY cve_id ORDER BY day DESC) AS place
     FROM epss_history WHERE ${where} AND day < ${day}) AS p WHERE place > 1`;

export async function countOldPoints(db: Db, day: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM (${oldPoints('true', '$1')}) AS old`, [
    day,
  ]);
  return rows[0]?.n ?? 0;
}

/** Deletes the points of a piece of the curves that are older than `day`, but for those that count on it. @returns how many */
export async function deleteOldPoints(tx: Db, piece: Piece, day: string): Promise<number> {
  const { rowCount } = await tx.query(
    `DELETE FROM epss_history AS h USING (${oldPoints(inPiece, '$3')}) AS old
     WHERE h.cve_id = old.cve_id AND h.day = old.day`,
    [piece.after, piece.last, day],
  );
  return rowCount ?? 0;
}

/** Notes that curves are whole from `day` on only. It never moves backwards. */
export async function noteCurveBegin(tx: Db, day: string): Promise<void> {
  await tx.query(
    `INSERT INTO source_state AS s (source, details) VALUES ('epss', jsonb_build_object('${curveBegin}', $1::text))
     ON CONFLICT (source) DO UPDATE SET details = s.details
       || jsonb_build_object('${curveBegin}', greatest(s.details ->> '${curveBegin}', $1::text))`,
    [day],
  );
}

/** Writes down that old rows were deleted, as a task that has ended; the records before the last one go when tasks do. */
export async function noteRetention(
  db: Db,
  note: {
    readonly id: string;
    readonly requestedBy: string;
    readonly startedAt: string;
    readonly completedAt: string;
    readonly deleted: Readonly<Record<string, number>>;
    readonly seconds: number;
    readonly error: string | null;
  },
): Promise<void> {
  const { id, requestedBy, startedAt, completedAt, deleted, seconds, error } = note;
  const params: TaskParams = { source: null, full: null, label: null, format: null, bytes: null };
  const result: TaskResult & { readonly deleted: typeof deleted } = { changed: null, failures: [], seconds, deleted };
  await db.query(
    `INSERT INTO tasks (id, kind, params, state, result, error, requested_by, created_at, started_at, completed_at)
     VALUES ($1, 'retention', $2, $3, $4, $5, $6, $7, $7, $8)`,
    [
      id,
      JSON.stringify(params),
      error === null ? 'success' : 'failed',
      JSON.stringify(result),
      error,
      requestedBy,
      startedAt,
      completedAt,
    ],
  );
}
