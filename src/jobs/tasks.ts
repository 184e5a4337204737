import type { Database } from '../db/database.ts';
import { ageIndicators } from '../ingest/indicators/age.ts';
import { rescore } from '../ingest/rebuild.ts';

/** Work that is due at its times, whatever the sources do. It can be stopped, and done again, at any time. */
export interface Task {
  readonly id: string;
  readonly every: string; // cron in UTC
  /** @returns what it did, for people; null when there was nothing to do */
  run(db: Database, now: Date, signal: AbortSignal): Promise<string | null>;
}

/** The work that keeps true what only time changes. */
export const tasks: readonly Task[] = [
  {
    id: 'rescore',
    every: '10 0 * * *', // recency is counted in days
    async run(db, now, signal) {
      const changed = await rescore(db, now.toISOString().slice(0, 10), signal);
      return changed === 0 ? null : `${changed} priority scores changed with the day`;
    },
  },
  {
    id: 'age-indicators',
    every: '20 * * * *',
    async run(db, now, signal) {
      const changed = await ageIndicators(db, now, signal);
      return changed === 0 ? null : `${changed} indicators moved on by their age`;
    },
  },
];
