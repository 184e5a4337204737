import { defineEntity, p } from '@mikro-orm/core';
import { count, identity, idText, index, number, object, oneOf, text, time, timeNow } from './columns.ts';

/** One row for each time a source was read. */
export const ingestionRuns = defineEntity({
  name: 'IngestionRun',
  tableName: 'ingestion_runs',
  properties: {
    id: identity().primary(),
    source: idText(),
    label: text().nullable(),
    status: text(),
    recordsFetched: count(),
    recordsInserted: count(),
    recordsUpdated: count(),
    recordsUnchanged: count(),
    recordsFailed: count(),
    recordsWithdrawn: count(),
    startedAt: timeNow(),
    completedAt: time().nullable(),
    durationSeconds: number().nullable(),
    errorMessage: text().nullable(),
    errorDetails: p.json<object>().nullable(),
    config: object(),
    /** Which process runs it, so that another can tell when it is dead. */
    owner: text().nullable(),
    heartbeatAt: timeNow(),
  },
  checks: [oneOf('ingestion_runs_status_check', 'status', ['running', 'success', 'failed'])],
  indexes: [
    index('ix_ingestion_runs_started_at', 'ingestion_runs', 'using btree (started_at)'),
    index('ix_ingestion_runs_source', 'ingestion_runs', 'using btree (source, started_at)'),
  ],
});

/** Input that could not be used, with its place and the reason. */
export const rejectedRecords = defineEntity({
  name: 'RejectedRecord',
  tableName: 'rejected_records',
  properties: {
    id: identity().primary(),
    runId: p.bigint('number'),
    source: idText(),
    document: text(),
    place: text(),
    reason: text(),
    excerpt: text(),
    createdAt: timeNow(),
  },
  indexes: [index('ix_rejected_records_run_id', 'rejected_records', 'using btree (run_id)')],
});

/** How far each source was read, how it fares, and who reads it now. */
export const sourceState = defineEntity({
  name: 'SourceState',
  tableName: 'source_state',
  properties: {
    source: idText().primary(),
    releasedAt: time().nullable(),
    lastSuccessAt: time().nullable(),
    lastRunId: p.bigint('number').nullable(),
    /** What its connector must remember: moves only with what is stored. */
    state: object(),
    details: object(),
    lastAttemptAt: time().nullable(),
    lastChangeAt: time().nullable(),
    lastError: text().nullable(),
    failingSince: time().nullable(),
    failures: count(),
    /** What was held back because of its shape: why, since when, which documents. */
    held: p.json<object>().nullable(),
    nextRunAt: time().nullable(),
    /** Who syncs it, and until when that is believed without a further sign of life. */
    leaseOwner: text().nullable(),
    leaseUntil: time().nullable(),
  },
});

/** Indexes that a first load took away and must build again. */
export const deferredIndexes = defineEntity({
  name: 'DeferredIndex',
  tableName: 'deferred_indexes',
  properties: { name: idText().primary(), definition: text(), createdAt: timeNow() },
});
