import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Db } from '../db/database.ts';
import { isReadOnly, sqlState } from '../db/errors.ts';
import { beginEntry, type Deed, type DeedEnd, endEntry } from '../db/write/audit.ts';
import { AppError, messageOf } from '../errors.ts';

/** What is said of something that is about to be done; the rest is known, or null. */
export type Told = Pick<Deed, 'via' | 'action'> & Partial<Deed>;

/** How it ended; what is not said is null, or as it was told at first. */
export type Ended = Pick<DeedEnd, 'state'> & Partial<DeedEnd>;

/** What may be learnt while it is done. */
export type Learnt = Partial<Pick<DeedEnd, 'target' | 'taskId' | 'runIds'>>;

export const noTable = '42P01';

/** Who runs this process: the name of the user of the operating system. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`; // a container's user may have no name
  }
}

/**
 * One entry of the audit log. It is written before the work, so that none is lost by a kill, and ended after it. What
 * cannot be written down is not done.
 */
export class AuditEntry {
  readonly #id = randomUUID();
  readonly #deed: Deed;
  #at = new Date().toISOString();
  #learnt: Learnt = {};

  constructor(told: Told) {
    const nothing = { who: null, keyId: null, origin: null, requestId: null, target: null, taskId: null };
    this.#deed = { ...nothing, host: hostname(), arguments: {}, ...told };
  }

  /**
   * @returns false when there is no table yet: then `end` writes all of it
   * @throws AppError `database_refused` when the database user may not write; other database errors
   */
  async begin(db: Db): Promise<boolean> {
    try {
      this.#at = await beginEntry(db, this.#id, this.#deed);
      return true;
    } catch (error) {
      if (sqlState(error) === noTable) return false;
      throw isReadOnly(error) ? onlyReads(error) : error;
    }
  }

  /** What is known now: it is written at the end. */
  learn(learnt: Learnt): void {
    this.#learnt = { ...this.#learnt, ...learnt };
  }

  /** @throws AppError the database's errors: the entry then stays as begun */
  async end(db: Db, ended: Ended): Promise<void> {
    const nothing = { errorCode: null, message: null, target: null, taskId: null, runIds: [] };
    await endEntry(db, this.#id, this.#at, this.#deed, { ...nothing, ...this.#learnt, ...ended });
  }
}

/** Does something, and keeps an entry of it. `outcome`: how it ended, when it did not throw. @throws as `begin`; as `work` */
export async function audited<T>(
  db: Db,
  told: Told,
  work: (entry: AuditEntry) => Promise<T>,
  outcome: (result: T) => Ended = () => ({ state: 'ok' }),
): Promise<T> {
  const entry = new AuditEntry(told);
  await entry.begin(db);
  let result: T;
  try {
    result = await work(entry);
  } catch (error) {
    await entry.end(db, failure(error)).catch(() => {}); // the work's own error says more
    throw error;
  }
  await entry.end(db, outcome(result));
  return result;
}

/** How something ended that threw. */
export function failure(error: unknown): Ended {
  return { state: 'failed', errorCode: error instanceof AppError ? error.code : 'internal', message: messageOf(error) };
}

function onlyReads(cause: unknown): AppError {
  const message =
    'This changes the database, and its user may only read there. Use the DATABASE_URL of the user that may write ("openthreat db grants" tells which rights it needs).';
  return new AppError('database_refused', message, { sqlState: sqlState(cause) }, cause);
}
