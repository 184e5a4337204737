import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import { constants, createZstdCompress } from 'node:zlib';
import type { Encrypter } from 'age-encryption';
import { type Pack, pack } from 'tar-stream';
import { AppError, messageOf } from '../../../errors.ts';
import { type Chunk, type Head, type Manifest, Sums } from '../content.ts';
import { headName, manifestName, nameOf } from './names.ts';
import { sealed } from './seal.ts';

const compression = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };

export interface Written {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Manifest;
}

/**
 * Writes an archive: a tar file of the head, the rows and the manifest, compressed by zstd, sealed, and encrypted when
 * asked. It gets its name when it is whole and on the disk; nobody but its owner can read it.
 * @throws AppError `invalid_input` when there is such a file, `database_full`, `interrupted`; what reading the rows throws
 */
export async function writeArchive(
  file: string,
  head: Head,
  chunks: AsyncIterable<Chunk>,
  options: { readonly encrypter: Encrypter | null; readonly signal?: AbortSignal | undefined },
): Promise<Written> {
  await assertFree(file);
  const unfinished = `${file}.unfinished`;
  try {
    const manifest = await write(unfinished, head, chunks, options);
    await rename(unfinished, file);
    await syncFolder(dirname(file));
    return { file, bytes: (await stat(file)).size, manifest };
  } catch (error) {
    await rm(unfinished, { force: true });
    options.signal?.throwIfAborted();
    throw fileError(error, file);
  }
}

async function write(
  file: string,
  head: Head,
  chunks: AsyncIterable<Chunk>,
  { encrypter, signal }: { readonly encrypter: Encrypter | null; readonly signal?: AbortSignal | undefined },
): Promise<Manifest> {
  await rm(file, { force: true }); // of a backup that was killed
  const handle = await open(file, 'wx', 0o600);
  const tar = pack();
  tar.on('error', () => {}); // reported by whoever fills or empties it; this keeps a late one from ending the process
  const bytes = pipeline(
    Readable.from(tar, { objectMode: false }),
    createZstdCompress({ params: compression }),
    sealed,
    (source: AsyncIterable<Buffer>) => encrypted(source, encrypter),
    handle.createWriteStream({ flush: true }),
  );
  const [manifest] = await Promise.all([
    fill(tar, head, chunks, signal).catch((error: unknown) => {
      tar.destroy(error as Error);
      throw error;
    }),
    bytes.catch((error: unknown) => {
      tar.destroy(error as Error);
      throw error;
    }),
  ]);
  return manifest;
}

async function fill(
  tar: Pack,
  head: Head,
  chunks: AsyncIterable<Chunk>,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  const mtime = new Date(head.createdAt);
  const put = async (name: string, content: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const entry = tar.entry({ name, mtime, mode: 0o600 }, content, (error) => (error ? reject(error) : resolve()));
      entry.on('error', reject); // without it, one that is in hand when the disk is full would end the process
    });
  const sums = new Sums(head);
  const places = new Map<string, number>();
  await put(headName, json(head));
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    const place = (places.get(chunk.table) ?? 0) + 1;
    places.set(chunk.table, place);
    sums.add(chunk);
    await put(nameOf(chunk.table, place), chunk.lines);
  }
  const manifest = { createdAt: head.createdAt, tables: sums.list };
  await put(manifestName, json(manifest));
  tar.finalize();
  return manifest;
}

function json(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

async function* encrypted(source: AsyncIterable<Buffer>, encrypter: Encrypter | null): AsyncGenerator<Uint8Array> {
  if (encrypter) yield* await encrypter.encrypt(ReadableStream.from(source));
  else yield* source;
}

async function assertFree(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found) throw new AppError('invalid_input', `${file} exists already. Give another name, or take it away first.`);
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // which cannot open a folder, and needs no such call
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function fileError(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof AppError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('database_full', `There is no space left for ${file}. Nothing was kept of it.`, {}, error);
  }
  if (code === 'EFBIG') {
    const what = `${file} may not become as large as the backup is (ulimit -f, or the file system). Nothing was kept of it.`;
    return new AppError('database_full', what, {}, error);
  }
  if (code === 'ENOENT') return new AppError('not_found', `The folder of ${file} does not exist.`, {}, error);
  return new AppError('invalid_input', `${file} cannot be written: ${messageOf(error)}`, {}, error);
}
