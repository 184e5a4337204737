import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../src/errors.ts';
import type { Clock } from '../../src/net/clock.ts';
import type { Fetcher } from '../../src/net/contract.ts';
import { createFetcher } from '../../src/net/fetcher.ts';
import type { FetcherOptions } from '../../src/net/options.ts';
import { RateLimiter } from '../../src/net/rates.ts';

/** A clock on which waiting takes no time: it notes how long it would have been. */
export class QuickClock implements Clock {
  readonly waits: number[] = [];
  readonly start = Date.parse('2026-06-01T00:00:00Z');
  elapsed = 0;

  now(): Date {
    return new Date(this.start + this.elapsed);
  }

  ticks(): number {
    return this.elapsed;
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(ms);
    this.elapsed += ms;
  }

  random(): number {
    return 1;
  }
}

export interface TestFetcher {
  readonly fetcher: Fetcher;
  readonly clock: QuickClock;
  readonly folder: string;
  readonly notes: string[];
}

const folders: string[] = [];

/** A fetcher that sees `mirror` (the address of a test server) in place of every site, with a clock that does not wait. */
export function testFetcher(mirror: string | null, options: Partial<FetcherOptions> = {}): TestFetcher {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'openthreat-net-'));
  folders.push(folder);
  const clock = new QuickClock();
  const notes: string[] = [];
  const fetcher = createFetcher({
    folder,
    mirror,
    proxy: null,
    userAgent: 'OpenThreat/test',
    clock,
    rates: new RateLimiter(),
    note: (text) => notes.push(text),
    ...options,
  });
  return { fetcher, clock, folder, notes };
}

/** To be called after all tests of a file. */
export function removeDownloads(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The error that `work` ends with. */
export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
}
