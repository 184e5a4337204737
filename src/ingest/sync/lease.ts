import { randomUUID } from 'node:crypto';
import type { Db } from '../../db/database.ts';
import { isDead, thisOwner } from '../../db/owner.ts';
import { claimLease, leaseOf, releaseLease, renewLease } from '../../db/write/source-lease.ts';
import { AppError } from '../../errors.ts';

/** How long a lease is believed without a sign of life, and how often one is given. */
export const leaseTimes = { heldMs: 5 * 60_000, renewMs: 30_000 } as const;

/**
 * The right to sync a source, of which there is one in a database: a row, and no advisory lock, because the embedded
 * database has one session for all, and poolers mix sessions.
 */
export class Lease {
  readonly owner: string;
  /** Aborted when the lease is lost: somebody else may be at work. */
  readonly lost: AbortSignal;
  readonly #db: Db;
  readonly #source: string;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #until = performance.now() + leaseTimes.heldMs;
  #renewal: Promise<void> | null = null;

  private constructor(db: Db, source: string, owner: string, renewMs: number) {
    this.#db = db;
    this.#source = source;
    this.owner = owner;
    this.lost = this.#lost.signal;
    this.#timer = setInterval(() => this.#renew(), renewMs);
    this.#timer.unref();
  }

  /** Takes the lease of a source. @throws AppError `locked` with who has it and until when */
  static async claim(db: Db, source: string, now: () => Date, renewMs: number = leaseTimes.renewMs): Promise<Lease> {
    // A process may hold several leases, one after the other, of the same source: each is told from the ones before.
    const owner = `${thisOwner()}:${randomUUID()}`;
    const had = await leaseOf(db, source);
    const at = now().toISOString();
    const dead = had && isDead(had.owner, at, at) ? had.owner : null;
    if (await claimLease(db, source, { owner, milliseconds: leaseTimes.heldMs, dead }))
      return new Lease(db, source, owner, renewMs);
    throw lockedBy(source, (await leaseOf(db, source)) ?? had);
  }

  /** Gives the lease back; never throws, because it runs out by itself. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewal;
    await releaseLease(this.#db, this.#source, this.owner).catch(() => {});
  }

  #renew(): void {
    this.#renewal ??= this.#attempt().finally(() => {
      this.#renewal = null;
    });
  }

  /** A failed attempt is no loss while the lease is believed. */
  async #attempt(): Promise<void> {
    const start = performance.now();
    const renewed = await renewLease(this.#db, this.#source, this.owner, leaseTimes.heldMs).catch(() => null);
    if (renewed) this.#until = start + leaseTimes.heldMs;
    else if (renewed === false || performance.now() > this.#until) this.#lose();
  }

  #lose(): void {
    clearInterval(this.#timer);
    const why = `${this.#source} was taken over by another process, because this one gave no sign of life for too long.`;
    this.#lost.abort(new AppError('locked', why, { source: this.#source }));
  }
}

/** @throws AppError `locked` with who syncs the source and until when */
export async function assertNotSyncing(db: Db, source: string, now: Date): Promise<void> {
  const lease = await leaseOf(db, source);
  const at = now.toISOString();
  if (lease && !isDead(lease.owner, at, at)) throw lockedBy(source, lease);
}

function lockedBy(source: string, by: { owner: string; until: string } | null): AppError {
  const [host = 'another process', pid] = by?.owner.split(':') ?? [];
  const who = pid ? `process ${pid} on ${host}` : host;
  const until = by ? `, at least until ${by.until.slice(11, 19)} UTC` : '';
  return new AppError('locked', `${source} is being synced by ${who}${until}: wait for it, or end it first.`, {
    source,
    owner: who,
    ...(by && { until: by.until }),
  });
}
