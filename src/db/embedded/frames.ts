/** PostgreSQL's wire protocol as far as the embedded server needs it. @see https://www.postgresql.org/docs/18/protocol-message-formats.html */

export const code = {
  sslRequest: 80877103,
  gssRequest: 80877104,
  cancelRequest: 80877102,
  protocol3: 196608,
} as const;

/** PostgreSQL itself takes no longer message (MaxAllocSize). */
export const maxMessageBytes = 2 ** 30 - 1;

/** Cuts a stream of bytes into messages. Chunks are joined once for a message, however many chunks it came in. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** The next message of the start-up phase (without a type byte), or null while it is incomplete. */
  startup(): Buffer | null {
    return this.#message(0);
  }

  /** The next message with its type byte, or null while it is incomplete. */
  next(): Buffer | null {
    return this.#message(1);
  }

  #message(typeBytes: 0 | 1): Buffer | null {
    const header = typeBytes + 4;
    if (this.#size < header) return null;
    const length = this.#first(header).readInt32BE(typeBytes);
    if (length < 4 || length > maxMessageBytes) throw new Error('not a message of the PostgreSQL protocol');
    if (this.#size < typeBytes + length) return null;
    const all = this.#first(typeBytes + length);
    const rest = all.subarray(typeBytes + length);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    this.#size -= typeBytes + length;
    return all.subarray(0, typeBytes + length);
  }

  /** The first chunk, made at least `bytes` long. */
  #first(bytes: number): Buffer {
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    if (first.length >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

/** One message: a type byte, its length, its body. */
export function message(type: string, ...body: (Buffer | string)[]): Buffer {
  const parts = body.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part));
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(4 + parts.reduce((sum, part) => sum + part.length, 0), 1);
  return Buffer.concat([head, ...parts]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** What the server says once a client is let in. */
export function greeting(serverVersion: string, connectionId: number): Buffer {
  const parameters = {
    server_version: serverVersion,
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    IntervalStyle: 'postgres',
    TimeZone: 'UTC',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
    is_superuser: 'on',
    session_authorization: 'openthreat',
    default_transaction_read_only: 'off',
    in_hot_standby: 'off',
  };
  return Buffer.concat([
    message('R', int32(0)),
    ...Object.entries(parameters).map(([name, value]) => message('S', name, value)),
    message('K', int32(connectionId), int32(0)),
    readyForQuery('I'),
  ]);
}

/** Whether the session is idle, in a transaction, or in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E';

export function readyForQuery(status: TransactionStatus): Buffer {
  return message('Z', Buffer.from(status, 'latin1'));
}

/** An ErrorResponse of the severity that ends the connection. */
export function fatal(sqlState: string, text: string): Buffer {
  return message('E', 'SFATAL', 'VFATAL', `C${sqlState}`, `M${text}`, Buffer.from([0]));
}

export function cleartextPasswordRequest(): Buffer {
  return message('R', int32(3));
}

/** Null-terminated text at `start`. */
export function textAt(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end < 0 ? bytes.length : end);
}
