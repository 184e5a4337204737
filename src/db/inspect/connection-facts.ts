import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import pg from 'pg';
import type { Config } from '../../config.ts';
import type { SslMode } from '../../database-url.ts';
import { databaseError, sqlState } from '../errors.ts';
import { clientSettings, type Server } from '../pool.ts';

/** How a connection to a server comes about. */
export interface ConnectionFacts {
  /** The server's address as the network sees it; null for a socket of this machine. */
  readonly address: string | null;
  readonly sslMode: SslMode;
  readonly tls: TlsFacts | null;
  readonly password: PasswordUse;
}

export interface TlsFacts {
  readonly protocol: string | null; // TLSv1.3
  /** Whether the certificate's chain was checked. */
  readonly verified: boolean;
  readonly expiresAt: string | null; // ISO 8601 UTC
}

/** `not_asked`: the server lets this user in without one. `guessable`: it is the user's name or one that everybody tries first. */
export type PasswordUse = 'not_asked' | 'guessable' | 'own';

/** What installations come with and intruders try first. */
const wellKnown = new Set(['admin', 'changeme', 'openthreat', 'password', 'postgres', 'root', 'secret', '123456']);

/**
 * Connects once more and looks at how that goes. No password is guessed where the settings have one: what they have is
 * judged. Where they have none, the user's name is tried, once.
 * @throws AppError `database_unreachable` and the other codes of databases
 */
export async function connectionFacts(config: Config, server: Server, where: string): Promise<ConnectionFacts> {
  const { postgres } = config;
  if (!postgres) throw new TypeError('the settings name no server');
  const { user, password, sslMode } = postgres;
  const offered = password?.reveal() ?? user;
  const guessable = offered === user || wellKnown.has(offered.toLowerCase());
  let asked = false;
  const ask = () => {
    asked = true;
    return offered;
  };
  try {
    const seen = await lookAt(config, { ...server, password: ask });
    return { ...seen, sslMode, password: asked ? (guessable ? 'guessable' : 'own') : 'not_asked' };
  } catch (error) {
    if (password || sqlState(error) !== '28P01') throw databaseError(error, where);
  }
  // The user's name is not it: it stands in ~/.pgpass.
  const seen = await lookAt(config, server).catch((error: unknown) => {
    throw databaseError(error, where);
  });
  return { ...seen, sslMode, password: 'own' };
}

async function lookAt(config: Config, server: Server): Promise<Pick<ConnectionFacts, 'address' | 'tls'>> {
  const client = new pg.Client({ ...clientSettings(config), ...server });
  client.on('error', () => {}); // what breaks afterwards is nobody's business
  try {
    await client.connect();
    const { stream } = client.connection;
    const address = stream instanceof Socket ? (stream.remoteAddress ?? null) : null;
    return { address, tls: stream instanceof TLSSocket ? tlsFacts(stream) : null };
  } finally {
    await client.end().catch(() => {});
  }
}

function tlsFacts(socket: TLSSocket): TlsFacts {
  const until = Date.parse(socket.getPeerCertificate().valid_to ?? '');
  return {
    protocol: socket.getProtocol(),
    verified: socket.authorized,
    expiresAt: Number.isNaN(until) ? null : new Date(until).toISOString(),
  };
}
