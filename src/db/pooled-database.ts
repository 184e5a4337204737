import pg from 'pg';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Connection, Database, QueryResult, Table } from './database.ts';
import type { EmbeddedDatabase } from './embedded/embedded.ts';
import { databaseError, sqlState } from './errors.ts';
import { clientSettings, type Server, serverOf } from './pool.ts';

/** A server that can be found again when it has moved. */
export type Findable = Pick<EmbeddedDatabase, 'address' | 'rejoin' | 'close'>;

/** The embedded server answers nobody while it works on a statement, and building an index takes minutes. */
const embeddedTimeoutMs = 15 * 60_000;

/** A database behind a pool of connections. */
export class PooledDatabase implements Database {
  readonly kind: 'embedded' | 'postgresql';
  readonly description: string;
  readonly #embedded: Findable | null;
  readonly #pool: pg.Pool;
  readonly #usedAt = new LastUse();
  #server: Server;

  constructor(config: Config, server: Server, embedded: Findable | null, description: string) {
    this.kind = embedded ? 'embedded' : 'postgresql';
    this.description = description;
    this.#embedded = embedded;
    this.#server = server;
    const current = () => this.#server;
    const timeout = embedded ? embeddedTimeoutMs : config.connectTimeoutMs;
    this.#pool = new pg.Pool({
      max: config.poolSize,
      connectionTimeoutMillis: timeout,
      allowExitOnIdle: true,
      // The embedded server may come back at another address, so each new connection asks for the current one.
      Client: class extends pg.Client {
        constructor() {
          super({ ...clientSettings(config), ...current(), connectionTimeoutMillis: timeout });
          // A connection may break between two statements; the next one reports it. Unheard, the event would end the process.
          this.on('error', () => {});
        }
      },
    });
    // A connection that breaks while nobody uses it is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => {});
  }

  async query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    for (let attempt = 1; ; attempt++) {
      const connection = await this.connect();
      let broken = true;
      try {
        const result = await connection.query<Row>(sql, params);
        broken = false;
        return result;
      } catch (error) {
        broken = isConnectionLoss(error);
        // The embedded server ends between statements: what came too late was not run.
        if (!this.#embedded || attempt === 3 || sqlState(error) !== '57P01') throw error;
      } finally {
        connection.release(broken);
      }
    }
  }

  get server(): Server {
    return this.#server;
  }

  async connect(): Promise<Connection> {
    const client = await this.#client();
    return new PooledConnection(client, this.description, () => this.#usedAt.note(client));
  }

  async close(): Promise<void> {
    await this.#pool.end();
    await this.#embedded?.close();
  }

  async #client(): Promise<pg.PoolClient> {
    for (let attempt = 1; ; attempt++) {
      try {
        const client = await this.#pool.connect();
        if (!this.#embedded || this.#usedAt.isRecent(client) || (await isAlive(client))) return client;
      } catch (error) {
        if (!this.#embedded || attempt === 5 || this.#pool.ending) throw databaseError(error, this.description);
        this.#server = await serverOf(await this.#embedded.rejoin());
      }
    }
  }
}

class PooledConnection implements Connection {
  readonly #client: pg.PoolClient;
  readonly #where: string;
  readonly #onRelease: () => void;

  constructor(client: pg.PoolClient, where: string, onRelease: () => void) {
    this.#client = client;
    this.#where = where;
    this.#onRelease = onRelease;
  }

  async query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    try {
      return await this.#client.query<Row>(params ? oneStatement(sql, params) : { text: sql });
    } catch (error) {
      throw databaseError(error, this.#where);
    }
  }

  async table(sql: string): Promise<Table> {
    try {
      const result = await this.#client.query<unknown[]>({ ...oneStatement(sql, []), rowMode: 'array' });
      const { rows, command, rowCount } = result;
      return { columns: result.fields.map((field) => field.name), rows, command, rowCount };
    } catch (error) {
      throw databaseError(error, this.#where);
    }
  }

  release(broken?: boolean): void {
    this.#onRelease();
    this.#client.release(broken);
  }
}

/** In the extended protocol a text holds one statement, so that nothing can be smuggled in behind it. */
function oneStatement(text: string, params: readonly unknown[]): pg.QueryConfig & { queryMode: 'extended' } {
  return { text, values: [...params], queryMode: 'extended' };
}

/** When each connection was used last: one that worked a moment ago needs no test. */
class LastUse {
  readonly #times = new WeakMap<pg.PoolClient, number>();

  note(client: pg.PoolClient): void {
    this.#times.set(client, performance.now());
  }

  isRecent(client: pg.PoolClient): boolean {
    return performance.now() - (this.#times.get(client) ?? Number.NEGATIVE_INFINITY) < 20;
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

function isConnectionLoss(error: unknown): boolean {
  return error instanceof AppError && error.code === 'database_unreachable' && sqlState(error) !== '57014';
}
