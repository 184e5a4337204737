import { join } from 'node:path';
import type { Database } from '../db/database.ts';
import type { AtOneMoment } from '../db/snapshot.ts';
import { AppError, messageOf } from '../errors.ts';
import { backUp } from '../ops/backup/backup.ts';
import { ensureFolder, fileName, prune } from '../ops/backup/folder.ts';
import { nextTime } from './schedules.ts';
import type { Task } from './tasks.ts';

export interface BackupTaskOptions {
  readonly schedule: string; // cron in UTC
  readonly folder: string;
  readonly keep: number;
  readonly encryptTo: readonly string[];
  readonly program: string;
  readonly snapshots: (db: Database) => AtOneMoment;
}

/**
 * A backup at its times; the oldest make room.
 * @throws AppError `invalid_setting` for a schedule that is none
 */
export function backupTask(options: BackupTaskOptions): Task {
  const { schedule, folder, keep, encryptTo, program } = options;
  try {
    nextTime(schedule, new Date(0));
  } catch (error) {
    const message = `OPENTHREAT_BACKUP_SCHEDULE must be times as in cron, such as "30 2 * * *": ${messageOf(error)}.`;
    throw new AppError('invalid_setting', message, { setting: 'OPENTHREAT_BACKUP_SCHEDULE' }, error);
  }
  return {
    id: 'backup',
    every: schedule,
    async run(db, now, signal) {
      await ensureFolder(folder);
      const file = join(folder, fileName(now, encryptTo.length > 0));
      const encryption = encryptTo.length > 0 ? { recipients: encryptTo } : null;
      const about = { file, encryption, only: null, program, now, signal };
      const { bytes } = await backUp(db.kind, options.snapshots(db), about);
      const deleted = await prune(folder, keep);
      const old = deleted.length > 0 ? `; deleted ${deleted.length} older` : '';
      return `wrote ${file}, ${(bytes / 2 ** 20).toFixed(1)} MiB${old}`;
    },
  };
}
