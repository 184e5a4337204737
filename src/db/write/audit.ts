import type { AuditState, AuditWay } from '../audit.ts';
import type { Db } from '../database.ts';
import { auditArguments, auditText } from './audit-text.ts';

/** Something that somebody is about to do. */
export interface Deed {
  readonly via: AuditWay;
  readonly who: string | null;
  readonly keyId: number | null;
  readonly host: string;
  readonly origin: string | null;
  readonly requestId: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly taskId: string | null;
}

/** How it ended. */
export interface DeedEnd {
  readonly state: Exclude<AuditState, 'started'>;
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly target: string | null;
  readonly taskId: string | null;
  readonly runIds: readonly number[];
}

/**
 * Writes down that something begins. Times are the database's, so that clocks need not agree.
 * @returns when that was, ISO 8601 UTC
 */
export async function beginEntry(db: Db, id: string, deed: Deed): Promise<string> {
  const { rows } = await db.query<{ at: string }>(
    `INSERT INTO audit_log (id, at, via, who, key_id, host, origin, request_id, action, target, arguments, task_id)
     VALUES ($1, clock_timestamp(), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING at`,
    [id, ...valuesOf(deed)],
  );
  if (!rows[0]) throw new TypeError('an insert that returns nothing');
  return rows[0].at;
}

/**
 * Ends an entry; one that has ended already stays as it is. Where it is gone, as after a reset, or could not be written
 * before there was a table, all of it is written now. `at`: when it began.
 */
export async function endEntry(db: Db, id: string, at: string, deed: Deed, end: DeedEnd): Promise<void> {
  const { state, errorCode, message, target, taskId, runIds } = end;
  await db.query(
    `INSERT INTO audit_log AS a (id, via, who, key_id, host, origin, request_id, action, target, arguments, task_id, at, state,
       error_code, message, run_ids, ended_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, clock_timestamp())
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, error_code = excluded.error_code, message = excluded.message,
       target = excluded.target, task_id = excluded.task_id, run_ids = excluded.run_ids, ended_at = excluded.ended_at
     WHERE a.state = 'started'`,
    [
      id,
      ...valuesOf({ ...deed, target: target ?? deed.target, taskId: taskId ?? deed.taskId }),
      at,
      state,
      errorCode,
      textOf(message),
      JSON.stringify(runIds),
    ],
  );
}

function valuesOf(deed: Deed): unknown[] {
  const { via, who, keyId, host, origin, requestId, action, target, taskId } = deed;
  const args = JSON.stringify(auditArguments(deed.arguments));
  return [via, textOf(who), keyId, host, origin, requestId, action, textOf(target), args, taskId];
}

function textOf(text: string | null): string | null {
  return text === null ? null : auditText(text);
}
