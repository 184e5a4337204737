import { AppError } from '../errors.ts';
import type { Db } from './database.ts';

/** By which way something was done: a command, a request, work that a request asked for, a schedule. */
export const auditWays = ['cli', 'api', 'task', 'worker'] as const;
export type AuditWay = (typeof auditWays)[number];

/** How it ended; `started`: it goes on, or was killed. */
export const auditStates = ['started', 'ok', 'failed', 'refused'] as const;
export type AuditState = (typeof auditStates)[number];

/** A row of `audit_log`. Times are ISO 8601 UTC. */
export interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly via: AuditWay;
  readonly who: string | null;
  readonly keyId: number | null;
  readonly host: string;
  readonly origin: string | null;
  readonly requestId: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly state: AuditState;
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly taskId: string | null;
  readonly runIds: readonly number[];
  readonly endedAt: string | null;
  readonly seconds: number | null;
}

/** Which entries are wanted; null: all. */
export interface AuditFilter {
  readonly since: string | null;
  /** A name, `name@host`, `key 3` or an address. */
  readonly who: string | null;
  /** `keys` means `keys.create` and `keys.revoke`. */
  readonly action: string | null;
  /** Only what failed or was refused. */
  readonly failed: boolean;
}

/** The entry after which a page begins. */
interface AuditCursor {
  readonly at: string;
  readonly id: string;
}

// Times as text with their microseconds: the next page begins exactly after the last one.
const moment = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The newest entries, at most `limit`, beginning after `after`. */
async function auditEntries(
  db: Db,
  { since, who, action, failed }: AuditFilter,
  after: AuditCursor | null,
  limit: number,
): Promise<AuditRow[]> {
  const { rows } = await db.query<AuditRow>(
    `SELECT id, ${moment('at')} AS at, via, who, key_id AS "keyId", host, origin, request_id AS "requestId", action, target,
       arguments, state, error_code AS "errorCode", message, task_id AS "taskId", run_ids AS "runIds",
       ${moment('ended_at')} AS "endedAt", extract(epoch FROM ended_at - at)::float8 AS seconds
     FROM audit_log
     WHERE ($1::timestamptz IS NULL OR at >= $1)
       AND ($2::text IS NULL OR $2 IN (who, who || '@' || host, 'key ' || key_id, origin))
       AND ($3::text IS NULL OR action = $3 OR starts_with(action, $3 || '.'))
       AND (NOT $4::boolean OR state IN ('failed', 'refused'))
       AND ($5::timestamptz IS NULL OR (at, id) < ($5, $6::text COLLATE "C"))
     ORDER BY at DESC, id DESC LIMIT $7`,
    [since, who, action, failed, after?.at ?? null, after?.id ?? null, limit],
  );
  return rows;
}

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** Where the next page begins, as a short text that means nothing to people. */
function writeAuditCursor({ at, id }: AuditCursor): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** @throws AppError `invalid_input` for a text that is no cursor */
export function readAuditCursor(text: string): AuditCursor {
  const [at, id] = fieldsOf(text);
  if (typeof at === 'string' && form.test(at) && !Number.isNaN(Date.parse(at)) && typeof id === 'string')
    return { at, id: id.slice(0, 64) };
  throw new AppError('invalid_input', 'The cursor is none that the audit log gave: begin without one.', {
    parameter: 'cursor',
  });
}

function fieldsOf(text: string): readonly unknown[] {
  try {
    const value: unknown = text.length <= 400 ? JSON.parse(Buffer.from(text, 'base64url').toString()) : null;
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** A page of entries, newest first, and where the next one begins; null: there is none. */
export async function auditPage(
  db: Db,
  filter: AuditFilter,
  { after, limit }: { readonly after: AuditCursor | null; readonly limit: number },
): Promise<{ readonly entries: readonly AuditRow[]; readonly next: string | null }> {
  const found = await auditEntries(db, filter, after, limit + 1);
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: last && found.length > limit ? writeAuditCursor(last) : null };
}
