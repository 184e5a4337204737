import type { Database } from '../db/database.ts';
import { isDead } from '../db/owner.ts';
import { failRuns, runningRuns } from '../db/write/runs.ts';
import { completeDeferred } from './first-load.ts';

/** Marks runs whose process died as failed. Returns how many there were. */
export async function failDeadRuns(db: Database, now: () => Date): Promise<number> {
  const at = now().toISOString();
  const dead = (await runningRuns(db)).filter((run) => isDead(run.owner, run.heartbeatAt, at)).map((run) => run.id);
  if (dead.length > 0) {
    await failRuns(
      db,
      dead,
      'The process ended without finishing (killed, or the machine went down); what it had stored is kept. Run it again to go on.',
      at,
    );
  }
  return dead.length;
}

/**
 * Puts right what a killed process left: its runs, and the indexes that its first load had put off. Safe to repeat.
 * While a run lives, its indexes are its own business.
 */
export async function recover(db: Database, now: () => Date): Promise<{ deadRuns: number; built: readonly string[] }> {
  const deadRuns = await failDeadRuns(db, now);
  const built = (await runningRuns(db)).length === 0 ? await completeDeferred(db) : [];
  return { deadRuns, built };
}
