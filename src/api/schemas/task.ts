import { type Static, Type } from 'typebox';
import { type TaskRow, taskKinds, taskStates } from '../../db/tasks.ts';
import { Nullable, Time } from './common.ts';

const runStates = ['running', 'success', 'failed'] as const;
const steps = ['waiting', 'reading', 'indexing', 'scoring'] as const;
const number = (description: string) => Nullable(Type.Number({ description }));

/** A run as the task that began it shows it. */
const RunOfTask = Type.Object({
  id: Type.Integer({ description: 'Its rejected records are at /runs/{id}/rejected' }),
  source: Type.String(),
  status: Type.Enum([...runStates]),
  records_fetched: Type.Integer(),
  records_inserted: Type.Integer(),
  records_updated: Type.Integer(),
  records_unchanged: Type.Integer(),
  records_failed: Type.Integer({ description: 'Rejected: they could not be used' }),
  records_withdrawn: Type.Integer(),
});

const TaskParameters = Type.Object(
  {
    source: Nullable(Type.String()),
    full: Nullable(Type.Boolean()),
    label: Nullable(Type.String()),
    format: Nullable(Type.String({ description: 'null: told from the content' })),
    bytes: number('Of the document'),
  },
  { description: 'What was asked for; null is what this kind of task has no use for' },
);

const TaskProgress = Type.Object({
  step: Type.Enum([...steps]),
  records: Type.Integer({ description: 'Done so far' }),
  records_per_second: number('On average'),
  bytes_read: number('Of the document in hand'),
  bytes_total: number('Of the document in hand, where that is known'),
});

const TaskResult = Type.Object({
  changed: number('Of a rescore: how many priorities are others now'),
  failures: Type.Array(Type.Object({ document: Type.String(), reason: Type.String() }), {
    description: 'The first 20 documents that could not be used',
  }),
  seconds: Type.Number(),
});

/** Work that was asked for. */
export const Task = Type.Object({
  id: Type.String(),
  kind: Type.Enum([...taskKinds]),
  state: Type.Enum([...taskStates]),
  parameters: TaskParameters,
  progress: Nullable(TaskProgress),
  runs: Type.Array(RunOfTask, { description: 'The runs that it began, with their counts so far' }),
  result: Nullable(TaskResult),
  error: Nullable(Type.String({ description: 'Why it failed, and what to do' })),
  requested_by: Nullable(Type.String({ examples: ['key 3'] })),
  created_at: Time,
  started_at: Nullable(Time),
  completed_at: Nullable(Time),
});

/** A task as the API shows it. */
export function taskOf(row: TaskRow): Static<typeof Task> {
  const { progress, result } = row;
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    parameters: row.params,
    progress: progress && {
      step: progress.step,
      records: progress.records,
      records_per_second: progress.recordsPerSecond,
      bytes_read: progress.bytesRead,
      bytes_total: progress.bytesTotal,
    },
    runs: row.runs.map((run) => ({
      id: run.id,
      source: run.source,
      status: run.status,
      records_fetched: run.fetched,
      records_inserted: run.inserted,
      records_updated: run.updated,
      records_unchanged: run.unchanged,
      records_failed: run.rejected,
      records_withdrawn: run.withdrawn,
    })),
    result: result && { changed: result.changed, failures: [...result.failures], seconds: result.seconds },
    error: row.error,
    requested_by: row.requestedBy,
    created_at: row.createdAt,
    started_at: row.startedAt,
    completed_at: row.completedAt,
  };
}
