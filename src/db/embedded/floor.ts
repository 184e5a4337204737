import { messageOf } from '../../errors.ts';
import type { Engine } from './engine.ts';

/** Messages of one client that must run without another's in between: they end with a Sync, a Flush or a simple query. */
export interface Group {
  readonly messages: readonly Buffer[];
  readonly endsWithFlush: boolean;
}

/** What the floor must know of a client. */
export interface Speaker {
  readonly gone: boolean;
  readonly hasGroup: boolean;
  take(): Group | null;
  answer(bytes: Buffer): void;
  answered(): void;
  drop(sqlState: string, text: string): void;
  /** Whether it has changed a setting of the session. */
  changedSettings: boolean;
}

/**
 * Who may speak. The backend has one session for all clients, so a client keeps the floor while its transaction is open or
 * its extended query has not seen its Sync; among the others the first come is the first served.
 */
export class Floor {
  readonly #engine: Engine;
  readonly #idleLimitMs: number;
  readonly #onDeath: (report: Error) => void;
  readonly #queue: Speaker[] = [];
  readonly #farewells: Buffer[] = [];
  #holder: Speaker | null = null;
  #holderIsMidQuery = false;
  #settingsOf: Speaker | null = null;
  #running = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #onQuiet: (() => void) | null = null;

  constructor(engine: Engine, idleLimitMs: number, onDeath: (report: Error) => void) {
    this.#engine = engine;
    this.#idleLimitMs = idleLimitMs;
    this.#onDeath = onDeath;
  }

  /** Tells that `speaker` has a group to run. */
  request(speaker: Speaker): void {
    if (speaker !== this.#holder && !this.#queue.includes(speaker)) this.#queue.push(speaker);
    void this.#serve();
  }

  /** Tells that `speaker` is gone: what it left open is rolled back, and `farewell` runs when nobody has the floor. */
  leave(speaker: Speaker, farewell: readonly Buffer[]): void {
    if (farewell.length > 0) this.#farewells.push(...farewell, sync);
    if (speaker === this.#holder) void this.#serve();
  }

  /** How many clients are in a transaction or wait for their turn. */
  get atWork(): number {
    return this.#queue.filter((speaker) => !speaker.gone).length + (this.#holder ? 1 : 0);
  }

  /** Resolves when nobody is in a transaction and nobody waits. */
  async quiet(): Promise<void> {
    if (this.atWork > 0 || this.#running) await new Promise<void>((resolve) => (this.#onQuiet = resolve));
  }

  async #serve(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let speaker = this.#next(); speaker; speaker = this.#next()) {
        clearTimeout(this.#idleTimer);
        if (speaker.gone) await this.#cleanUpAfter(speaker);
        else await this.#run(speaker);
        // Sockets must be read between two groups: the engine itself never lets go of this thread.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      this.#onDeath(error instanceof Error ? error : new Error(messageOf(error)));
    } finally {
      this.#running = false;
    }
    if (this.atWork === 0) this.#onQuiet?.();
  }

  #next(): Speaker | null {
    if (this.#holder) return this.#holder.gone || this.#holder.hasGroup ? this.#holder : null;
    return this.#queue.shift() ?? null;
  }

  async #run(speaker: Speaker): Promise<void> {
    if (!this.#holder) await this.#tidy(speaker);
    const group = speaker.take();
    if (!group) return;
    const status = await this.#engine.run(joined(group.messages), (bytes) => speaker.answer(bytes));
    speaker.answered();
    if (speaker.changedSettings) this.#settingsOf = speaker;
    this.#holderIsMidQuery = group.endsWithFlush;
    this.#holder = status !== 'I' || group.endsWithFlush ? speaker : null;
    if (this.#holder) return this.#startIdleTimer(speaker);
    if (speaker.hasGroup) this.request(speaker);
    await this.#engine.checkpointIfDue();
  }

  /** Undoes what clients left in the session. Settings stay while nobody but the client that changed them speaks. */
  async #tidy(speaker: Speaker): Promise<void> {
    for (const farewell of this.#farewells.splice(0)) await this.#engine.run(farewell, () => {});
    if (!this.#settingsOf || this.#settingsOf === speaker) return;
    this.#settingsOf.changedSettings = false;
    this.#settingsOf = null;
    await this.#engine.execute('RESET SESSION AUTHORIZATION; RESET ALL');
  }

  async #cleanUpAfter(speaker: Speaker): Promise<void> {
    if (speaker !== this.#holder) return;
    if (this.#holderIsMidQuery) await this.#engine.run(sync, () => {});
    await this.#engine.execute('ROLLBACK');
    this.#holder = null;
  }

  #startIdleTimer(speaker: Speaker): void {
    this.#idleTimer = setTimeout(
      () => speaker.drop('25P03', 'terminating connection: it was idle in a transaction while the others waited'),
      this.#idleLimitMs,
    );
  }
}

const sync = Buffer.from([0x53, 0, 0, 0, 4]);

function joined(messages: readonly Buffer[]): Buffer {
  return messages.length === 1 && messages[0] ? messages[0] : Buffer.concat(messages);
}
