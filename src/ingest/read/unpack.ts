import type { Transform } from 'node:stream';
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { ReadFailure } from './failure.ts';
import { isSkippableZstd, zstdFrame } from './packing.ts';

/** Large enough that a chunk costs little beside its bytes, small enough to stay in the cache while it is looked at. */
const chunkSize = 256 * 1024;

/** Unpacks gzip, of one member or several. Closes the source. */
export async function* gunzip(source: ByteSource): AsyncGenerator<Buffer> {
  try {
    yield* through(createGunzip({ chunkSize }), source);
  } finally {
    await source.close();
  }
}

/** Unpacks the deflated content of a zip entry. Closes the source. */
export async function* inflateRaw(source: ByteSource): AsyncGenerator<Buffer> {
  try {
    yield* through(createInflateRaw({ chunkSize }), source);
  } finally {
    await source.close();
  }
}

/**
 * Unpacks zstd. Closes the source. Node's decoder stops after the first frame and says nothing of the rest, while pzstd and plain
 * concatenation make files of many: so one decoder after another reads its frame, and what it left goes to the next.
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Buffer> {
  try {
    for (;;) {
      const head = await source.peek(8);
      if (head.length === 0) return;
      const magic = head.length < 4 ? 0 : head.readUInt32LE(0);
      if (magic === zstdFrame) yield* through(createZstdDecompress({ chunkSize }), source);
      else if (!isSkippableZstd(magic)) throw new ReadFailure('is damaged: something follows its compressed content');
      else if (head.length < 8 || !(await source.skip(8 + head.readUInt32LE(4)))) {
        throw new ReadFailure('is cut off: its compressed content ends too early');
      }
    }
  } finally {
    await source.close();
  }
}

/** Sends the source through a decoder, which works in a thread of its own while the last chunk is looked at. */
async function* through(
  decoder: Transform & { readonly bytesWritten: number },
  source: ByteSource,
): AsyncGenerator<Buffer> {
  decoder.on('error', () => {}); // reported by the loop below; this keeps a late one from ending the process
  const feeding = feed(decoder, source);
  let ended = false;
  try {
    for await (const chunk of decoder) yield chunk as Buffer;
    ended = true;
  } finally {
    decoder.destroy();
    if (!ended) source.abort();
    await feeding;
  }
}

async function feed(decoder: Transform & { readonly bytesWritten: number }, source: ByteSource): Promise<void> {
  let proceed = (): void => {};
  let closed = false;
  decoder.once('close', () => {
    closed = true;
    proceed();
  });
  let fed = 0;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      if (closed || decoder.readableEnded) {
        source.unread(chunk);
        return;
      }
      const given = chunk;
      await new Promise<void>((resolve) => {
        proceed = resolve;
        decoder.write(given, () => resolve());
      });
      fed += given.length;
      const left = fed - decoder.bytesWritten;
      if (left > 0) {
        // It has come to its end inside of this chunk.
        source.unread(given.subarray(given.length - left));
        return;
      }
    }
    decoder.end();
  } catch (error) {
    decoder.destroy(error as Error);
  }
}
