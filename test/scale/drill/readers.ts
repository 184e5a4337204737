import { setTimeout } from 'node:timers/promises';
import { beacon, type Ledger } from './ledger.ts';
import type { ApiServer } from './processes.ts';

/** What readers saw during a step. */
export interface Seen {
  answers: number;
  /** The longest time without a good answer that any reader had, in milliseconds. */
  silence: number;
  /** How old the oldest data was that another server showed, in milliseconds. */
  staleness: number;
  readonly statuses: Map<number, number>;
  /** What must never be: an answer of a wrong status, or one that says something wrong. */
  readonly faults: string[];
}

const patience = 30_000;
const pauseMs = 25;

/**
 * Clients that read without end, each from a server of its choice, and from the other one when that does not answer, as behind a
 * proxy. They ask for the beacon, whose version tells how new an answer is, and for lists, which must be whole.
 */
export class Readers {
  #seen = nothing();
  #isOver = false;
  readonly #ledger: Ledger;
  readonly #all: Promise<void>[];
  /** When each reader last had a good answer. */
  readonly #good: number[];

  constructor(servers: readonly ApiServer[], ledger: Ledger, count: number) {
    this.#ledger = ledger;
    this.#good = Array.from({ length: count }, () => performance.now());
    this.#all = this.#good.map((_, n) => this.#read(servers, n));
  }

  /** What was seen since it was asked last. */
  take(): Seen {
    for (const at of this.#good) this.#silent(performance.now() - at);
    const seen = this.#seen;
    this.#seen = nothing();
    return seen;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all);
  }

  async #read(servers: readonly ApiServer[], n: number): Promise<void> {
    const newest = new Map<string, number>();
    for (let turn = n; !this.#isOver; turn++) {
      const first = servers[n % servers.length];
      const order = [first, ...servers.filter((one) => one !== first)];
      for (const server of order) {
        if (!server || !(await this.#ask(server, newest, turn))) continue;
        this.#silent(performance.now() - (this.#good[n] ?? 0));
        this.#good[n] = performance.now();
        break;
      }
      await setTimeout(pauseMs);
    }
  }

  #silent(ms: number): void {
    this.#seen.silence = Math.max(this.#seen.silence, ms);
  }

  /** @returns whether there was a good answer */
  async #ask(server: ApiServer, newest: Map<string, number>, turn: number): Promise<boolean> {
    const by = `${server.name} ${server.life}`;
    const path = turn % 3 === 0 ? '/search?q=vendor:acme&page_size=3' : `/vulnerabilities/${beacon}`;
    const at = performance.now();
    const own = this.#ledger.versionBy(by);
    const answer = await fetch(`${server.url}/api/v1${path}`, { signal: AbortSignal.timeout(patience) })
      .then(async (one) => ({ status: one.status, headers: one.headers, body: await one.text() }))
      .catch(() => null);
    if (answer === null) return false; // it was killed, or is not there: what the proxy in front notices, too
    const { statuses } = this.#seen;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 503) {
      if (!answer.headers.has('retry-after')) this.#fault(`${path}: 503 without Retry-After`);
      return false;
    }
    if (answer.status !== 200) {
      this.#fault(`${path} of ${by}: ${answer.status} ${answer.body.slice(0, 300)}`);
      return false;
    }
    this.#seen.answers++;
    if (turn % 3 === 0) this.#checkList(path, answer.body);
    else this.#checkBeacon(by, answer.body, { at, own }, newest);
    return true;
  }

  #checkList(path: string, body: string): void {
    const { items } = JSON.parse(body) as { items?: readonly unknown[] };
    if (items?.length !== 3) this.#fault(`${path}: ${items?.length} items`);
  }

  #checkBeacon(by: string, body: string, asked: { at: number; own: number }, newest: Map<string, number>): void {
    const version = Number(/"Version (\d+)"/.exec(body)?.[1] ?? Number.NaN);
    const before = newest.get(by) ?? 0;
    newest.set(by, version);
    this.#seen.staleness = Math.max(this.#seen.staleness, this.#ledger.staleness(version, asked.at));
    if (version < asked.own) this.#fault(`${by} showed version ${version} after it had acknowledged ${asked.own}`);
    if (version < before) this.#fault(`${by} went back from version ${before} to ${version}`);
    if (Number.isNaN(version)) this.#fault(`${by} answered ${body.slice(0, 300)}`);
  }

  #fault(what: string): void {
    if (this.#seen.faults.length < 20) this.#seen.faults.push(what);
  }
}

function nothing(): Seen {
  return { answers: 0, silence: 0, staleness: 0, statuses: new Map(), faults: [] };
}
