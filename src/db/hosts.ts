import pg from 'pg';
import { type HostAndPort, hostAndPort, type PostgresAddress, type SessionTarget } from '../database-url.ts';
import { AppError, messageOf } from '../errors.ts';
import type { DatabaseConfig } from '../settings/database.ts';
import { databaseError, isConnectionLoss } from './errors.ts';
import { clientSettings, type Server } from './pool.ts';
import { beginSession, isWanted, type Session } from './session.ts';
import { tlsOptions } from './tls.ts';

/**
 * The server of an address: of several hosts the first, in their order, that answers and is what is wanted. A single host
 * of which nothing is wanted is taken unseen.
 * @throws AppError `database_unreachable` that says what is wrong with each; what a server refuses at once
 */
export async function findServer(config: DatabaseConfig, address: PostgresAddress): Promise<Server> {
  const { hosts, target } = address;
  if (hosts.length === 1 && target === 'any') return serverAt(config, address);
  const passes: readonly SessionTarget[] = target === 'prefer-standby' ? ['standby', 'any'] : [target];
  const wrong: string[] = [];
  for (const wanted of passes) {
    wrong.length = 0;
    for (const host of hosts) {
      const found = await lookedAt(config, address, host);
      if ('server' in found && isWanted(wanted, found.session)) return found.server;
      wrong.push(`${hostAndPort(host)}: ${'server' in found ? unwanted(wanted, found.session) : found.why}`);
    }
  }
  throw new AppError('database_unreachable', `No server can be used. ${wrong.join(' ')}`, { sqlState: '08001' });
}

function unwanted(target: SessionTarget, { standby, readOnly }: Session): string {
  const is = standby ? 'is a standby' : `is ${readOnly ? 'read-only' : 'a primary'}`;
  return `${is}, and DATABASE_URL wants target_session_attrs=${target}.`;
}

type Looked = { readonly server: Server; readonly session: Session } | { readonly why: string };

/** Connects to a host once. Only a host that is gone is passed over: a wrong password is wrong everywhere. */
async function lookedAt(config: DatabaseConfig, address: PostgresAddress, at: HostAndPort): Promise<Looked> {
  try {
    const server = await serverAt(config, { ...address, ...at });
    const client = newClient(config, server);
    try {
      await client.connect();
      return { server, session: await beginSession(client, config) };
    } finally {
      await client.end().catch(() => {});
    }
  } catch (error) {
    const known = databaseError(error, hostAndPort(at));
    if (!isConnectionLoss(known)) throw known;
    return { why: messageOf(known) };
  }
}

async function serverAt(config: DatabaseConfig, address: PostgresAddress): Promise<Server> {
  const server: Server = {
    host: address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    // Without a password in the URL the driver asks ~/.pgpass.
    ...(address.password ? { password: address.password.reveal() } : {}),
    ssl: tlsOptions(address),
  };
  return address.sslMode === 'prefer' && server.ssl ? withTlsIfOffered(config, server) : server;
}

/** The driver cannot fall back by itself: this finds out once whether the server speaks TLS. */
async function withTlsIfOffered(config: DatabaseConfig, server: Server): Promise<Server> {
  const client = newClient(config, server);
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

function newClient(config: DatabaseConfig, server: Server): pg.Client {
  const client = new pg.Client({ ...clientSettings(config), ...server });
  client.on('error', () => {}); // what waits for an answer hears of it; unheard, the event would end the process
  return client;
}
