import { AppError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { TryFailure } from './failure.ts';

export interface Persistence {
  readonly host: string;
  /** The host as people are told it. */
  readonly named: string;
  readonly tries: number;
  readonly totalMs: number;
  /** The wait before the second try; it doubles with each further one. */
  readonly backoffMs: number;
  /** A server that asks for a longer wait is not waited for. */
  readonly longestRetryAfterMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | null;
  readonly note: (text: string) => void;
}

const longestBackoffMs = 60_000;

/** Shorter waits are over before somebody has read of them. */
const worthTellingMs = 4_000;

/**
 * Tries until it works, may not be tried again, or has been tried often or long enough. `attempt` is given the
 * milliseconds that are left for all tries.
 * @throws AppError with one sentence that says what happened and what to do
 */
export async function persist<T>(how: Persistence, attempt: (leftMs: number) => Promise<T>): Promise<T> {
  const end = how.clock.ticks() + how.totalMs;
  const failures: TryFailure[] = [];
  for (;;) {
    if (how.signal?.aborted) throw interrupted(how.host);
    try {
      return await attempt(Math.max(1, end - how.clock.ticks()));
    } catch (error) {
      if (how.signal?.aborted) throw interrupted(how.host, error);
      if (!(error instanceof TryFailure)) throw error;
      failures.push(error);
      const waitMs = Math.max(backoff(how, failures.length), error.retryAfterMs ?? 0, error.leastWaitMs);
      const later = tooLate(how, error);
      if (later !== null) throw finalError(how, failures, later);
      const over = !error.retry || failures.length >= how.tries || how.clock.ticks() + waitMs >= end;
      if (over) throw finalError(how, failures, error.advice);
      if (waitMs >= worthTellingMs)
        how.note(`${how.named} ${error.what}: trying again in ${Math.ceil(waitMs / 1000)} s.`);
      await how.clock.wait(waitMs, how.signal ?? undefined).catch((cause: unknown) => {
        throw interrupted(how.host, cause);
      });
    }
  }
}

/** Doubling, and never the same for two that failed together. */
function backoff(how: Persistence, failed: number): number {
  return Math.min(longestBackoffMs, how.backoffMs * 2 ** (failed - 1)) * (0.5 + how.clock.random() / 2);
}

function tooLate(how: Persistence, failure: TryFailure): string | null {
  const { retryAfterMs } = failure;
  if (retryAfterMs === null || retryAfterMs <= how.longestRetryAfterMs) return null;
  // A date that no clock shows is no date: a year is late enough.
  const at = new Date(how.clock.now().getTime() + Math.min(retryAfterMs, 366 * 86_400_000));
  return `it asks to wait, so try again after ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function finalError(how: Persistence, failures: readonly TryFailure[], advice: string): AppError {
  const last = failures.at(-1);
  if (!last) throw new TypeError('nothing failed');
  const n = failures.length;
  const alike = failures.every((failure) => failure.what === last.what);
  const times =
    n === 1 ? '' : !alike ? ` at the last of ${n} tries` : last.status ? ` to ${n} requests` : ` in ${n} tries`;
  return new AppError(
    last.code,
    `${how.named} ${last.what}${times}: ${advice}.`,
    { host: how.host, tries: n, ...(last.status !== null && { status: last.status }) },
    last.cause ?? last,
  );
}

function interrupted(host: string, cause?: unknown): AppError {
  return new AppError(
    'interrupted',
    `Interrupted while fetching from ${host}; the next time goes on from here.`,
    { host },
    cause,
  );
}
