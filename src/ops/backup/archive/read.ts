import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReadableStream } from 'node:stream/web';
import { createZstdDecompress } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import { AppError, messageOf } from '../../../errors.ts';
import type { Chunk, Head, Manifest } from '../content.ts';
import { ageMagic, decrypter, type Keys } from '../encryption.ts';
import { Contents } from './contents.ts';
import { Damage, unsealed } from './seal.ts';

const mebibyte = 1024 * 1024;
/** A piece of an archive is a quarter of a MiB and a row. The largest record that is taken in has 32 MiB, and twice that as a line. */
const mostEntryBytes = 256 * mebibyte;
/** What unpacks to more than this is no backup of ours, but made to fill a memory or a disk. */
const mostBytes = (fileBytes: number) => Math.max(256 * mebibyte, 500 * fileBytes);

/** An archive as it is read: the head first, the manifest last, and only when everything before was right. */
export type Part =
  | { readonly kind: 'head'; readonly head: Head }
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

/**
 * Reads and checks an archive. Nothing in it is believed: names, sizes, order, sums and the seal are checked, and nothing
 * is written anywhere.
 * @throws AppError `invalid_input` for an archive that is damaged or cannot be opened, `not_found`, `database_newer`
 */
export async function* readArchive(file: string, keys: Keys): AsyncGenerator<Part> {
  try {
    yield* parts(file, keys);
  } catch (error) {
    throw archiveError(error, file);
  }
}

/** Whether a file is encrypted. */
export async function isEncrypted(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(ageMagic.length), 0, ageMagic.length, 0);
    return buffer.subarray(0, bytesRead).equals(ageMagic);
  } finally {
    await handle.close();
  }
}

async function* parts(file: string, keys: Keys): AsyncGenerator<Part> {
  const { size } = await stat(file);
  const key = (await isEncrypted(file)) ? decrypter(keys) : null;
  const bytes = createReadStream(file, { highWaterMark: mebibyte / 4 });
  const plain: AsyncIterable<Uint8Array> = key ? await key.decrypt(ReadableStream.from(bytes)) : bytes;
  const extractor = extract();
  extractor.on('error', () => {}); // reported by the loop below; this keeps a late one from ending the process
  const stopping = new AbortController();
  let failure: unknown = null;
  const fed = pipeline(
    Readable.from(unsealed(plain), { objectMode: false }),
    createZstdDecompress({ chunkSize: mebibyte / 4 }),
    (unpacked: AsyncIterable<Buffer>) => feed(extractor, unpacked, mostBytes(size)),
    { signal: stopping.signal },
  ).catch((error: unknown) => {
    failure ??= error;
    extractor.destroy(error as Error);
  });
  const contents = new Contents();
  try {
    for await (const entry of extractor) {
      const { name, size: entryBytes = 0, type } = entry.header;
      if (type !== 'file' || entryBytes > mostEntryBytes) throw new Damage(`it holds what no backup holds ("${name}")`);
      const part = contents.take(name, await gathered(entry as AsyncIterable<Buffer>));
      if (part) yield part;
    }
    await fed;
    if (failure) throw failure;
    yield { kind: 'manifest', manifest: contents.end() };
  } catch (error) {
    throw failure ?? error;
  } finally {
    failure ??= new Damage('it was not read to its end');
    stopping.abort();
    extractor.destroy();
    bytes.destroy();
    await fed;
  }
}

async function gathered(entry: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function feed(extractor: Extract, unpacked: AsyncIterable<Buffer>, most: number): Promise<void> {
  let total = 0;
  for await (const chunk of unpacked) {
    total += chunk.length;
    if (total > most) throw new Damage('it unpacks to far more than a backup of its size');
    if (extractor.destroyed) return;
    if (!extractor.write(chunk)) await room(extractor);
  }
  extractor.end(null);
}

/** Waits until the extractor takes more, or is gone. */
async function room(extractor: Extract): Promise<void> {
  if (extractor.destroyed) return;
  await new Promise<void>((resolve) => {
    const proceed = () => {
      extractor.off('drain', proceed);
      extractor.off('close', proceed);
      resolve();
    };
    extractor.once('drain', proceed);
    extractor.once('close', proceed);
  });
}

/** Errors of ours stay; those of the file system are told apart from those of what is in the file. */
function archiveError(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new AppError('not_found', `There is no file ${file}.`, {}, error);
  if (code === 'EISDIR' || code === 'EACCES' || code === 'EIO')
    return new AppError('not_found', `${file} cannot be read: ${messageOf(error)}`, {}, error);
  if (/no identity matched/.test(messageOf(error))) {
    return new AppError(
      'invalid_input',
      `None of the keys given opens ${file}. It was encrypted for others.`,
      {},
      error,
    );
  }
  const why = error instanceof Damage ? error.message : `it cannot be unpacked (${messageOf(error)})`;
  return new AppError('invalid_input', `${file} is damaged, or no backup: ${why}. Use another one.`, {}, error);
}
