import type pg from 'pg';
import type { DatabaseConfig } from '../settings/database.ts';
import type { EmbeddedAddress } from './embedded/owner-file.ts';
import { valueTypes } from './value-types.ts';

/** Where a connection goes. */
export type Server = Pick<pg.ClientConfig, 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'>;

/** A server whose machine is gone says nothing more: after so long without a word it is asked whether it is there. */
const silentMs = 10_000;

/** The server at an embedded address. */
export function embeddedServer({ host, port, password }: EmbeddedAddress): Server {
  return { host, port, user: 'openthreat', database: 'openthreat', password: password ?? '', ssl: false };
}

/** What is the same for every connection to a server. */
export function clientSettings(config: DatabaseConfig): pg.ClientConfig {
  return {
    application_name: 'openthreat',
    connectionTimeoutMillis: config.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: silentMs,
    types: valueTypes,
  };
}

/** The same for the embedded server, where all clients share one session. */
export function embeddedClientSettings(config: DatabaseConfig): pg.ClientConfig {
  return {
    ...clientSettings(config),
    statement_timeout: config.statementTimeoutMs || false,
    options: '-c TimeZone=UTC -c DateStyle=ISO -c jit=off',
  };
}
