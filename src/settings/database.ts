import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type PostgresAddress, parseDatabaseUrl } from '../database-url.ts';
import { AppError } from '../errors.ts';
import type { Settings } from './contract.ts';
import { SettingsReader } from './reader.ts';

export const databaseSettings = {
  OPENTHREAT_DATA_DIR: {
    type: 'path',
    default: '',
    description:
      'Folder of the embedded database. Default: the folder "data" of the clone; for an installed package $XDG_DATA_HOME/openthreat, ~/.local/share/openthreat or %LOCALAPPDATA%\\openthreat.',
  },
  DATABASE_URL: {
    type: 'url',
    default: '',
    secret: true,
    description:
      'PostgreSQL to use instead of the embedded database: postgresql://user:password@host:5432/database, with ?sslmode=disable|prefer|require|verify-ca|verify-full and &sslrootcert=FILE for TLS. Several hosts, separated by commas, with &target_session_attrs=read-write: the one that takes writes is found, also when that is another one later.',
  },
  DATABASE_REPLICA_URLS: {
    type: 'text',
    default: '',
    secret: true,
    description:
      'Standbys of that server, as URLs separated by commas, each of one host: what only reads is asked of one of them while it is fresh enough.',
  },
  OPENTHREAT_REPLICA_MAX_LAG: {
    type: 'duration',
    default: '5s',
    min: 1,
    description: 'How far a standby may be behind and still answer.',
  },
  OPENTHREAT_DATABASE_POOL_SIZE: {
    type: 'integer',
    default: '10',
    min: 1,
    max: 1000,
    description: 'Most connections to the database at a time.',
  },
  OPENTHREAT_STATEMENT_TIMEOUT: {
    type: 'duration',
    default: '5min',
    description:
      'A statement that runs longer is cancelled; 0 for no limit. Migrations and index builds are exempt. The embedded database cannot cancel.',
  },
  OPENTHREAT_CONNECT_TIMEOUT: {
    type: 'duration',
    default: '10s',
    min: 1,
    description: 'How long to wait for a connection to the database.',
  },
  OPENTHREAT_DATABASE_WAIT: {
    type: 'duration',
    default: '60s',
    description:
      'How long work in hand waits for a PostgreSQL server that went away, or for the one that takes its place. Requests do not wait: they are answered with 503.',
  },
} as const satisfies Settings;

export interface DatabaseConfig {
  readonly dataDir: string;
  /** null: the embedded database in `dataDir`. */
  readonly postgres: PostgresAddress | null;
  readonly poolSize: number;
  readonly statementTimeoutMs: number; // 0: none
  readonly connectTimeoutMs: number;
  readonly databaseWaitMs: number;
  /** Standbys of `postgres`. */
  readonly replicas: readonly PostgresAddress[];
  readonly replicaMaxLagMs: number;
}

/** @throws AppError `invalid_setting` */
export function databaseConfig(env: NodeJS.ProcessEnv): DatabaseConfig {
  const read = new SettingsReader(databaseSettings, env);
  const url = read.text('DATABASE_URL');
  return {
    dataDir: resolve(read.text('OPENTHREAT_DATA_DIR') || defaultDataDir(env)),
    postgres: url ? parseDatabaseUrl(url) : null,
    poolSize: read.integer('OPENTHREAT_DATABASE_POOL_SIZE'),
    statementTimeoutMs: read.duration('OPENTHREAT_STATEMENT_TIMEOUT'),
    connectTimeoutMs: read.duration('OPENTHREAT_CONNECT_TIMEOUT'),
    databaseWaitMs: read.duration('OPENTHREAT_DATABASE_WAIT'),
    replicas: replicasOf(read.list('DATABASE_REPLICA_URLS'), url !== ''),
    replicaMaxLagMs: read.duration('OPENTHREAT_REPLICA_MAX_LAG'),
  };
}

function replicasOf(urls: readonly string[], hasServer: boolean): PostgresAddress[] {
  const setting = 'DATABASE_REPLICA_URLS';
  if (urls.length > 0 && !hasServer) {
    const what = `${setting} names standbys, and DATABASE_URL does not say of which server: set it.`;
    throw new AppError('invalid_setting', what, { setting });
  }
  return urls.map((url) => parseDatabaseUrl(url, setting));
}

function defaultDataDir(env: NodeJS.ProcessEnv): string {
  const root = join(import.meta.dirname, '..', '..');
  const isClone = existsSync(join(root, 'tsconfig.json')) && existsSync(join(root, 'src'));
  if (isClone) return join(root, 'data');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'openthreat');
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'openthreat');
}
