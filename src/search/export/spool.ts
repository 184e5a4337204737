import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** This much is kept in memory before a file is begun. */
const inMemory = 2 ** 20;

/** Text that is written now and read later, however much of it: beyond a megabyte it lies in a temporary file. */
export class Spool {
  #waiting: string[] = [];
  #length = 0;
  #folder: string | null = null;
  #file: FileHandle | null = null;

  async add(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= inMemory) await this.#flush();
  }

  /** All that was added, from its beginning. */
  async *read(): AsyncGenerator<string> {
    if (this.#folder !== null) {
      for await (const text of createReadStream(join(this.#folder, 'spool'), { encoding: 'utf8' })) yield String(text);
    }
    yield this.#waiting.join('');
  }

  /** Removes what is left on the disk. */
  async close(): Promise<void> {
    await this.#file?.close();
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
  }

  async #flush(): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'openthreat-export-'));
    this.#file ??= await open(join(this.#folder, 'spool'), 'wx', 0o600);
    await this.#file.appendFile(this.#waiting.join(''));
    this.#waiting = [];
    this.#length = 0;
  }
}
