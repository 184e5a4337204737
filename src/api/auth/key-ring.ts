import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type ApiKeyRow, keyByHash, noteKeyUse } from '../../db/api-keys.ts';
import type { Db } from '../../db/database.ts';
import { isConnectionLoss, isReadOnly } from '../../db/errors.ts';
import { AppError } from '../../errors.ts';
import type { Caller } from '../contract.ts';
import { hashOf, isWellFormed } from './key.ts';

/** How long a key counts before it is looked up again, in milliseconds: within this time a revocation is noticed. */
const lookedUpEvery = 900;

/** Keys remembered at a time, right and wrong ones. */
const remembered = 10_000;

const minute = 60_000;

/** A key as the table has it, or what stands for none there. */
type Found = ApiKeyRow | 'unknown';

/** The keys of the table, remembered for less than a second, so that a key is checked in microseconds. */
export class KeyRing {
  readonly #db: Db;
  readonly #now: () => Date;
  readonly #say: (text: string) => void;
  #notesUses = true;
  readonly #found: LRUCache<string, Found>;
  readonly #reading: Db;
  readonly #usedAt = new LRUCache<number, number>({ max: remembered });
  readonly #noting = new Set<Promise<void>>();

  /** `say` is told, once, when it cannot be noted that keys are used; `reading` is asked while `db` is away. */
  constructor(
    { db, reading }: { readonly db: Db; readonly reading: Db },
    now: () => Date,
    say: (text: string) => void,
  ) {
    this.#db = db;
    this.#reading = reading;
    this.#now = now;
    this.#say = say;
    this.#found = new LRUCache<string, Found>({
      max: remembered,
      ttl: lookedUpEvery,
      fetchMethod: async (hash) => this.#lookUp(Buffer.from(hash, 'base64')),
    });
  }

  /**
   * Whose key it is.
   * @throws AppError `unauthorized` that says what is wrong with it; the database's errors
   */
  async callerOf(key: string): Promise<Caller> {
    if (!isWellFormed(key)) throw refused('This is not a whole key: it was cut off or mistyped on its way here.');
    const found = await this.#found.fetch(hashOf(key).toString('base64'));
    if (found === undefined || found === 'unknown') throw refused('No such key is known here.');
    if (found.revokedAt !== null) throw refused(`The key ${found.prefix}… was revoked.`);
    const now = this.#now();
    if (found.expiresAt !== null && Date.parse(found.expiresAt) <= now.getTime())
      throw refused(`The key ${found.prefix}… expired at ${found.expiresAt}.`);
    this.#noteUse(found.id, now);
    return { kind: 'key', id: String(found.id), name: found.name, role: found.role };
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await Promise.all(this.#noting);
  }

  async #lookUp(hash: Buffer): Promise<Found> {
    // A standby may be a little behind: of a revocation the primary tells at once.
    const row = await keyByHash(this.#db, hash).catch((error: unknown) => {
      if (!isConnectionLoss(error)) throw error;
      return keyByHash(this.#reading, hash);
    });
    if (row === null || !timingSafeEqual(row.hash, hash)) return 'unknown';
    const { hash: _, ...key } = row;
    return key;
  }

  /** A use that cannot be noted, as on a standby or by a user who may only read, is no reason to refuse the key. */
  #noteUse(id: number, now: Date): void {
    if (!this.#notesUses || now.getTime() - (this.#usedAt.get(id) ?? 0) < minute) return;
    this.#usedAt.set(id, now.getTime());
    const noted = noteKeyUse(this.#db, id, now.toISOString())
      .catch((error: unknown) => this.#notNoted(error))
      .finally(() => this.#noting.delete(noted));
    this.#noting.add(noted);
  }

  #notNoted(error: unknown): void {
    if (!isReadOnly(error) || !this.#notesUses) return; // the next minute may be better
    this.#notesUses = false;
    this.#say('When keys are used is not noted: the database user may only read.');
  }
}

function refused(why: string): AppError {
  return new AppError('unauthorized', `${why} "openthreat keys create" makes a new one.`);
}
