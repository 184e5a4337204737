import { defineEntity, p } from '@mikro-orm/core';
import { identity, idText, index, oneOf, text, time, timeNow } from './columns.ts';

/** Who may use the HTTP API, and for what. The keys themselves are shown once and kept nowhere. */
export const apiKeys = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  properties: {
    id: identity().primary(),
    name: text(),
    role: text(),
    /** The first characters of the key, by which people tell it from others. */
    prefix: text(),
    /** SHA-256 of the whole key. Keys are random, so nothing slower is needed. */
    hash: p.blob(),
    createdAt: timeNow(),
    expiresAt: time().nullable(),
    revokedAt: time().nullable(),
    lastUsedAt: time().nullable(),
  },
  checks: [oneOf('api_keys_role_check', 'role', ['reader', 'writer', 'admin'])],
  indexes: [index('ix_api_keys_hash', 'api_keys', 'using btree (hash)')],
});

/** Work that was asked for over HTTP and takes longer than an answer may. */
export const tasks = defineEntity({
  name: 'Task',
  tableName: 'tasks',
  properties: {
    id: idText().primary(), // a UUID
    kind: text(),
    params: p.json<object>(),
    state: text().default('waiting'),
    progress: p.json<object>().nullable(),
    result: p.json<object>().nullable(),
    error: text().nullable(),
    requestedBy: text().nullable(),
    createdAt: timeNow(),
    startedAt: time().nullable(),
    completedAt: time().nullable(),
    /** When whoever does it last said so. */
    heartbeatAt: time().nullable(),
  },
  checks: [oneOf('tasks_state_check', 'state', ['waiting', 'running', 'success', 'failed'])],
  indexes: [index('ix_tasks_created_at', 'tasks', 'using btree (created_at desc)')],
});

/**
 * A row for each transaction that changed data, by family. Their number and the highest are the version of the data, which
 * caches carry: of two transactions the later number may be committed first, so the highest alone would not do.
 */
export const dataChanges = defineEntity({
  name: 'DataChange',
  tableName: 'data_changes',
  properties: { family: idText().primary(), id: identity().primary(), at: timeNow() },
});
