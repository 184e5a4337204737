import { AppError, messageOf } from '../errors.ts';
import { type RetentionLimits, retain } from '../ops/retention.ts';
import { nextTime } from './schedules.ts';
import type { Task } from './tasks.ts';

/**
 * Deletes at its times what is older than it is kept.
 * @throws AppError `invalid_setting` for a schedule that is none
 */
export function retentionTask(schedule: string, limits: RetentionLimits): Task {
  try {
    nextTime(schedule, new Date(0));
  } catch (error) {
    const setting = 'OPENTHREAT_RETENTION_SCHEDULE';
    const message = `${setting} must be times as in cron, such as "40 3 * * *", or off: ${messageOf(error)}.`;
    throw new AppError('invalid_setting', message, { setting }, error);
  }
  return {
    id: 'retention',
    every: schedule,
    async run(db, now, signal) {
      const done = await retain(db, { now, signal, limits, requestedBy: 'worker' });
      const gone = done.filter(({ rows }) => rows > 0).map(({ table, rows }) => `${rows} of ${table}`);
      return gone.length === 0 ? null : `deleted what was older than it is kept: ${gone.join(', ')}`;
    },
  };
}
