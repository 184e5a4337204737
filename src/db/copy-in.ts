import type pg from 'pg';

// What the types of the driver leave out of its connection.
declare module 'pg' {
  interface Connection {
    sendCopyFromChunk(chunk: Buffer): void;
    endCopyFrom(): void;
    sendCopyFail(message: string): void;
  }
}

export interface CopyResult {
  readonly command: 'COPY';
  readonly rowCount: number;
}

/**
 * Feeds `COPY … FROM STDIN` with rows in the form that it names, as fast as the server takes them.
 * @throws what the rows throw, after the server has thrown away what it had; otherwise the driver's error
 * @see https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-COPY
 */
export async function copyIn(client: pg.ClientBase, sql: string, rows: AsyncIterable<Buffer>): Promise<CopyResult> {
  return client.query(new Copy(sql, rows)).ended;
}

/** A query as the driver runs it: the methods are called with what the server says. */
class Copy implements pg.Submittable {
  readonly ended: Promise<CopyResult>;
  readonly #sql: string;
  readonly #rows: AsyncIterable<Buffer>;
  readonly #answer = Promise.withResolvers<CopyResult>();
  #feeding: Promise<void> | null = null;
  #stored = 0;
  #isOver = false;
  #failure: unknown = null; // of the rows

  constructor(sql: string, rows: AsyncIterable<Buffer>) {
    this.#sql = sql;
    this.#rows = rows;
    this.ended = this.#answer.promise.finally(async () => this.#feeding);
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#sql);
  }

  handleCopyInResponse(connection: pg.Connection): void {
    this.#feeding = this.#feed(connection);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#stored = Number(/^COPY (\d+)$/.exec(text)?.[1]);
  }

  handleReadyForQuery(): void {
    this.#isOver = true;
    this.#answer.resolve({ command: 'COPY', rowCount: this.#stored });
  }

  handleError(error: unknown): void {
    this.#isOver = true;
    this.#answer.reject(this.#failure ?? error);
  }

  async #feed(connection: pg.Connection): Promise<void> {
    try {
      for await (const bytes of this.#rows) {
        if (this.#isOver) return; // the server has found a fault in what came before
        connection.sendCopyFromChunk(bytes);
        if (connection.stream.writableNeedDrain) await room(connection);
      }
      connection.endCopyFrom();
    } catch (error) {
      this.#failure = error;
      connection.sendCopyFail('there are no more rows, because of an error');
    }
  }
}

/** Waits until the socket takes more, or is gone. */
async function room({ stream }: pg.Connection): Promise<void> {
  await new Promise<void>((resolve) => {
    const proceed = () => {
      stream.off('drain', proceed);
      stream.off('close', proceed);
      resolve();
    };
    stream.once('drain', proceed);
    stream.once('close', proceed);
  });
}
