import type { Clock } from './clock.ts';
import type { RateLimit } from './contract.ts';

/** Requests arrive a little sooner or later than they are sent, so the window is kept a little longer than asked. */
const margin = 1.02;

/** Counts requests by key in sliding windows, and lets each wait for its turn. */
export class RateLimiter {
  /** When each of the last requests of a key was sent, or will be: those that wait have their place already. */
  readonly #turns = new Map<string, number[]>();

  /** Waits until one more request may be sent, in the order of the calls. @throws the signal's reason when it is aborted */
  async turn(rate: RateLimit, clock: Clock, signal?: AbortSignal): Promise<void> {
    const now = clock.ticks();
    const turns = this.#turns.get(rate.key) ?? [];
    const before = turns.at(-rate.requests);
    const at = before === undefined ? now : Math.max(now, before + rate.perMs * margin);
    this.#turns.set(rate.key, [...turns.slice(-rate.requests + 1), at].slice(-rate.requests));
    if (at > now) await clock.wait(at - now, signal);
  }
}

/** One for the whole process: a server counts all requests that come from here. */
export const processRates = new RateLimiter();
