import type { Redis } from 'ioredis';
import type { Database } from '../db/database.ts';
import { schemaState } from '../db/migrate/revisions.ts';
import { redisAnswers } from './redis.ts';
import { within } from './within.ts';

/** One thing that was looked at. */
export interface Check {
  readonly ok: boolean;
  /** What is wrong and what to do; null when nothing is. */
  readonly why: string | null;
}

/** How long a check may take, in milliseconds: whoever asks wants to know soon. */
const patience = 2000;

const fine: Check = { ok: true, why: null };

/** Whether the database answers, and whether its schema is the one of this program. */
export async function checkDatabase(db: Database): Promise<{ database: Check; migrations: Check }> {
  const state = await within(patience, schemaState(db), null);
  if (state === null) {
    const why = `The database did not answer within ${patience / 1000} s.`;
    return { database: { ok: false, why }, migrations: { ok: false, why } };
  }
  if (state.unknown.length > 0)
    return { database: fine, migrations: { ok: false, why: 'A newer openthreat migrated it: update the program.' } };
  if (state.pending.length === 0) return { database: fine, migrations: fine };
  const why = `${state.pending.length} are missing: run "openthreat db upgrade".`;
  return { database: fine, migrations: { ok: false, why } };
}

/** Whether Redis answers. Without it everything works. */
export async function checkRedis(redis: Redis): Promise<Check> {
  return (await redisAnswers(redis))
    ? fine
    : { ok: false, why: 'Redis does not answer; OpenThreat goes on without it.' };
}
