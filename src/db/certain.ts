import { randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { kept, noting } from './data-version.ts';
import { type Database, type Db, type Transaction, transaction, unknownOutcome } from './database.ts';
import { isConnectionLoss, sqlState } from './errors.ts';

/** What a transaction leaves, by which it is known whether it was committed. */
interface Mark {
  readonly id: number; // of a row of data_changes
  readonly at: string; // of the same: after a failover numbers may come again, with another time
  readonly lock: string;
}

/**
 * Runs `work` in one transaction, and knows whether it was committed also when the connection breaks at that moment. It
 * changes data of the family `operations`: for work that writes the counts of runs.
 * @throws AppError for which `mayRepeat` holds when the connection broke and nothing was stored
 */
export async function certainTransaction<T>(
  database: Database,
  work: (tx: Transaction) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  if (database.kind === 'embedded') return transaction(database, work, begin);
  const done: { result: T; mark: Mark }[] = [];
  const marked = async (tx: Transaction) => {
    const result = await work(tx);
    done.push({ result, mark: await leaveMark(tx) });
    return result;
  };
  try {
    return await transaction(database, marked, begin);
  } catch (error) {
    const last = done.at(-1);
    if (!last || sqlState(error) !== unknownOutcome) throw error;
    const found = await lookForMark(database, last.mark);
    if (found === 'committed') return last.result;
    if (found === 'unknown') throw error;
    const what = 'The connection to the database broke, and nothing of what it was to store is there: do it again.';
    throw new AppError('database_unreachable', what, { sqlState: '08006' }, error);
  }
}

/** Whether the connection broke before anything was stored: then the same work may be done again. */
export function mayRepeat(error: unknown): boolean {
  return isConnectionLoss(error) && sqlState(error) !== unknownOutcome;
}

async function leaveMark(tx: Db): Promise<Mark> {
  const lock = String(randomBytes(8).readBigInt64BE());
  const { rows } = await tx.query<{ id: number; at: string }>(
    `${noting('operations')} SELECT id, at::text AS at, pg_advisory_xact_lock($1::bigint) FROM noted`,
    [lock],
  );
  const row = rows[0];
  if (!row) throw new TypeError('INSERT … RETURNING gave no row');
  return { id: row.id, at: row.at, lock };
}

/**
 * Waits until the transaction has ended, if its server still works on it: it holds the lock. Marks are cleared away after
 * some time: where there is none, only numbers that came soon after tell that there never was.
 */
async function lookForMark(database: Database, { id, at, lock }: Mark): Promise<'committed' | 'lost' | 'unknown'> {
  return transaction(database, async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [lock]);
    const { rows } = await tx.query<{ found: boolean; last: number }>(
      `SELECT EXISTS (SELECT FROM data_changes WHERE family = 'operations' AND id = $1 AND at = $2::timestamptz) AS found,
         (SELECT coalesce(max(id), 0) FROM data_changes WHERE family = 'operations') AS last`,
      [id, at],
    );
    if (rows[0]?.found) return 'committed';
    return (rows[0]?.last ?? 0) < id + kept ? 'lost' : 'unknown';
  });
}
