import { setTimeout } from 'node:timers/promises';
import type { PostgresAddress } from '../../database-url.ts';
import type { DatabaseConfig } from '../../settings/database.ts';
import type { Database } from '../database.ts';
import { type Lsn, Positions } from './positions.ts';
import { Probe, type Whereabouts } from './probe.ts';
import { Standby, type StandbyCondition } from './standby.ts';

/** How often the servers are looked at, in milliseconds. */
const everyMs = 250;
/** The longest time that reads are held up when a standby takes over from the primary, in milliseconds. */
const handoverMs = 100;
/** After one that did not succeed the next is tried so much later. */
const handoverPauseMs = 2000;

/** A standby as others may see it. */
export interface ReplicaState {
  readonly server: string;
  readonly condition: StandbyCondition;
  readonly lagMs: number | null;
  /** Reads go there just now. */
  readonly inUse: boolean;
}

/**
 * Chooses where reads go: to one standby at a time, while it is fresh and has everything that was written through this
 * process; otherwise to the primary. Reads never go back in time: a standby takes over only when it has everything that the
 * primary had shown until then.
 */
export class ReplicaWatch {
  readonly #config: DatabaseConfig;
  readonly #probe: Probe;
  readonly #standbys: readonly Standby[];
  readonly #writers: readonly Database[];
  readonly #positions = new Positions();
  readonly #stopping = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #inUse: Standby | null = null;
  /** How many writes of this process the standby in use has applied. */
  #covered = 0;
  #gate: Promise<void> | null = null;
  #onPrimary = 0; // reads that go on there
  #primarySeenAt = performance.now();
  #timeline: string | null = null;
  #handoverAt = Number.NEGATIVE_INFINITY;
  #history = 0;

  /** `writers`: what they write must be seen by the reads that follow. */
  constructor(config: DatabaseConfig, primary: PostgresAddress, writers: readonly Database[]) {
    this.#config = config;
    this.#probe = new Probe(config, primary);
    this.#standbys = config.replicas.map((address) => new Standby(config, address));
    this.#writers = writers;
  }

  /** Looks once, and from then on again and again. */
  async start(): Promise<void> {
    await this.#look();
    this.#use(this.#anyFresh());
    this.#looking = this.#lookOn();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    this.#probe.close();
    await Promise.all(this.#standbys.map(async (one) => one.close()));
  }

  /** The standby that is read from; null: the primary is. */
  get inUse(): Standby | null {
    return this.#inUse;
  }

  get states(): readonly ReplicaState[] {
    return this.#standbys.map((one) => ({
      server: one.name,
      condition: one.condition,
      lagMs: one.lagMs,
      inUse: one === this.#inUse,
    }));
  }

  /** Another number when reads may have gone back in time. */
  get history(): number {
    return this.#history;
  }

  /** Where the next read goes: a standby, or null for the primary; then `done` is to be called when it has ended. */
  async choose(): Promise<Standby | null> {
    while (this.#gate) await this.#gate;
    if (this.#inUse && this.#covered < this.#writes && !this.#isPrimaryLost) this.#use(null);
    if (this.#inUse === null) this.#onPrimary++;
    return this.#inUse;
  }

  done(): void {
    this.#onPrimary--;
  }

  /** A read failed there because of the server. */
  failed(standby: Standby): void {
    if (standby === this.#inUse) this.#use(null);
  }

  get #writes(): number {
    return this.#writers.reduce((sum, { writes }) => sum + writes, 0);
  }

  /** It has been away for so long that reads do not wait for it any more, even if they lack the last writes. */
  get #isPrimaryLost(): boolean {
    return performance.now() - this.#primarySeenAt > this.#config.replicaMaxLagMs;
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await setTimeout(everyMs, null, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      await this.#look();
      await this.#choose();
    }
  }

  async #look(): Promise<void> {
    const primary = await this.#askPrimary();
    if (primary) this.#note(primary);
    await Promise.all(this.#standbys.map(async (one) => one.look(this.#positions, primary?.lsn ?? null)));
  }

  /** One that was demoted is none. */
  async #askPrimary(): Promise<Whereabouts | null> {
    const found = await this.#probe.ask();
    if (!found?.standby) return found;
    this.#probe.close();
    return null;
  }

  #note({ lsn, timeline }: Whereabouts): void {
    if (this.#timeline !== null && timeline !== this.#timeline) {
      this.#positions.clear();
      this.#history++;
    }
    this.#timeline = timeline;
    this.#primarySeenAt = performance.now();
    this.#positions.note(lsn, this.#primarySeenAt);
  }

  async #choose(): Promise<void> {
    if (this.#inUse && this.#inUse.condition !== 'fresh') this.#use(null);
    if (this.#inUse) return;
    if (this.#isPrimaryLost) {
      const next = this.#anyFresh();
      if (next) this.#history++; // it may lack what the primary, or another standby, has shown
      this.#use(next);
      return;
    }
    const next = this.#standbys.filter((one) => one.condition === 'fresh').find((one) => one.lagMs === 0);
    if (next && performance.now() > this.#handoverAt) await this.#handOver(next);
  }

  #anyFresh(): Standby | null {
    const fresh = this.#standbys.filter((one) => one.condition === 'fresh');
    // Each process takes another one, so that several share the load.
    return fresh[Math.floor(Math.random() * fresh.length)] ?? null;
  }

  #use(standby: Standby | null): void {
    this.#inUse = standby;
    if (standby) this.#covered = this.#writes;
  }

  /** Holds up new reads until those on the primary have ended and the standby has everything that they may have seen. */
  async #handOver(next: Standby): Promise<void> {
    let open = () => {};
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    try {
      const end = performance.now() + handoverMs;
      while (this.#onPrimary > 0 && performance.now() < end) await setTimeout(2);
      const writes = this.#writes;
      const primary = this.#onPrimary > 0 ? null : await this.#askPrimary();
      if (primary && (await caughtUp(next, primary.lsn, end)) && writes === this.#writes) this.#use(next);
      else this.#handoverAt = performance.now() + handoverPauseMs;
    } finally {
      this.#gate = null;
      open();
    }
  }
}

async function caughtUp(standby: Standby, lsn: Lsn, end: number): Promise<boolean> {
  while (!(await standby.has(lsn))) {
    if (performance.now() > end) return false;
    await setTimeout(2);
  }
  return true;
}
