import { AppError } from '../errors.ts';
import { isConnectionLoss, sqlState } from './errors.ts';
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
  /** Feeds `COPY … FROM STDIN`; returns how many rows were stored. The embedded server does not take it. */
  copyIn(sql: string, rows: AsyncIterable<Buffer>): Promise<number>;
  /** `broken`: do not use it again. */
  release(broken?: boolean): void;
}

/** Connections of a pool, and who waits for one. */
export interface PoolUsage {
  readonly used: number;
  readonly idle: number;
  readonly waiting: number;
  /** How long the last one that got a connection had waited for it, in milliseconds. */
  readonly waitedMs: number;
}

export interface Database extends Db {
  readonly kind: 'embedded' | 'postgresql';
  /** What and where it is, without secrets. */
  readonly description: string;
  /** How other clients reach it. Holds the password: not for logs. */
  readonly server: Server;
  /** How busy its connections are just now. */
  readonly usage: PoolUsage;
  /** How many statements through it may have changed something that others see. */
  readonly writes: number;
  /** Another number when it may have gone back in time: another server took the place of the one before. */
  readonly history: number;
  connect(): Promise<Connection>;
  /** Only of a database that is read and never written: does again what its servers went away from. */
  readonly reading?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Ends the connections. Whoever runs the embedded server waits for its other users first. */
  close(): Promise<void>;
}

/** A connection in one open transaction. */
export type Transaction = Omit<Connection, 'release'>;

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. On a database that only reads,
 * work whose connection broke is done again.
 * @throws AppError with the SQLSTATE `unknownOutcome` when the connection broke while it was being committed
 */
export async function transaction<T>(
  database: Database,
  work: (tx: Transaction) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  return database.reading ? database.reading(() => once(database, work, begin)) : once(database, work, begin);
}

async function once<T>(database: Database, work: (tx: Transaction) => Promise<T>, begin: string): Promise<T> {
  const connection = await begun(database, begin);
  let broken = true;
  try {
    const result = await work(connection);
    await connection.query('COMMIT').catch((error: unknown) => {
      throw isConnectionLoss(error) ? inDoubt(error) : error;
    });
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

/** Transaction resolution unknown. @see https://www.postgresql.org/docs/15/errcodes-appendix.html */
export const unknownOutcome = '08007';

function inDoubt(error: unknown): AppError {
  const what = 'The connection to the database broke while changes were being stored: all of them are there, or none.';
  return new AppError('database_unreachable', what, { sqlState: unknownOutcome }, error);
}

/**
 * A connection with a transaction begun. The server may have ended in the moment before; then nothing has been done yet,
 * and the next connection finds whoever takes its place.
 */
async function begun(database: Database, begin: string): Promise<Connection> {
  for (let attempt = 1; ; attempt++) {
    const connection = await database.connect();
    try {
      await connection.query(begin);
      return connection;
    } catch (error) {
      connection.release(true);
      const mayGoOn = database.kind === 'postgresql' ? isConnectionLoss(error) : sqlState(error) === '57P01';
      if (!mayGoOn || attempt === 3) throw error;
    }
  }
}
