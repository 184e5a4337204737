import { sqlState } from './errors.ts';
import type { Server } from './pool.ts';

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

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function transaction<T>(database: Database, work: (tx: Db) => Promise<T>, begin = 'BEGIN'): Promise<T> {
  const connection = await begun(database, begin);
  let broken = true;
  try {
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

/**
 * A connection with a transaction begun. The process that runs the embedded server may end in the moment before; then
 * nothing has been done yet, and the next connection finds whoever runs it now.
 */
async function begun(database: Database, begin: string): Promise<Connection> {
  for (let attempt = 1; ; attempt++) {
    const connection = await database.connect();
    try {
      await connection.query(begin);
      return connection;
    } catch (error) {
      connection.release(true);
      if (database.kind === 'postgresql' || attempt === 3 || sqlState(error) !== '57P01') throw error;
    }
  }
}
