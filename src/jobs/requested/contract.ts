import type { Readable } from 'node:stream';
import type { TaskResult, TaskRow } from '../../db/tasks.ts';
import type { Report } from './report.ts';

/** Work that is asked for over HTTP: it is noted as a task, and done as soon as there is time for it. */
export interface Tasks {
  /** What can be synced. */
  readonly sources: readonly string[];
  /** What a document may be said to be. */
  readonly formats: readonly string[];
  /**
   * Takes a document, whole, and stores what it says. `requestedBy` is shown: "key 3".
   * @throws AppError `too_large`, `invalid_input` for an empty one or an unknown format, `database_full` when the disk is, `overloaded`
   */
  ingest(document: Readable, how: IngestRequest, requestedBy: string): Promise<TaskRow>;
  /**
   * Fetches what is new of a source; `full`: everything again. One that waits already is not asked for twice.
   * @throws AppError `not_found`, `locked` when somebody syncs it, `overloaded`
   */
  sync(source: string, how: { readonly full: boolean }, requestedBy: string): Promise<TaskRow>;
  /** Brings all priorities to this day. One that waits already is not asked for twice. @throws AppError `overloaded` */
  rescore(requestedBy: string): Promise<TaskRow>;
  /**
   * A task as it is, and again when that has changed, until it has ended; null from time to time when nothing changes. Nothing
   * when there is no such task. @throws AppError `overloaded` when too many are followed
   */
  follow(id: string): AsyncGenerator<TaskRow | null>;
}

export interface IngestRequest {
  /** Of the runs; for indicators whose format names no source, the source. */
  readonly label: string | null;
  readonly format: string | null; // null: told from the content
  /** The most that is taken, and what the client said beforehand, in bytes. */
  readonly limit: number;
  readonly announced: number | null;
}

/** What a task does. `error`: why it did not end well, for the user; what is thrown is a failure, too. */
export type Work = (
  report: Report,
  signal: AbortSignal,
) => Promise<{ readonly result: TaskResult; readonly error: string | null }>;
