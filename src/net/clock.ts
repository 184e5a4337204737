import { setTimeout } from 'node:timers/promises';

/** The time, and waiting: tests have a clock of their own, on which nothing takes long. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go back, from any beginning. */
  ticks(): number;
  /** Resolves after `ms` milliseconds. @throws the signal's reason when it is aborted */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 to 1, for waits that are not the same everywhere. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  ticks: () => performance.now(),
  wait: async (ms, signal) => {
    await setTimeout(ms, undefined, signal ? { signal } : {});
  },
  random: () => Math.random(),
};
