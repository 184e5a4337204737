import { setTimeout } from 'node:timers/promises';
import { documentOf, type Ledger, type Sent } from './ledger.ts';
import type { ApiServer } from './processes.ts';

const patience = 30_000;
const lookMs = 50;
const pauseMs = 100;

/**
 * A client that sends one document after the other, to the servers in turn, and again until it was told that it is stored: what a
 * pipeline of an operator does.
 */
export class Writer {
  /** Tasks that were accepted, and of which no server knew later: that must never be. */
  readonly faults: string[] = [];
  /** Those that it sends to, in turn. */
  via: readonly ApiServer[];
  readonly #servers: readonly ApiServer[];
  readonly #ledger: Ledger;
  readonly #headers: Readonly<Record<string, string>>;
  #isPaused = true;
  #working: Promise<void> | null = null;
  #turn = 0;

  constructor(servers: readonly ApiServer[], ledger: Ledger, key: string) {
    this.via = servers;
    this.#servers = servers;
    this.#ledger = ledger;
    this.#headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  }

  go(): void {
    this.#isPaused = false;
    this.#working ??= this.#write();
  }

  /** Ends when the document in hand is acknowledged. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#working;
    this.#working = null;
  }

  async #write(): Promise<void> {
    while (!this.#isPaused) {
      const sent = documentOf(this.#ledger.version + 1);
      while (!(await this.#send(sent))) await setTimeout(pauseMs);
    }
  }

  /** @returns whether it was acknowledged */
  async #send(sent: Sent): Promise<boolean> {
    const server = this.via[this.#turn++ % this.via.length];
    if (!server) return false;
    const by = `${server.name} ${server.life}`;
    const url = `${server.url}/api/v1/ingest?format=nvd&label=drill`;
    const asked = await this.#ask(url, { method: 'POST', body: sent.body });
    if (asked?.status !== 202) return false;
    const { id } = JSON.parse(asked.body) as { id: string };
    const state = await this.#end(id);
    if (state !== 'success') return false;
    this.#ledger.note(sent, by);
    return true;
  }

  /** How a task ended; any server may be asked, and one that does not answer is passed over. */
  async #end(id: string): Promise<string> {
    for (let turn = 0; ; turn++) {
      const server = this.#servers[turn % this.#servers.length];
      const answer = await this.#ask(`${server?.url}/api/v1/tasks/${id}`, {});
      if (answer?.status === 404) {
        this.faults.push(`the task ${id} was accepted, and ${server?.name} does not know it`);
        return 'lost';
      }
      if (answer?.status === 200) {
        const { state } = JSON.parse(answer.body) as { state: string };
        if (state !== 'waiting' && state !== 'running') return state;
      }
      await setTimeout(lookMs);
    }
  }

  async #ask(url: string, how: RequestInit): Promise<{ status: number; body: string } | null> {
    const signal = AbortSignal.timeout(patience);
    return fetch(url, { ...how, headers: { ...this.#headers }, signal })
      .then(async (answer) => ({ status: answer.status, body: await answer.text() }))
      .catch(() => null);
  }
}
