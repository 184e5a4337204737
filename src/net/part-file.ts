import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** How much of a document is there already, and the version that it is of. */
export interface Begun {
  readonly bytes: number;
  readonly etag: string;
}

/**
 * A document on its way to disk: `<name>.part` while it comes, with a `<name>.part.json` beside it that says what it
 * is when the rest can be asked for later, and `<name>` when it is whole.
 */
export class PartFile {
  readonly file: string;
  readonly #folder: string;
  readonly #url: string;
  #handle: FileHandle | null = null;
  #hash: Hash = createHash('sha256');
  #resumable = false;

  constructor(folder: string, name: string, url: string) {
    this.#folder = folder;
    this.file = join(folder, name);
    this.#url = url;
  }

  get #part(): string {
    return `${this.file}.part`;
  }

  get #about(): string {
    return `${this.file}.part.json`;
  }

  /** What an earlier try left of the same document, or null. */
  async begun(): Promise<Begun | null> {
    try {
      const about = JSON.parse(await readFile(this.#about, 'utf8')) as Partial<Record<string, unknown>>;
      const { size } = await stat(this.#part);
      if (about.url !== this.#url || typeof about.etag !== 'string' || size === 0) return null;
      return { bytes: size, etag: about.etag };
    } catch {
      return null;
    }
  }

  /** Starts from nothing. With `etag`, the rest can be asked for when it breaks off. */
  async start(etag: string | null): Promise<void> {
    await this.#onDisk(async () => {
      await mkdir(this.#folder, { recursive: true });
      await rm(this.#about, { force: true });
      this.#hash = createHash('sha256');
      this.#handle = await open(this.#part, 'w');
      this.#resumable = etag !== null;
      if (etag !== null) await writeFile(this.#about, JSON.stringify({ url: this.#url, etag }));
    });
  }

  /** Goes on behind what is there. */
  async resume(begun: Begun): Promise<void> {
    await this.#onDisk(async () => {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(this.#part, { end: begun.bytes - 1 })) hash.update(chunk as Buffer);
      this.#hash = hash;
      this.#handle = await open(this.#part, 'a');
      this.#resumable = true;
    });
  }

  async write(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    await this.#onDisk(async () => {
      await this.#handle?.writeFile(chunk);
    });
  }

  /** It is whole. @returns the digest of all of it */
  async finish(): Promise<string> {
    await this.#onDisk(async () => {
      await this.#close();
      await rename(this.#part, this.file);
      await rm(this.#about, { force: true });
    });
    return this.#hash.digest('hex');
  }

  /** It broke off: kept when the rest can be asked for. */
  async breakOff(): Promise<void> {
    await this.#close();
    if (!this.#resumable) await this.forget();
  }

  async forget(): Promise<void> {
    await this.#close();
    await rm(this.#about, { force: true });
    await rm(this.#part, { force: true });
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #onDisk(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = diskFailure(error, this.#folder);
      // What cannot be finished for want of space must not take up the last of it.
      if (failure.code === 'database_full') await this.forget().catch(() => {});
      throw failure;
    }
  }
}

function diskFailure(error: unknown, folder: string): AppError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'database_full',
      `No space is left for downloads in ${folder}: free some and try again.`,
      {},
      error,
    );
  }
  if (!code) throw error;
  const message = `Downloads cannot be written to ${folder} (${code}): check the permissions of OPENTHREAT_DATA_DIR.`;
  return new AppError('invalid_setting', message, { folder }, error);
}
