import type { PostgresAddress } from '../../database-url.ts';
import type { DatabaseConfig } from '../../settings/database.ts';
import type { Connection, Database, PoolUsage, QueryResult } from '../database.ts';
import { isConnectionLoss, sqlState } from '../errors.ts';
import type { Server } from '../pool.ts';
import { type ReplicaState, ReplicaWatch } from './watch.ts';

/** So often is a read begun that its server went away from. */
const tries = 3;

/** A standby ends what it reads when the primary has changed it too long ago. */
const conflict = '40001';

/**
 * A database for reads: they go to a standby that is fresh, and to the primary while there is none. What a server goes away
 * from is asked of another one.
 */
export class ReadingDatabase implements Database {
  readonly kind = 'postgresql';
  readonly description: string;
  readonly writes = 0;
  readonly #primary: Database;
  readonly #watch: ReplicaWatch;

  private constructor(primary: Database, watch: ReplicaWatch) {
    this.description = primary.description;
    this.#primary = primary;
    this.#watch = watch;
  }

  /**
   * `primary` is the database of which the replicas in `config` are standbys; what `writers` write is seen by each read
   * after it. Standbys may be away.
   */
  static async open(
    config: DatabaseConfig,
    address: PostgresAddress,
    { primary, writers }: { readonly primary: Database; readonly writers: readonly Database[] },
  ): Promise<ReadingDatabase> {
    const watch = new ReplicaWatch(config, address, writers);
    await watch.start();
    return new ReadingDatabase(primary, watch);
  }

  get server(): Server {
    return this.#primary.server;
  }

  get usage(): PoolUsage {
    return (this.#watch.inUse?.pool ?? this.#primary).usage;
  }

  get history(): number {
    return this.#primary.history + this.#watch.history;
  }

  /** The standbys, and which of them is read from. */
  get replicas(): readonly ReplicaState[] {
    return this.#watch.states;
  }

  async query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.reading(async () => {
      const connection = await this.connect();
      try {
        return await connection.query<Row>(sql, params);
      } finally {
        connection.release();
      }
    });
  }

  async reading<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === tries || !(isConnectionLoss(error) || sqlState(error) === conflict)) throw error;
      }
    }
  }

  /** A connection to one server, which stays the same until it is released. */
  async connect(): Promise<Connection> {
    const watch = this.#watch;
    const standby = await watch.choose();
    const ended = () => (standby ? undefined : watch.done());
    const failed = (error: unknown): never => {
      if (standby && (isConnectionLoss(error) || sqlState(error) === conflict)) watch.failed(standby);
      throw error;
    };
    try {
      const connection = await (standby?.pool ?? this.#primary).connect();
      return {
        query: async (sql, params) => connection.query<never>(sql, params).catch(failed),
        table: async (sql) => connection.table(sql).catch(failed),
        copyIn: async (sql, rows) => connection.copyIn(sql, rows),
        release: (broken) => {
          ended();
          connection.release(broken);
        },
      };
    } catch (error) {
      ended();
      return failed(error);
    }
  }

  /** Ends the connections to the standbys; those to the primary are not its own. */
  async close(): Promise<void> {
    await this.#watch.stop();
  }
}
