import type { Settings } from './contract.ts';
import { SettingsReader } from './reader.ts';

export const retentionSettings = {
  OPENTHREAT_RETENTION_SCHEDULE: {
    type: 'text',
    default: '40 3 * * *',
    description:
      'When the worker deletes what is older than the settings OPENTHREAT_KEEP_…, as cron in UTC; off: only by "openthreat prune".',
  },
  OPENTHREAT_KEEP_HISTORY: {
    type: 'duration',
    default: '1825d',
    description: 'How long changes of CVEs are kept, which --history and --as-of read; 0: for ever.',
  },
  OPENTHREAT_KEEP_EPSS_HISTORY: {
    type: 'duration',
    default: '1825d',
    description: 'How long the curves of EPSS are kept; 0: for ever.',
  },
  OPENTHREAT_KEEP_RUNS: {
    type: 'duration',
    default: '730d',
    description: 'How long runs are kept, with the records they rejected; 0: for ever.',
  },
  OPENTHREAT_KEEP_RUNS_OF_SOURCE: {
    type: 'integer',
    default: '50',
    min: 1,
    description: 'How many runs of each source stay, however old: the newest.',
  },
  OPENTHREAT_KEEP_REJECTED: {
    type: 'duration',
    default: '180d',
    description: 'How long rejected records are kept; 0: as long as their run.',
  },
  OPENTHREAT_KEEP_SEARCH_CACHE: {
    type: 'duration',
    default: '1d',
    description: 'How long results of searches are kept in the database; 0: until there are 2,000 newer ones.',
  },
  OPENTHREAT_KEEP_TASKS: {
    type: 'duration',
    default: '30d',
    description: 'How long tasks that have ended are kept; 0: for ever.',
  },
  OPENTHREAT_KEEP_AUDIT: {
    type: 'duration',
    default: '730d',
    description: 'How long entries of the audit log are kept; 0: for ever.',
  },
} as const satisfies Settings;

/** How long what only grows is kept. Ages in milliseconds; 0: for ever. */
export interface RetentionConfig {
  readonly schedule: string | null; // cron in UTC; null: by hand only
  readonly historyMs: number;
  readonly epssHistoryMs: number;
  readonly runsMs: number;
  readonly runsOfSource: number;
  readonly rejectedMs: number;
  readonly searchCacheMs: number;
  readonly tasksMs: number;
  readonly auditMs: number;
}

/** @throws AppError `invalid_setting` */
export function retentionConfig(env: NodeJS.ProcessEnv): RetentionConfig {
  const read = new SettingsReader(retentionSettings, env);
  const schedule = read.text('OPENTHREAT_RETENTION_SCHEDULE');
  return {
    schedule: schedule === 'off' ? null : schedule,
    historyMs: read.age('OPENTHREAT_KEEP_HISTORY'),
    epssHistoryMs: read.age('OPENTHREAT_KEEP_EPSS_HISTORY'),
    runsMs: read.age('OPENTHREAT_KEEP_RUNS'),
    runsOfSource: read.integer('OPENTHREAT_KEEP_RUNS_OF_SOURCE'),
    rejectedMs: read.age('OPENTHREAT_KEEP_REJECTED'),
    searchCacheMs: read.age('OPENTHREAT_KEEP_SEARCH_CACHE'),
    tasksMs: read.age('OPENTHREAT_KEEP_TASKS'),
    auditMs: read.age('OPENTHREAT_KEEP_AUDIT'),
  };
}
