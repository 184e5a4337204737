import type { Clock } from './clock.ts';
import type { Resolve } from './private.ts';
import type { RateLimiter } from './rates.ts';

/** Times in milliseconds. */
export interface FetchLimits {
  readonly connectMs: number; // for a name to be looked up, and for a connection
  readonly idleMs: number; // without a byte
  readonly totalMs: number; // for all tries of a request, with the waits between them
  readonly backoffMs: number;
  readonly longestRetryAfterMs: number;
}

export const defaultLimits: FetchLimits = {
  connectMs: 20_000,
  idleMs: 60_000,
  totalMs: 60 * 60_000,
  backoffMs: 1_000,
  longestRetryAfterMs: 5 * 60_000,
};

export interface FetcherOptions {
  /** Where documents are put: one folder for each connector. Made when it is needed. */
  readonly folder: string;
  readonly mirror: string | null;
  readonly proxy: { readonly url: string; readonly except: string } | null;
  readonly userAgent: string;
  readonly signal?: AbortSignal;
  /** Told of each wait before another try. */
  readonly note?: (text: string) => void;
  readonly clock?: Clock;
  readonly rates?: RateLimiter;
  readonly limits?: Partial<FetchLimits>;
  /** How names are looked up; the system's way. */
  readonly resolve?: Resolve;
  /** For tests, whose sites are on loopback. */
  readonly allowPrivate?: true;
}
