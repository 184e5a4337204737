import type { Settings } from './contract.ts';
import { SettingsReader } from './reader.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export const operationSettings = {
  REDIS_URL: {
    type: 'url',
    default: '',
    secret: true,
    description:
      'Redis for cached search results and rate limits, where several servers share them: redis://:password@host:6379. Without it the database keeps the results.',
  },
  OPENTHREAT_LOG_LEVEL: { type: logLevels, default: 'info', description: 'What is logged to stderr.' },
} as const satisfies Settings;

export interface OperationConfig {
  /** Holds the password: not for logs. */
  readonly redisUrl: string | null;
  readonly logLevel: LogLevel;
}

/** @throws AppError `invalid_setting` */
export function operationConfig(env: NodeJS.ProcessEnv): OperationConfig {
  const read = new SettingsReader(operationSettings, env);
  return {
    redisUrl: read.url('REDIS_URL', ['redis', 'rediss'], 'redis://:password@host:6379'),
    logLevel: read.oneOf('OPENTHREAT_LOG_LEVEL', logLevels),
  };
}
