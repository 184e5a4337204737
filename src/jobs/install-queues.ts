import type { Database } from '../db/database.ts';
import { createBoss } from './boss.ts';

/**
 * Makes the queues of the worker, or brings them to what this program needs: so that a worker whose database user may not
 * make schemas finds them. On the embedded database the worker does it. Safe to repeat.
 * @throws AppError `database_refused` when the user may not
 */
export async function installQueues(db: Database): Promise<void> {
  if (db.kind === 'embedded') return;
  const boss = createBoss(db, () => {});
  try {
    await boss.start();
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}
