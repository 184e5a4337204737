import { lastRetention } from '../../../db/retention.ts';
import { foreseeRetention } from '../../retention.ts';
import type { Check } from '../contract.ts';
import { count, names, ok, secondsSince, warning } from '../verdict.ts';

/** The worker deletes once a day; so long it may be away. */
const lateSeconds = 3 * 86_400;

/** Whether what only grows is kept short. */
export const retentionChecks: readonly Check[] = [
  {
    id: 'retention.enforced',
    about: 'Whether rows older than the settings `OPENTHREAT_KEEP_…` are deleted.',
    remedy: '`openthreat prune`, and a worker that runs.',
    needs: 'schema',
    run: async ({ db, now, retention }) => {
      const last = await lastRetention(db);
      if (last?.error) return [warning(`Old rows could not be deleted: ${last.error}`, 'Run "openthreat prune".')];
      if (last && secondsSince(last.completedAt, now) < lateSeconds)
        return [ok('Old rows are deleted by the settings.')];
      const old = (await foreseeRetention(db, retention, now)).filter(({ rows }) => rows > 0);
      if (old.length === 0) return [ok('No rows are older than the settings keep them.')];
      const list = old.map(({ table, rows }) => `${table} ${count(rows, 'row')}`);
      const advice = 'Run "openthreat prune", or keep "openthreat worker" running, which does so every day.';
      return [warning(`Rows are older than the settings keep them: ${names(list)}.`, advice)];
    },
  },
];
