import pg from 'pg';
import type { Config } from '../config.ts';
import type { EmbeddedAddress } from './embedded/owner-file.ts';
import { tlsOptions } from './tls.ts';
import { valueTypes } from './value-types.ts';

/** Where a connection goes. */
export type Server = Pick<pg.ClientConfig, 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'>;

/** The server at an embedded address, or the one of the settings. */
export async function serverOf(at: EmbeddedAddress | Config): Promise<Server> {
  if (!('dataDir' in at)) {
    return {
      host: at.host,
      port: at.port,
      user: 'openthreat',
      database: 'openthreat',
      password: at.password ?? '',
      ssl: false,
    };
  }
  const { postgres } = at;
  if (!postgres) throw new TypeError('the settings name no server');
  const server: Server = {
    host: postgres.host,
    port: postgres.port,
    user: postgres.user,
    database: postgres.database,
    // Without a password in the URL the driver asks ~/.pgpass.
    ...(postgres.password ? { password: postgres.password.reveal() } : {}),
    ssl: tlsOptions(postgres),
  };
  return postgres.sslMode === 'prefer' && server.ssl ? withTlsIfOffered(at, server) : server;
}

/** The driver cannot fall back by itself: this finds out once whether the server speaks TLS. */
async function withTlsIfOffered(config: Config, server: Server): Promise<Server> {
  const client = new pg.Client({ ...clientSettings(config), ...server });
  try {
    await client.connect();
    return server;
  } catch (error) {
    if (error instanceof Error && /does not support SSL/.test(error.message)) return { ...server, ssl: false };
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** What is the same for every connection. */
export function clientSettings(config: Config): pg.ClientConfig {
  return {
    application_name: 'openthreat',
    connectionTimeoutMillis: config.connectTimeoutMs,
    statement_timeout: config.statementTimeoutMs || false,
    keepAlive: true,
    // Compiling a plan costs more than the statements here, which take milliseconds.
    options: '-c TimeZone=UTC -c DateStyle=ISO -c jit=off',
    types: valueTypes,
  };
}
