import { type Static, Type } from 'typebox';
import type { RejectedRow, RunRow } from '../../db/runs.ts';
import { Nullable, Time } from './common.ts';

const count = Type.Integer({ minimum: 0 });

export const runStates = ['running', 'success', 'failed'] as const;

/** A run: once that a source was read. */
export const Run = Type.Object({
  id: Type.Integer(),
  source: Type.String(),
  label: Nullable(Type.String({ description: 'What a loaded file was called' })),
  status: Type.Enum([...runStates]),
  records_fetched: count,
  records_inserted: count,
  records_updated: count,
  records_unchanged: count,
  records_failed: Type.Integer({ minimum: 0, description: 'Records that could not be used' }),
  records_withdrawn: count,
  started_at: Time,
  completed_at: Nullable(Time),
  duration_seconds: Nullable(Type.Number({ minimum: 0 })),
  error_message: Nullable(Type.String()),
  notes: Type.Array(Type.Object({ note: Type.String(), times: Type.Integer() }), {
    description: 'What is worth knowing, and how often it happened',
  }),
});

/** A run as the API shows it. */
export function runOf(r: RunRow): Static<typeof Run> {
  return {
    id: r.id,
    source: r.source,
    label: r.label,
    status: r.status,
    records_fetched: r.fetched,
    records_inserted: r.inserted,
    records_updated: r.updated,
    records_unchanged: r.unchanged,
    records_failed: r.rejected,
    records_withdrawn: r.withdrawn,
    started_at: r.startedAt,
    completed_at: r.completedAt,
    duration_seconds: r.durationSeconds,
    error_message: r.error,
    notes: Object.entries(r.details?.notes ?? {}).map(([note, times]) => ({ note, times })),
  };
}

/** Input that could not be used. */
export const Rejected = Type.Object({
  id: Type.Integer(),
  run_id: Type.Integer(),
  source: Type.String(),
  document: Type.String(),
  place: Type.String({ description: 'Where in the document it is' }),
  reason: Type.String(),
  excerpt: Type.String({ description: 'How it begins' }),
});

/** A rejected record as the API shows it. */
export function rejectedOf({ runId, ...rest }: RejectedRow): Static<typeof Rejected> {
  return { ...rest, run_id: runId };
}
