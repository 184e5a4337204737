import type { Database } from '../db/database.ts';
import type { FormatKind } from '../sources/contract.ts';
import type { Document, Item } from './document.ts';
import type { Progress } from './progress.ts';
import type { RunBook } from './run-book.ts';

/** What a sink is given. */
export interface SinkContext {
  readonly db: Database;
  readonly book: RunBook;
  readonly now: () => Date;
  /** Read, compare and count, but write nothing. */
  readonly dryRun: boolean;
  /** The label of the ingest: the source of indicators whose format names none. */
  readonly label: string | null;
  /** Small batches, and no index put off: on the embedded database everybody waits for each statement. */
  readonly considerate: boolean;
  readonly progress: (progress: Progress) => void;
}

/**
 * Takes the raw records of one kind of format: parses, compares and stores them, and counts each in the run of its
 * source. There is one sink of a kind in an ingest, and its calls come one after the other.
 */
export interface Sink {
  /** Takes a record of a document whose format is of this sink's kind. May return before it is stored. */
  add(item: Item): Promise<void>;
  /** Sends off what was gathered. */
  flush(): Promise<void>;
  /** Waits until what was sent off is stored; after a failure, until nothing is under way. @throws what storing threw */
  settle(): Promise<void>;
  /**
   * A document came whole, and all of it is stored: whole catalogues withdraw what vanished, unless something in the
   * document could not be used (`gaps`). Not called for a document that failed, nor for an outdated one but of scores. @returns why it cannot be used after all, or null
   */
  end(document: Document, records: number): Promise<string | null>;
  /** Nothing more comes: indexes put off, and what is derived from everything. Called after `settle`, not after a failure. */
  close(): Promise<void>;
  /** How far the input is read. */
  bytes(read: number, total: number | null): void;
}

export type SinkOf = (context: SinkContext) => Promise<Sink>;
export type Sinks = Readonly<Record<FormatKind, SinkOf>>;
