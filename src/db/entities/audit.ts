import { defineEntity, p } from '@mikro-orm/core';
import { idText, index, list, object, oneOf, text, time, timeNow } from './columns.ts';

/**
 * Who changed what: an entry is written before the work, and ended after it. The migration that made the table gives it
 * row-level security, so that of users who do not own it none changes an entry that has ended, or deletes a young one.
 */
export const auditLog = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_log',
  properties: {
    id: idText().primary(), // a UUID
    at: timeNow(),
    via: text(),
    who: text().nullable(),
    keyId: p.bigint('number').nullable(),
    host: text(),
    origin: text().nullable(),
    requestId: text().nullable(),
    action: text(),
    target: text().nullable(),
    arguments: object(),
    state: text().default('started'),
    errorCode: text().nullable(),
    message: text().nullable(),
    taskId: text().nullable(),
    runIds: list<number>(),
    endedAt: time().nullable(),
  },
  checks: [
    oneOf('audit_log_via_check', 'via', ['cli', 'api', 'task', 'worker']),
    oneOf('audit_log_state_check', 'state', ['started', 'ok', 'failed', 'refused']),
  ],
  indexes: [index('ix_audit_log_at', 'audit_log', 'using btree (at desc, id desc)')],
});
