import { describeAddress, type Secret } from './database-url.ts';
import { type BackupConfig, backupConfig, backupSettings } from './settings/backup.ts';
import { type DatabaseConfig, databaseConfig, databaseSettings } from './settings/database.ts';
import { type FeedsConfig, feedsConfig, feedsSettings } from './settings/feeds.ts';
import { type HttpConfig, httpConfig, httpSettings } from './settings/http.ts';
import { type OperationConfig, operationConfig, operationSettings } from './settings/operation.ts';
import { type RetentionConfig, retentionConfig, retentionSettings } from './settings/retention.ts';
import { secretsIn } from './settings/secrets.ts';
import { tracingSettings, wantsTracing } from './settings/tracing.ts';

/** Every setting there is, in the order in which they are documented. docs and .env.example are checked against this table. */
export const settings = {
  ...databaseSettings,
  ...feedsSettings,
  ...backupSettings,
  ...retentionSettings,
  ...httpSettings,
  ...operationSettings,
  ...tracingSettings,
} as const;

/** All settings, read and checked. */
export interface Config extends DatabaseConfig, FeedsConfig, OperationConfig {
  readonly backup: BackupConfig;
  readonly retention: RetentionConfig;
  readonly http: HttpConfig;
  /** Whether traces are wanted; where they go the SDK reads itself. */
  readonly tracing: boolean;
  /** Values that no log may show. */
  readonly secrets: readonly Secret[];
}

/**
 * Reads and checks all settings: the only reader of the environment.
 * @throws AppError `invalid_setting` that names the variable
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const database = databaseConfig(env);
  return {
    ...database,
    ...feedsConfig(env),
    ...operationConfig(env),
    backup: backupConfig(env, database.dataDir),
    retention: retentionConfig(env),
    http: httpConfig(env),
    tracing: wantsTracing(env),
    secrets: secretsIn(settings, env),
  };
}

/** The database as a URL without its password: safe to print and to log. */
export function describeDatabase(config: Config): string {
  return config.postgres ? describeAddress(config.postgres) : `the embedded database in ${config.dataDir}`;
}
