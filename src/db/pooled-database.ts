import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresAddress } from '../database-url.ts';
import { AppError } from '../errors.ts';
import type { DatabaseConfig } from '../settings/database.ts';
import type { Connection, Database, PoolUsage, QueryResult } from './database.ts';
import { databaseError, isConnectionLoss } from './errors.ts';
import { findServer } from './hosts.ts';
import { clientSettings, type Server } from './pool.ts';
import { type Lender, PooledConnection } from './pooled-connection.ts';
import { beginSession, isWanted, localSettings } from './session.ts';

/** How long to wait before a server that is gone is looked for again, in milliseconds. */
const pauseMs = 250;

/**
 * A PostgreSQL server behind a pool of connections. When it goes, connections are made anew, to the server among the hosts
 * of its address that is the right one then; who needs a connection waits for that as long as the settings say.
 */
export class PooledDatabase implements Database, Lender {
  readonly kind = 'postgresql';
  readonly description: string;
  readonly #config: DatabaseConfig;
  readonly #address: PostgresAddress;
  readonly #pool: pg.Pool;
  readonly #say: (text: string) => void;
  /** The server as it was when each connection was made: another object after each doubt. */
  readonly #madeFor = new WeakMap<pg.ClientBase, Server>();
  readonly #open = new Set<pg.Client>();
  #server: Server;
  #finding: Promise<Server> | null = null;
  #waitedMs = 0;
  #writes = 0;
  #history = 0;
  #locally = '';
  #isWaiting = false;
  #hasAnswered = false;

  constructor(
    config: DatabaseConfig,
    at: { readonly address: PostgresAddress; readonly server: Server; readonly description: string },
    say: (text: string) => void,
  ) {
    this.description = at.description;
    this.#config = config;
    this.#address = at.address;
    this.#server = at.server;
    this.#say = say;
    const current = () => this.#server;
    const madeFor = this.#madeFor;
    const open = this.#open;
    this.#pool = new pg.Pool({
      max: config.poolSize,
      connectionTimeoutMillis: config.connectTimeoutMs,
      allowExitOnIdle: true,
      onConnect: async (client) => this.#begin(client),
      Client: class extends pg.Client {
        constructor() {
          const server = current();
          super({ ...clientSettings(config), ...server });
          madeFor.set(this, server);
          open.add(this);
          this.once('end', () => open.delete(this));
          // A connection may break between two statements; the next one reports it. Unheard, the event would end the process.
          this.on('error', () => {});
        }
      },
    });
    // A connection that breaks while nobody uses it is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => {});
  }

  get server(): Server {
    return this.#server;
  }

  get usage(): PoolUsage {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount, waitedMs: this.#waitedMs };
  }

  get writes(): number {
    return this.#writes;
  }

  get history(): number {
    return this.#history;
  }

  get locally(): string {
    return this.#locally;
  }

  async query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    const connection = await this.connect();
    try {
      return await connection.query<Row>(sql, params);
    } finally {
      connection.release();
    }
  }

  async connect(): Promise<Connection> {
    const begin = performance.now();
    // One that never answered is not waited for: its address may be wrong.
    const client = await this.#client(this.#hasAnswered ? begin + this.#config.databaseWaitMs : begin);
    this.#hasAnswered = true;
    this.#waitedMs = performance.now() - begin;
    return new PooledConnection(client, this);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** Ends all connections at once, also those that wait for an answer: their server hangs. */
  abandon(): void {
    this.#server = { ...this.#server };
    for (const client of this.#open) client.connection.stream.destroy();
  }

  wrote(): void {
    this.#writes++;
  }

  /** What happened to one connection may have happened to all: each is made anew when it is wanted next. */
  failed(client: pg.PoolClient): void {
    if (this.#madeFor.get(client) === this.#server) this.#server = { ...this.#server };
  }

  released(): void {}

  async #client(until: number): Promise<pg.PoolClient> {
    for (let attempt = 1; ; attempt++) {
      try {
        const client = await this.#pool.connect();
        if (this.#madeFor.get(client) === this.#server) {
          this.#isWaiting = false;
          return client;
        }
        client.release(true);
      } catch (error) {
        const known = databaseError(error, this.description);
        if (!isConnectionLoss(known) || this.#pool.ending) throw known;
        await this.#elsewhere(known, { attempt, until });
      }
    }
  }

  /** Looks for the server again, and waits a little when it is nowhere. @throws `lost`, when that has taken too long */
  async #elsewhere(lost: unknown, { attempt, until }: { attempt: number; until: number }): Promise<void> {
    const isLate = performance.now() >= until;
    const { hosts, target } = this.#address;
    if (isLate && (attempt > 1 || (hosts.length === 1 && target === 'any'))) throw lost;
    this.#finding ??= findServer(this.#config, this.#address).finally(() => {
      this.#finding = null;
    });
    try {
      this.#move(await this.#finding);
      if (attempt === 1 && hosts.length > 1) return;
    } catch (error) {
      if (isLate || !isConnectionLoss(error)) throw error;
    }
    if (!this.#isWaiting) {
      this.#isWaiting = true;
      this.#say(
        `${this.description} does not answer: waiting for it, at most ${this.#config.databaseWaitMs / 1000} s.`,
      );
    }
    await setTimeout(pauseMs);
  }

  #move(server: Server): void {
    const had = this.#server;
    const isSame = server.host === had.host && server.port === had.port;
    if (isSame && !server.ssl === !had.ssl) return;
    this.#server = server;
    if (!isSame) this.#history++;
  }

  async #begin(client: pg.ClientBase): Promise<void> {
    const session = await beginSession(client, this.#config);
    if (!isWanted(this.#address.target, session)) {
      const what = `${this.description} is not the server that target_session_attrs=${this.#address.target} wants.`;
      throw new AppError('database_unreachable', what, { sqlState: '08001' });
    }
    if (!session.pooled || this.#locally !== '') return;
    this.#locally = localSettings(this.#config);
    if (session.limited || this.#config.statementTimeoutMs === 0) return;
    const role = `ALTER ROLE "${this.#address.user}" SET statement_timeout = ${this.#config.statementTimeoutMs}`;
    this.#say(
      `${this.description} is a pooler: OPENTHREAT_STATEMENT_TIMEOUT counts in transactions only. ${role} helps.`,
    );
  }
}
