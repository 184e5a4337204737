import pg from 'pg';
import { type Config, describeDatabase } from '../config.ts';
import { AppError } from '../errors.ts';
import { EmbeddedDatabase } from './embedded/embedded.ts';
import { databaseError, sqlState } from './errors.ts';
import { clientSettings, type Server, serverOf } from './pool.ts';

export interface QueryResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/** Something that runs SQL: the database (any connection of its pool), or one open transaction. */
export interface Db {
  /**
   * With `params`, even empty ones, the SQL must be one statement; without, it may be a script.
   * @throws AppError whose context has the `sqlState`
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    params?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

/** Rows as they come, for SQL whose columns are not known; names may repeat. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly command: string; // 'SELECT', 'INSERT', …
  readonly rowCount: number | null;
}

/** One connection, held until `release`. */
export interface Connection extends Db {
  /** Runs exactly one statement. */
  table(sql: string): Promise<Table>;
  /** `broken`: do not use it again. */
  release(broken?: boolean): void;
}

export interface Database extends Db {
  readonly kind: 'embedded' | 'postgresql';
  /** What and where it is, without secrets. */
  readonly description: string;
  /** How other clients reach it. Holds the password: not for logs. */
  readonly server: Server;
  connect(): Promise<Connection>;
  /** Ends the connections. Whoever runs the embedded server waits for its other users first. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Talk for the user: "waiting for …". */
  readonly say?: (text: string) => void;
}

/**
 * Opens the database that the settings name: a PostgreSQL server, or the embedded one, which is started when need be.
 * @throws AppError `database_unreachable` and the other codes of databases, `locked`, `invalid_setting`
 */
export async function openDatabase(config: Config, options: OpenOptions = {}): Promise<Database> {
  const embedded = config.postgres ? null : new EmbeddedDatabase(config.dataDir, options.say ?? (() => {}));
  return openServer(config, embedded, describeDatabase(config));
}

/** A server that can be found again when it has moved. */
export type Findable = Pick<EmbeddedDatabase, 'address' | 'rejoin' | 'close'>;

/** Opens a database through the pool, embedded or not, and proves that it answers. */
export async function openServer(config: Config, embedded: Findable | null, description: string): Promise<Database> {
  let server: Server;
  try {
    server = embedded ? await serverOf(await embedded.address()) : await serverOf(config);
  } catch (error) {
    throw databaseError(error, description);
  }
  const database = new PooledDatabase(config, server, embedded, description);
  try {
    (await database.connect()).release();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function transaction<T>(database: Database, work: (tx: Db) => Promise<T>, begin = 'BEGIN'): Promise<T> {
  const connection = await database.connect();
  let broken = true;
  try {
    await connection.query(begin);
    const result = await work(connection);
    await connection.query('COMMIT');
    broken = false;
    return result;
  } catch (error) {
    broken = await connection.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    connection.release(broken);
  }
}

class PooledDatabase implements Database {
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
    this.#pool = new pg.Pool({
      max: config.poolSize,
      connectionTimeoutMillis: config.connectTimeoutMs,
      allowExitOnIdle: true,
      // The embedded server may come back at another address, so each new connection asks for the current one.
      Client: class extends pg.Client {
        constructor() {
          super({ ...clientSettings(config), ...current() });
          // A connection may break between two statements; the next one reports it. Unheard, the event would end the process.
          this.on('error', () => {});
        }
      },
    });
    // A connection that breaks while nobody uses it is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => {});
  }

  async query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    const connection = await this.connect();
    let broken = true;
    try {
      const result = await connection.query<Row>(sql, params);
      broken = false;
      return result;
    } catch (error) {
      broken = isConnectionLoss(error);
      throw error;
    } finally {
      connection.release(broken);
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
