import { idleSlots, standbys } from '../../../db/inspect/replication.ts';
import { connectionUse, type SlowSession, slowSessions } from '../../../db/inspect/sessions.ts';
import type { Check, Examined } from '../contract.ts';
import { count, critical, names, notice, ok, size, span, warning } from '../verdict.ts';

const fullShare = { warning: 0.8, critical: 0.95 };
/** What the server keeps for a slot that nobody reads. */
const keptMuch = 2 ** 30;

/** What goes on in the server just now. The embedded one runs a statement at a time: there is nothing to see. */
export const activityChecks: readonly Check[] = [
  {
    id: 'database.connections',
    about: 'How many connections are taken, of what server, database and user allow.',
    remedy:
      'Lower `OPENTHREAT_DATABASE_POOL_SIZE`, put a pooler in front, or raise the limit. `openthreat db activity` shows who has them.',
    needs: 'database',
    run: async ({ db, kind }) => {
      const fullest = kind === 'embedded' ? undefined : (await connectionUse(db))[0];
      if (!fullest) return [];
      const { limit, used, most } = fullest;
      const found = `${used} of ${count(most, 'connection')} taken (limit of the ${limit}).`;
      const share = used / Math.max(most, 1);
      if (share < fullShare.warning) return [ok(found)];
      const advice =
        'See who has them (openthreat db activity); lower OPENTHREAT_DATABASE_POOL_SIZE, or raise the limit.';
      return [share < fullShare.critical ? warning(found, advice) : critical(found, advice)];
    },
  },
  {
    id: 'database.long-queries',
    about: 'Statements that have been running for more than five minutes.',
    remedy: '`openthreat db activity` shows them; `SELECT pg_cancel_backend(pid)` ends one.',
    needs: 'database',
    run: async (subject) => {
      const slow = await sessions(subject, 'working');
      if (slow.length === 0) return subject.kind === 'embedded' ? [] : [ok('No statement has been running for long.')];
      return [
        warning(
          `${count(slow.length, 'statement has', 'statements have')} been running for long: ${names(slow.map(text))}.`,
          ending(slow, 'pg_cancel_backend'),
        ),
      ];
    },
  },
  {
    id: 'database.idle-transactions',
    about:
      'Transactions that have been open for more than five minutes while nobody works in them: nothing can be vacuumed until they end.',
    remedy: '`SELECT pg_terminate_backend(pid)` ends one; `idle_in_transaction_session_timeout` does so by itself.',
    needs: 'database',
    run: async (subject) => {
      const idle = await sessions(subject, 'idle_in_transaction');
      if (idle.length === 0) return subject.kind === 'embedded' ? [] : [ok('No transaction is idle for long.')];
      return [
        warning(
          `${count(idle.length, 'transaction is', 'transactions are')} open and idle: ${names(idle.map(text))}.`,
          ending(idle, 'pg_terminate_backend'),
        ),
      ];
    },
  },
  {
    id: 'database.locks',
    about: 'Statements that have been waiting for a lock for more than a minute.',
    remedy: 'Find out whom they wait for: `SELECT pg_blocking_pids(pid)`.',
    needs: 'database',
    run: async (subject) => {
      const waiting = await sessions(subject, 'waiting');
      if (waiting.length === 0) return subject.kind === 'embedded' ? [] : [ok('Nobody waits for a lock for long.')];
      const advice = `See whom they wait for: openthreat db query "SELECT pg_blocking_pids(${waiting[0]?.pid})".`;
      return [
        warning(
          `${count(waiting.length, 'statement waits', 'statements wait')} for a lock: ${names(waiting.map(text))}.`,
          advice,
        ),
      ];
    },
  },
  {
    id: 'database.replication',
    about: 'Standbys that lag, and replication slots that nobody reads from.',
    remedy:
      'Look at the standby and the network to it; drop a slot that is not needed any more (`pg_drop_replication_slot`).',
    needs: 'database',
    run: async ({ db, kind, limits }) => {
      if (kind === 'embedded') return [];
      const all = await standbys(db);
      const behind = all.filter((s) => (s.lagBytes ?? 0) > limits.lagBytes || (s.lagSeconds ?? 0) > limits.lagSeconds);
      const texts = behind.map(
        ({ name, lagBytes, lagSeconds }) =>
          `${name} by ${size(lagBytes ?? 0)}${lagSeconds === null ? '' : `, ${span(lagSeconds)}`}`,
      );
      const slots = (await idleSlots(db)).map(({ name, keptBytes }) => ({ name, kept: keptBytes ?? 0 }));
      return [
        ...(all.length > 0 && behind.length === 0
          ? [ok(`${count(all.length, 'standby follows', 'standbys follow')} closely.`)]
          : []),
        ...(texts.length > 0
          ? [warning(`Standbys lag behind: ${names(texts)}.`, 'Look at the standby, its disk and the network to it.')]
          : []),
        ...slots.map(({ name, kept }) => {
          const found = `Nobody reads from the replication slot ${name}: the server keeps ${size(kept)} of its log for it.`;
          const advice = `Start its reader, or drop it: SELECT pg_drop_replication_slot('${name}').`;
          return kept > keptMuch ? warning(found, advice) : notice(found, advice);
        }),
      ];
    },
  },
];

async function sessions({ db, kind, limits }: Examined, wanted: SlowSession['kind']): Promise<SlowSession[]> {
  if (kind === 'embedded') return [];
  return (await slowSessions(db, limits)).filter((session) => session.kind === wanted);
}

function text({ pid, user, seconds, query }: SlowSession): string {
  const what = query === '' || query === '<insufficient privilege>' ? '' : `: ${query.slice(0, 60)}`;
  return `pid ${pid} of ${user ?? 'somebody'} for ${span(seconds)}${what}`;
}

function ending(found: readonly SlowSession[], how: string): string {
  return `"openthreat db activity" shows more; to end one: openthreat db query --write "SELECT ${how}(${found[0]?.pid})".`;
}
