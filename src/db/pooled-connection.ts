import type pg from 'pg';
import { copyIn } from './copy-in.ts';
import type { Connection, QueryResult, Table } from './database.ts';
import { databaseError, isConnectionLoss, sqlState } from './errors.ts';
import { inStatementSpan } from './statement-span.ts';

/** What a connection tells its pool. */
export interface Lender {
  readonly description: string;
  /** Added to each BEGIN; ''. */
  readonly locally: string;
  /** Something may have been changed. */
  wrote(): void;
  /** The connection broke, or its server takes no writes. */
  failed(client: pg.PoolClient): void;
  released(client: pg.PoolClient): void;
}

/** A connection of a pool, until it is released. One that broke is not used again. */
export class PooledConnection implements Connection {
  readonly #client: pg.PoolClient;
  readonly #lender: Lender;
  #isBroken = false;

  constructor(client: pg.PoolClient, lender: Lender) {
    this.#client = client;
    this.#lender = lender;
  }

  async query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    const { locally } = this.#lender;
    const text = locally !== '' && /^BEGIN\b/.test(sql) ? `${sql}; ${locally}` : sql;
    return this.#try(text, async () => this.#client.query<Row>(params ? oneStatement(text, params) : { text }));
  }

  async table(sql: string): Promise<Table> {
    const result = await this.#try(sql, async () =>
      this.#client.query<unknown[]>({ ...oneStatement(sql, []), rowMode: 'array' }),
    );
    const { rows, command, rowCount } = result;
    return { columns: result.fields.map((field) => field.name), rows, command, rowCount };
  }

  async copyIn(sql: string, rows: AsyncIterable<Buffer>): Promise<number> {
    return (await this.#try(sql, async () => copyIn(this.#client, sql, rows))).rowCount;
  }

  release(broken = false): void {
    this.#lender.released(this.#client);
    this.#client.release(broken || this.#isBroken);
  }

  async #try<R extends { readonly command: string }>(sql: string, work: () => Promise<R>): Promise<R> {
    try {
      const result = await inStatementSpan(sql, work);
      // A script has several results.
      if ([result].flat().some(({ command }) => !reading.has(command))) this.#lender.wrote();
      return result;
    } catch (error) {
      const known = databaseError(error, this.#lender.description);
      if (isConnectionLoss(known) || sqlState(known) === readOnly) {
        this.#isBroken = true;
        this.#lender.failed(this.#client);
      }
      throw known;
    }
  }
}

/** The SQLSTATE of a write where none is possible: in a transaction that was begun so, or on a server that was demoted. */
const readOnly = '25006';

/** The tags of statements that change nothing that others see. */
const reading: ReadonlySet<string> = new Set(['', 'SELECT', 'SHOW', 'EXPLAIN', 'BEGIN', 'SET', 'ROLLBACK', 'FETCH']);

/** In the extended protocol a text holds one statement, so that nothing can be smuggled in behind it. */
function oneStatement(text: string, params: readonly unknown[]): pg.QueryConfig & { queryMode: 'extended' } {
  return { text, values: [...params], queryMode: 'extended' };
}
