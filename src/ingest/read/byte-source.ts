/** A stream of bytes that can be looked into and taken back. Closing it closes what it reads from. */
export class ByteSource implements AsyncIterable<Buffer> {
  readonly #iterator: AsyncIterator<Buffer>;
  readonly #again: Buffer[] = []; // to be read next, the last one first
  #failure: { readonly error: unknown } | null = null; // met while peeking: what came before it is read first
  /** Ends a read that may wait for ever, as on a pipe: closing alone would wait for it. */
  readonly abort: () => void;

  constructor(chunks: AsyncIterable<Buffer>, abort: () => void = () => {}) {
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.abort = abort;
  }

  async next(): Promise<Buffer | null> {
    const again = this.#again.pop();
    if (again !== undefined) return again;
    if (this.#failure !== null) throw this.#failure.error;
    for (;;) {
      const next = await this.#iterator.next();
      if (next.done) return null;
      if (next.value.length > 0) return next.value;
    }
  }

  unread(chunk: Buffer): void {
    if (chunk.length > 0) this.#again.push(chunk);
  }

  /** The next bytes, without taking them: fewer than asked for only at the end. */
  async peek(bytes: number): Promise<Buffer> {
    const head = await this.#take(bytes);
    this.unread(head);
    return head;
  }

  /** Passes over bytes. Returns false when there are not so many. */
  async skip(bytes: number): Promise<boolean> {
    for (let left = bytes; left > 0; ) {
      const chunk = await this.next();
      if (chunk === null) return false;
      this.unread(chunk.subarray(left));
      left -= Math.min(left, chunk.length);
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await this.next(); chunk !== null; chunk = await this.next()) yield chunk;
    } finally {
      await this.close();
    }
  }

  async #take(bytes: number): Promise<Buffer> {
    const first = await this.next();
    if (first === null || first.length >= bytes) return first ?? Buffer.alloc(0);
    const parts = [first];
    let length = first.length;
    while (length < bytes) {
      const chunk = await this.next().catch((error: unknown) => {
        this.#failure = { error };
        return null;
      });
      if (chunk === null) break;
      parts.push(chunk);
      length += chunk.length;
    }
    return Buffer.concat(parts);
  }
}
