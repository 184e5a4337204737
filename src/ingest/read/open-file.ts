import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileAccess, type RandomAccess } from './access.ts';
import type { Share } from './reading.ts';

const readAt = promisify(read);

/** A file up to this size is read in one blocking call: of a folder of 300,000 small files, waiting would be most of the time. */
const smallBytes = 512 * 1024;
const chunkSize = 256 * 1024;

/** A regular file that is being read. */
export class OpenFile {
  readonly size: number;
  readonly #fd: number;
  readonly #state: string;

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    try {
      this.size = fstatSync(this.#fd).size;
      this.#state = stateOf(this.#fd);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** Whether it was written to since it was opened. (Another file that took its name does no harm: we read the old one.) */
  hasChanged(): boolean {
    return stateOf(this.#fd) !== this.#state;
  }

  /** Its bytes from the start, the next ones on their way while the last are looked at. */
  async *chunks(share: Share): AsyncGenerator<Buffer> {
    if (this.size <= smallBytes) {
      const bytes = Buffer.allocUnsafeSlow(this.size);
      const length = readSync(this.#fd, bytes, 0, this.size, 0);
      share.read(1);
      yield bytes.subarray(0, length);
      return;
    }
    let position = 0;
    let next = this.#read(position);
    try {
      for (;;) {
        const bytes = await next;
        if (bytes.length === 0) return;
        position += bytes.length;
        next = this.#read(position);
        share.read(position / this.size);
        yield bytes;
      }
    } finally {
      await next.catch(() => {}); // the file must not be closed under a read
    }
  }

  access(): RandomAccess {
    return fileAccess(this.#fd, this.size, async () => {});
  }

  close(): void {
    closeSync(this.#fd);
  }

  async #read(position: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(chunkSize);
    const { bytesRead } = await readAt(this.#fd, bytes, 0, chunkSize, position);
    return bytes.subarray(0, bytesRead);
  }
}

function stateOf(fd: number): string {
  const { size, mtimeNs } = fstatSync(fd, { bigint: true });
  return `${size}:${mtimeNs}`;
}
