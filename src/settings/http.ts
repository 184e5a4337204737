import { resolve } from 'node:path';
import type { Settings } from './contract.ts';
import { invalidSetting, SettingsReader } from './reader.ts';

export const httpSettings = {
  OPENTHREAT_HOST: {
    type: 'text',
    default: '127.0.0.1',
    description:
      'Address that the HTTP API listens on. Anything but loopback needs API keys, unless OPENTHREAT_PUBLIC_READ is true.',
  },
  OPENTHREAT_PORT: {
    type: 'integer',
    default: '8001',
    max: 65_535,
    description: 'Port of the HTTP API; 0: a free one.',
  },
  OPENTHREAT_TLS_CERT: {
    type: 'path',
    default: '',
    description:
      'File with the certificate of the HTTP server and those between it and its authority, in PEM: it then speaks HTTPS only. A file that changes is read again.',
  },
  OPENTHREAT_TLS_KEY: {
    type: 'path',
    default: '',
    description: 'File with the private key of OPENTHREAT_TLS_CERT, in PEM, without a passphrase.',
  },
  OPENTHREAT_PUBLIC_READ: {
    type: ['true', 'false'],
    default: 'false',
    description:
      'Whether everyone who reaches the HTTP API may read without a key, also when it listens beyond loopback.',
  },
  OPENTHREAT_CORS_ORIGINS: {
    type: 'text',
    default: '',
    description: 'Origins, separated by commas, whose pages may read the HTTP API: https://app.example.org.',
  },
  OPENTHREAT_TRUSTED_PROXIES: {
    type: 'text',
    default: '',
    description:
      'Addresses or networks, separated by commas, of proxies in front of the HTTP API whose X-Forwarded-For is believed.',
  },
  OPENTHREAT_RATE_LIMIT: {
    type: 'integer',
    default: '600',
    description:
      'Requests a minute that each address, and each key, may send to the HTTP API; 0: any number. Programs on the same machine are not limited while it listens on loopback only.',
  },
  OPENTHREAT_BODY_LIMIT: {
    type: 'integer',
    default: '104857600',
    min: 1024,
    description: 'Largest document that POST /api/v1/ingest takes, in bytes.',
  },
  OPENTHREAT_REQUEST_TIMEOUT: {
    type: 'duration',
    default: '30s',
    min: 100,
    description:
      'How long a request to the HTTP API may take to arrive and its queries to run. Exports and event streams may take longer.',
  },
} as const satisfies Settings;

/** Files of the HTTP server's certificate, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Settings of the HTTP API. */
export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | null; // null: no encryption
  readonly publicRead: boolean;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly rateLimit: number; // requests a minute; 0: none
  readonly bodyLimit: number; // bytes
  readonly requestTimeoutMs: number;
}

/** @throws AppError `invalid_setting` */
export function httpConfig(env: NodeJS.ProcessEnv): HttpConfig {
  const read = new SettingsReader(httpSettings, env);
  return {
    host: read.text('OPENTHREAT_HOST'),
    port: read.integer('OPENTHREAT_PORT'),
    tls: tlsFiles(read.text('OPENTHREAT_TLS_CERT'), read.text('OPENTHREAT_TLS_KEY')),
    publicRead: read.flag('OPENTHREAT_PUBLIC_READ'),
    corsOrigins: read.list('OPENTHREAT_CORS_ORIGINS'),
    trustedProxies: read.list('OPENTHREAT_TRUSTED_PROXIES'),
    rateLimit: read.integer('OPENTHREAT_RATE_LIMIT'),
    bodyLimit: read.integer('OPENTHREAT_BODY_LIMIT'),
    requestTimeoutMs: read.duration('OPENTHREAT_REQUEST_TIMEOUT'),
  };
}

function tlsFiles(cert: string, key: string): TlsFiles | null {
  if (!cert && !key) return null;
  if (!cert) throw invalidSetting('OPENTHREAT_TLS_CERT', 'must be set where OPENTHREAT_TLS_KEY is');
  if (!key) throw invalidSetting('OPENTHREAT_TLS_KEY', 'must be set where OPENTHREAT_TLS_CERT is');
  return { cert: resolve(cert), key: resolve(key) };
}
