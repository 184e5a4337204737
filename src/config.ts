import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeAddress, type PostgresAddress, parseDatabaseUrl } from './database-url.ts';
import { AppError } from './errors.ts';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Setting {
  readonly type: 'path' | 'url' | 'integer' | 'duration' | 'text' | readonly string[];
  readonly default: string; // as it would be written in the environment; '' when computed, see `description`
  readonly description: string;
  readonly secret?: true; // its value must never be shown
  readonly min?: number;
  readonly max?: number;
}

/** Every setting there is. docs and .env.example are checked against this table. */
export const settings = {
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
      'PostgreSQL to use instead of the embedded database: postgresql://user:password@host:5432/database, with ?sslmode=disable|prefer|require|verify-ca|verify-full and &sslrootcert=FILE for TLS.',
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
  OPENTHREAT_MIRROR: {
    type: 'url',
    default: '',
    description:
      'Where feeds are fetched from instead of their own sites, for networks without internet access: https://HOST/PATH becomes this address followed by /HOST/PATH.',
  },
  HTTPS_PROXY: {
    type: 'url',
    default: '',
    secret: true,
    description:
      'Proxy for fetching feeds, such as http://proxy.example:3128. NO_PROXY lists hosts to reach without it.',
  },
  NO_PROXY: {
    type: 'text',
    default: '',
    description: 'Hosts, separated by commas, that are reached without HTTPS_PROXY.',
  },
  NVD_API_KEY: {
    type: 'text',
    default: '',
    secret: true,
    description:
      'Key of the NVD API, for ten times as many requests, from https://nvd.nist.gov/developers/request-an-api-key.',
  },
  ABUSE_CH_AUTH_KEY: {
    type: 'text',
    default: '',
    secret: true,
    description: 'Auth-Key of abuse.ch, which ThreatFox asks for, from https://auth.abuse.ch/.',
  },
  OPENTHREAT_SCHEDULES: {
    type: 'text',
    default: '',
    description:
      'When sources are synced, where the defaults do not suit: "nvd=15 * * * *; ipsum=off" (cron in UTC; off: only by hand).',
  },
  OPENTHREAT_LOG_LEVEL: { type: logLevels, default: 'info', description: 'What is logged to stderr.' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

export interface Config {
  readonly dataDir: string;
  /** null: the embedded database in `dataDir`. */
  readonly postgres: PostgresAddress | null;
  readonly poolSize: number;
  readonly statementTimeoutMs: number; // 0: none
  readonly connectTimeoutMs: number;
  readonly logLevel: LogLevel;
  /** The base address that takes the place of `https:/`, without a slash at its end; null: the sites themselves. */
  readonly mirror: string | null;
  readonly proxy: { readonly url: string; readonly except: string } | null;
  readonly nvdApiKey: string | null;
  readonly abuseChAuthKey: string | null;
  /** By source: a cron expression, or null for never. */
  readonly schedules: ReadonlyMap<string, string | null>;
}

/**
 * Reads and checks all settings.
 * @throws AppError `invalid_setting` that names the variable
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const text = (name: SettingName) => env[name]?.trim() || settings[name].default;
  const url = text('DATABASE_URL');
  return {
    dataDir: resolve(text('OPENTHREAT_DATA_DIR') || defaultDataDir(env)),
    postgres: url ? parseDatabaseUrl(url) : null,
    poolSize: integer('OPENTHREAT_DATABASE_POOL_SIZE', text('OPENTHREAT_DATABASE_POOL_SIZE')),
    statementTimeoutMs: duration('OPENTHREAT_STATEMENT_TIMEOUT', text('OPENTHREAT_STATEMENT_TIMEOUT')),
    connectTimeoutMs: duration('OPENTHREAT_CONNECT_TIMEOUT', text('OPENTHREAT_CONNECT_TIMEOUT')),
    logLevel: oneOf('OPENTHREAT_LOG_LEVEL', text('OPENTHREAT_LOG_LEVEL'), logLevels),
    mirror: httpUrl('OPENTHREAT_MIRROR', text('OPENTHREAT_MIRROR')),
    proxy: proxyOf(httpUrl('HTTPS_PROXY', text('HTTPS_PROXY')), text('NO_PROXY')),
    nvdApiKey: text('NVD_API_KEY') || null,
    abuseChAuthKey: text('ABUSE_CH_AUTH_KEY') || null,
    schedules: schedulesIn(text('OPENTHREAT_SCHEDULES')),
  };
}

/** The database as a URL without its password: safe to print and to log. */
export function describeDatabase(config: Config): string {
  return config.postgres ? describeAddress(config.postgres) : `the embedded database in ${config.dataDir}`;
}

function defaultDataDir(env: NodeJS.ProcessEnv): string {
  const root = join(import.meta.dirname, '..');
  const isClone = existsSync(join(root, 'tsconfig.json')) && existsSync(join(root, 'src'));
  if (isClone) return join(root, 'data');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'openthreat');
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'openthreat');
}

function httpUrl(name: SettingName, text: string): string | null {
  if (!text) return null;
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw invalid(name, 'must be an address such as http://host:8080');
  return text.replace(/\/+$/, '');
}

function proxyOf(url: string | null, except: string): Config['proxy'] {
  return url === null ? null : { url, except };
}

function schedulesIn(text: string): Config['schedules'] {
  const parts = text.split(';').flatMap((part) => part.trim() || []);
  return new Map(
    parts.map((part) => {
      const [, source, cron = ''] = /^([a-z_]+)\s*=\s*(\S.*)$/.exec(part) ?? [];
      const isCron = cron !== 'off' && /^(\S+\s+){4}\S+$/.test(cron);
      if (!source || !(isCron || cron === 'off'))
        throw invalid(
          'OPENTHREAT_SCHEDULES',
          `must be parts such as "nvd=15 * * * *" or "ipsum=off", which "${part}" is not`,
        );
      return [source, isCron ? cron : null];
    }),
  );
}

function limits(name: SettingName): { min: number; max: number } {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = settings[name] as Setting;
  return { min, max };
}

function integer(name: SettingName, text: string): number {
  const { min, max } = limits(name);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw invalid(name, `must be a whole number from ${min} to ${max}`);
  return value;
}

const units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;

function duration(name: SettingName, text: string): number {
  const match = /^(\d+)\s*(ms|s|min|h)$/.exec(text === '0' ? '0ms' : text);
  const value = match ? Number(match[1]) * units[match[2] as keyof typeof units] : Number.NaN;
  // PostgreSQL and Node.js timers both end at 2^31 - 1 milliseconds.
  if (!(value >= limits(name).min && value < 2 ** 31))
    throw invalid(name, 'must be a time such as 500ms, 30s, 5min or 1h');
  return value;
}

function oneOf<T extends string>(name: SettingName, text: string, values: readonly T[]): T {
  const value = values.find((known) => known === text);
  if (value === undefined) throw invalid(name, `must be one of ${values.join(', ')}`);
  return value;
}

function invalid(name: SettingName, rule: string): AppError {
  return new AppError('invalid_setting', `${name} ${rule}. See docs/DATABASE.md for all settings.`, { setting: name });
}
