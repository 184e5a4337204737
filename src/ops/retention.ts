import { randomUUID } from 'node:crypto';
import { type DataFamily, noteDataChange } from '../db/data-version.ts';
import { type Database, type Db, transaction } from '../db/database.ts';
import {
  countOld,
  countOldChanges,
  countOldPoints,
  deleteOld,
  deleteOldChanges,
  deleteOldPoints,
  noteCurveBegin,
  noteRetention,
  type OldRows,
  oldAuditEntries,
  oldRejected,
  oldRuns,
  oldSearchResults,
  oldTasks,
  type Piece,
  pieceAfter,
} from '../db/write/retention.ts';
import { messageOf } from '../errors.ts';

/** How long what only grows is kept. Ages in milliseconds; 0: for ever. */
export interface RetentionLimits {
  readonly historyMs: number;
  readonly epssHistoryMs: number;
  readonly runsMs: number;
  /** So many runs of each source stay, however old. */
  readonly runsOfSource: number;
  readonly rejectedMs: number;
  readonly searchCacheMs: number;
  readonly tasksMs: number;
  readonly auditMs: number;
}

/** One kind of rows that grow old. */
export interface Retained {
  readonly table: string;
  /** Older ones go, ISO 8601 UTC; null: they are kept for ever. */
  readonly before: string | null;
  /** How many went, or would go. */
  readonly rows: number;
}

export interface RetentionOptions {
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly limits: RetentionLimits;
  /** Who wants it: "worker", "command line". */
  readonly requestedBy: string;
}

/** Rows in one transaction: short, because on the embedded database everybody waits for each. */
const batch = 2_000;

/** What is deleted of one table. */
interface Rule {
  readonly table: string;
  readonly before: string | null;
  count(db: Db): Promise<number>;
  /** Deletes in batches until nothing is old, or `signal` says to stop; calls `deleted` for each. */
  apply(db: Database, signal: AbortSignal, deleted: (rows: number) => void): Promise<void>;
}

/** How many rows would be deleted. Changes nothing. */
export async function foreseeRetention(db: Db, limits: RetentionLimits, now: Date): Promise<Retained[]> {
  const found: Retained[] = [];
  for (const rule of rulesOf(limits, now)) {
    const { table, before } = rule;
    found.push({ table, before, rows: before === null ? 0 : await rule.count(db) });
  }
  return found;
}

/**
 * Deletes what is older than it is kept, table by table in small transactions, and writes down what it did. It may be
 * stopped after each of them, and run by several at a time.
 * @returns what went of each table
 * @throws AppError of the database, after what was done is written down where possible
 */
export async function retain(db: Database, options: RetentionOptions): Promise<Retained[]> {
  const { limits, now, signal } = options;
  const began = performance.now();
  const done: Retained[] = [];
  const note = async (error: string | null) => {
    const seconds = Math.round(performance.now() - began) / 1000;
    await noteRetention(db, {
      id: randomUUID(),
      requestedBy: options.requestedBy,
      startedAt: now.toISOString(),
      completedAt: new Date(now.getTime() + seconds * 1000).toISOString(),
      deleted: Object.fromEntries(done.map(({ table, rows }) => [table, rows])),
      seconds,
      error,
    });
  };
  try {
    for (const { table, before, apply } of rulesOf(limits, now)) {
      let rows = 0;
      const count = (n: number) => {
        rows += n;
      };
      if (before !== null && !signal.aborted) await apply(db, signal, count);
      done.push({ table, before, rows });
    }
  } catch (error) {
    await note(messageOf(error)).catch(() => {}); // the database may be what failed
    throw error;
  }
  await note(signal.aborted ? 'Interrupted: what is left goes the next time.' : null);
  return done;
}

function rulesOf(limits: RetentionLimits, now: Date): Rule[] {
  const before = (ms: number) => (ms === 0 ? null : new Date(Math.max(0, now.getTime() - ms)).toISOString());
  const rejected = before(limits.rejectedMs);
  const runs = before(limits.runsMs);
  const least = limits.runsOfSource;
  const history = before(limits.historyMs);
  const curves = before(limits.epssHistoryMs)?.slice(0, 10) ?? null;
  return [
    piecewise('vulnerability_changes', history, countOldChanges, deleteOldChanges),
    piecewise('epss_history', curves, countOldPoints, deletePoints),
    simple('rejected_records', rejected ?? runs, () => oldRejected(rejected, { cut: runs, least }), 'operations'),
    simple('ingestion_runs', runs, (cut) => oldRuns(cut, least), 'operations'),
    simple('search_cache', before(limits.searchCacheMs), (cut) => oldSearchResults(cut, now.toISOString()), null),
    simple('tasks', before(limits.tasksMs), oldTasks, null),
    simple('audit_log', before(limits.auditMs), oldAuditEntries, null),
  ];
}

/** A rule for rows that know their age. `family`: whose caches show them. */
function simple(table: string, before: string | null, old: (cut: string) => OldRows, family: DataFamily | null): Rule {
  return {
    table,
    before,
    count: async (db) => countOld(db, old(before ?? '')),
    async apply(db, signal, deleted) {
      for (let n = batch; n === batch && !signal.aborted; ) {
        n = await changing(db, family, (tx) => deleteOld(tx, old(before ?? ''), batch));
        deleted(n);
      }
    },
  };
}

/** A rule for rows of CVEs, of which the newest old one stays: it goes over all of the table, CVE after CVE. */
function piecewise(
  table: 'vulnerability_changes' | 'epss_history',
  before: string | null,
  count: (db: Db, cut: string) => Promise<number>,
  remove: (tx: Db, piece: Piece, cut: string) => Promise<number>,
): Rule {
  return {
    table,
    before,
    count: async (db) => count(db, before ?? ''),
    async apply(db, signal, deleted) {
      for (let after: string | null = ''; after !== null && !signal.aborted; ) {
        const piece: Piece = await pieceAfter(db, table, after, batch);
        deleted(await changing(db, 'vulnerabilities', (tx) => remove(tx, piece, before ?? '')));
        after = piece.last;
      }
    },
  };
}

async function deletePoints(tx: Db, piece: Piece, day: string): Promise<number> {
  const deleted = await deleteOldPoints(tx, piece, day);
  if (deleted > 0) await noteCurveBegin(tx, day);
  return deleted;
}

/** Deletes in one transaction, which tells caches when something went. */
async function changing(db: Database, family: DataFamily | null, remove: (tx: Db) => Promise<number>): Promise<number> {
  return transaction(db, async (tx) => {
    const deleted = await remove(tx);
    if (deleted > 0 && family !== null) await noteDataChange(tx, family);
    return deleted;
  });
}
