import pg from 'pg';
import type { DatabaseConfig } from '../../settings/database.ts';
import type { Connection, Database, PoolUsage, QueryResult } from '../database.ts';
import { databaseError, sqlState } from '../errors.ts';
import { embeddedClientSettings, embeddedServer, type Server } from '../pool.ts';
import { type Lender, PooledConnection } from '../pooled-connection.ts';
import type { EmbeddedDatabase } from './embedded.ts';
import type { EmbeddedAddress } from './owner-file.ts';

/** A server that can be found again when it has moved. */
export type Findable = Pick<EmbeddedDatabase, 'address' | 'rejoin' | 'close'>;

/** The embedded server answers nobody while it works on a statement, and building an index takes minutes. */
const timeoutMs = 15 * 60_000;

/** A connection that worked so long ago, in milliseconds, needs no test. */
const recentMs = 20;

/** The embedded database behind a pool of connections: its server may end with another process, and be another's then. */
export class PooledEmbedded implements Database, Lender {
  readonly kind = 'embedded';
  readonly description: string;
  readonly locally = '';
  readonly history = 0;
  readonly #embedded: Findable;
  readonly #pool: pg.Pool;
  readonly #usedAt = new WeakMap<pg.PoolClient, number>();
  #server: Server;
  #waitedMs = 0;
  #writes = 0;

  constructor(config: DatabaseConfig, embedded: Findable, address: EmbeddedAddress, description: string) {
    this.description = description;
    this.#embedded = embedded;
    this.#server = embeddedServer(address);
    const current = () => this.#server;
    this.#pool = new pg.Pool({
      max: config.poolSize,
      connectionTimeoutMillis: timeoutMs,
      allowExitOnIdle: true,
      // The server may come back at another address, so each new connection asks for the current one.
      Client: class extends pg.Client {
        constructor() {
          super({ ...embeddedClientSettings(config), ...current(), connectionTimeoutMillis: timeoutMs });
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

  async query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    for (let attempt = 1; ; attempt++) {
      const connection = await this.connect();
      try {
        return await connection.query<Row>(sql, params);
      } catch (error) {
        // The server ends between statements: what came too late was not run.
        if (attempt === 3 || sqlState(error) !== '57P01') throw error;
      } finally {
        connection.release();
      }
    }
  }

  async connect(): Promise<Connection> {
    const begin = performance.now();
    const client = await this.#client();
    this.#waitedMs = performance.now() - begin;
    return new PooledConnection(client, this);
  }

  async close(): Promise<void> {
    await this.#pool.end();
    await this.#embedded.close();
  }

  wrote(): void {
    this.#writes++;
  }

  failed(): void {}

  released(client: pg.PoolClient): void {
    this.#usedAt.set(client, performance.now());
  }

  async #client(): Promise<pg.PoolClient> {
    for (let attempt = 1; ; attempt++) {
      try {
        const client = await this.#pool.connect();
        if (this.#isRecent(client) || (await isAlive(client))) return client;
      } catch (error) {
        if (attempt === 5 || this.#pool.ending) throw databaseError(error, this.description);
        this.#server = embeddedServer(await this.#embedded.rejoin());
      }
    }
  }

  #isRecent(client: pg.PoolClient): boolean {
    return performance.now() - (this.#usedAt.get(client) ?? Number.NEGATIVE_INFINITY) < recentMs;
  }
}

/** Whether the connection still works: an embedded server ends idle connections when its process goes, and another takes over. */
async function isAlive(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('');
    return true;
  } catch {
    client.release(true);
    return false;
  }
}
