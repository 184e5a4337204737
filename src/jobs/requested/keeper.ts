import type { Db } from '../../db/database.ts';
import { isDead } from '../../db/owner.ts';
import { type OpenTask, openTasks } from '../../db/tasks.ts';
import { failTasks } from '../../db/write/tasks.ts';
import type { Documents } from './documents.ts';

const silentSeconds = 60;
const why =
  'The server that was to do it ended without finishing (killed, or the machine went down). What was stored is kept: ask for it again.';

/**
 * Puts right what servers left that were killed: their tasks have failed, and documents that nobody waits for go.
 * Safe to repeat, and for several servers at a time.
 */
export async function keepHouse(db: Db, documents: Documents, now: Date): Promise<void> {
  const open = await openTasks(db);
  const left = open.filter((task) => isLeft(task, now));
  const gone = left.map(({ id }) => id);
  if (gone.length > 0) await failTasks(db, gone, why);
  for (const id of gone) await documents.remove(id);
  await documents.clean(new Set(open.map(({ id }) => id)), now.getTime());
}

/**
 * Whether nobody does a task any more: its process on this machine is gone, or that of another has been silent for long. A
 * process of this machine that lives may well be silent: the embedded database answers nobody while it builds an index.
 */
function isLeft({ owner, silentSeconds: silent }: OpenTask, now: Date): boolean {
  const at = now.toISOString();
  return isDead(owner, silent > silentSeconds ? new Date(0).toISOString() : at, at);
}
