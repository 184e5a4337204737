import { type Static, Type } from 'typebox';
import { type AuditRow, auditStates, auditWays } from '../../db/audit.ts';
import { Nullable, Time } from './common.ts';

/** An entry of the audit log. */
export const AuditEntry = Type.Object({
  id: Type.String(),
  at: Time,
  via: Type.Enum([...auditWays], {
    description: 'cli: a command; api: a request; task: what a request asked for; worker: a schedule',
  }),
  who: Nullable(Type.String({ description: "The key's name, or the user of the operating system" })),
  key_id: Nullable(Type.Integer()),
  host: Type.String({ description: 'The machine on which the program ran' }),
  origin: Nullable(
    Type.String({ description: 'The address of the client; of a command, whether there was a terminal' }),
  ),
  request_id: Nullable(Type.String()),
  action: Type.String({ examples: ['ingest', 'keys.create'] }),
  target: Nullable(Type.String()),
  arguments: Type.Object({}, { additionalProperties: true, description: 'How it was asked for, without secrets' }),
  state: Type.Enum([...auditStates], { description: 'started: it goes on, or was killed' }),
  error_code: Nullable(Type.String()),
  message: Nullable(Type.String()),
  task_id: Nullable(Type.String()),
  run_ids: Type.Array(Type.Integer()),
  ended_at: Nullable(Time),
  duration_seconds: Nullable(Type.Number()),
});

/** An entry as the API, and `openthreat audit --json`, show it. */
export function auditEntryOf(row: AuditRow): Static<typeof AuditEntry> {
  return {
    id: row.id,
    at: row.at,
    via: row.via,
    who: row.who,
    key_id: row.keyId,
    host: row.host,
    origin: row.origin,
    request_id: row.requestId,
    action: row.action,
    target: row.target,
    arguments: row.arguments,
    state: row.state,
    error_code: row.errorCode,
    message: row.message,
    task_id: row.taskId,
    run_ids: [...row.runIds],
    ended_at: row.endedAt,
    duration_seconds: row.seconds,
  };
}
