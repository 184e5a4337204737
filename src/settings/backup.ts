import { join, resolve } from 'node:path';
import type { Settings } from './contract.ts';
import { SettingsReader } from './reader.ts';

export const backupSettings = {
  OPENTHREAT_BACKUP_DIR: {
    type: 'path',
    default: '',
    description: 'Folder of backups that are given no file. Default: the folder "backups" in the data folder.',
  },
  OPENTHREAT_BACKUP_SCHEDULE: {
    type: 'text',
    default: '',
    description: 'When the worker makes a backup, as cron in UTC: "30 2 * * *". Empty: never by itself.',
  },
  OPENTHREAT_BACKUP_KEEP: {
    type: 'integer',
    default: '7',
    description: 'How many backups stay in the folder after a scheduled one, the newest; 0: all.',
  },
  OPENTHREAT_BACKUP_ENCRYPT_TO: {
    type: 'text',
    default: '',
    description:
      'Recipients of age (age1…), separated by commas, for whom backups are encrypted when nothing else is said. Empty: not encrypted.',
  },
} as const satisfies Settings;

/** Settings of backups. */
export interface BackupConfig {
  readonly folder: string;
  readonly schedule: string | null; // cron in UTC; null: never
  readonly keep: number; // 0: all
  readonly encryptTo: readonly string[];
}

/** @throws AppError `invalid_setting` */
export function backupConfig(env: NodeJS.ProcessEnv, dataDir: string): BackupConfig {
  const read = new SettingsReader(backupSettings, env);
  return {
    folder: resolve(read.text('OPENTHREAT_BACKUP_DIR') || join(dataDir, 'backups')),
    schedule: read.text('OPENTHREAT_BACKUP_SCHEDULE') || null,
    keep: read.integer('OPENTHREAT_BACKUP_KEEP'),
    encryptTo: read.list('OPENTHREAT_BACKUP_ENCRYPT_TO'),
  };
}
