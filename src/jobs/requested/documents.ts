import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../../errors.ts';

const ending = '.document';
/** A document that is still arriving has no task yet; it does not take this long. */
const arrivingMs = 60 * 60_000;

/** Documents that were sent, as files in a folder until they are read: each named after its task. */
export class Documents {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  file(id: string): string {
    return join(this.#folder, `${id}${ending}`);
  }

  /** Keeps a document; nothing of it stays when that fails. @returns how many bytes it has @throws AppError as `writeAll` */
  async keep(
    id: string,
    document: Readable,
    { limit, announced }: { readonly limit: number; readonly announced: number | null },
  ): Promise<number> {
    // A client may go while the file is being opened, when nobody reads yet: unheard, that error would end the server.
    document.on('error', () => {});
    if (announced !== null && announced > limit) throw tooLarge(limit);
    try {
      await mkdir(this.#folder, { recursive: true }).catch(noRoom);
      const file = await open(this.file(id), 'wx', 0o600).catch(noRoom);
      try {
        return await writeAll(document, file, limit);
      } finally {
        await file.close();
      }
    } catch (error) {
      await this.remove(id);
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.file(id), { force: true, maxRetries: 3 });
  }

  /** Takes away what a server that was killed had left; `wanted` are the ids of tasks that have not ended. */
  async clean(wanted: ReadonlySet<string>, now: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const id = name.slice(0, -ending.length);
      if (!name.endsWith(ending) || wanted.has(id)) continue;
      const age = now - ((await stat(this.file(id)).catch(() => null))?.mtimeMs ?? now);
      if (age > arrivingMs) await this.remove(id);
    }
  }
}

/**
 * Writes a document into an open file. Returns its size in bytes.
 * @throws AppError `too_large` beyond `limit`, `invalid_input` when it is empty or breaks off, `database_full` without space
 */
export async function writeAll(document: Readable, file: FileHandle, limit: number): Promise<number> {
  let bytes = 0;
  try {
    // Its end is the client's: destroyed, the connection could not carry the answer.
    for await (const chunk of document.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > limit) throw tooLarge(limit);
      await file.appendFile(chunk as Buffer).catch(noRoom);
    }
  } catch (error) {
    document.resume(); // what still comes is let go
    throw error instanceof AppError ? error : brokeOff(error);
  }
  if (bytes === 0) throw new AppError('invalid_input', 'There is no document in the request: send it as the body.');
  return bytes;
}

function tooLarge(limit: number): AppError {
  const what = `The document is larger than ${limit} bytes: send it in parts, or load it with openthreat ingest.`;
  return new AppError('too_large', what);
}

function brokeOff(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^(ECONN|EPIPE|ERR_STREAM|HPE_)/.test(code)) return error;
  return new AppError('invalid_input', 'The document broke off before its end: send it again.', {}, error);
}

function noRoom(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
  const what = 'There is no space left for the document in the data folder: make room there and send it again.';
  throw new AppError('database_full', what, {}, error);
}
