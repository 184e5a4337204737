import { close, open, write } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bufferAccess, fileAccess, type RandomAccess } from './access.ts';
import { ReadFailure } from './failure.ts';

const openFile = promisify(open);
const writeTo = promisify(write);
const closeFile = promisify(close);

/** An archive up to this size is kept in memory. */
const smallBytes = 8 * 1024 * 1024;

/**
 * Makes a stream readable at any position: in memory when it is small, else in a temporary file. The file loses its name as soon as it
 * is open where the system allows that, so that not even a killed process leaves it behind.
 */
export async function spool(chunks: AsyncIterable<Buffer>): Promise<RandomAccess> {
  const parts: Buffer[] = [];
  let size = 0;
  let file: TemporaryFile | null = null;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      parts.push(chunk);
      if (file === null && size <= smallBytes) continue;
      file ??= await temporaryFile();
      for (const part of parts.splice(0)) await file.append(part);
    }
  } catch (error) {
    await file?.close();
    throw error;
  }
  return file === null ? bufferAccess(Buffer.concat(parts)) : fileAccess(file.fd, size, file.close);
}

interface TemporaryFile {
  readonly fd: number;
  append(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

async function temporaryFile(): Promise<TemporaryFile> {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'openthreat-'));
    const fd = await openFile(join(folder, 'archive.zip'), 'wx+', 0o600);
    const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await remove().catch(() => {}); // Windows keeps an open file: then it goes when it is closed
    return {
      fd,
      async append(bytes) {
        for (let done = 0; done < bytes.length; ) {
          done += (await writeTo(fd, bytes, done).catch(noRoom)).bytesWritten;
        }
      },
      async close() {
        await closeFile(fd);
        await remove();
      },
    };
  } catch (error) {
    return noRoom(error);
  }
}

function noRoom(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const what = code === 'ENOSPC' || code === 'EDQUOT' ? 'no space is left' : code;
  const reason = `cannot be unpacked into the temporary folder ${tmpdir()}: ${what}; make room there, or set TMPDIR to another folder`;
  throw new ReadFailure(reason, { cause: error });
}
