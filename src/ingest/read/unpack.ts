import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { ReadFailure } from './failure.ts';
import { headOf, isSkippableZstd } from './packing.ts';

/** Large enough that a chunk costs little beside its bytes, small enough to stay in the cache while it is looked at. */
const chunkSize = 256 * 1024;

/** Unpacks gzip, of one member or several. */
export function gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return through(createGunzip({ chunkSize }), chunks);
}

/** Unpacks the deflated content of a zip entry. */
export function inflateRaw(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return through(createInflateRaw({ chunkSize }), chunks);
}

/**
 * Unpacks zstd. Node's decoder stops after the first frame and says nothing of the rest, while `zstd`, `pzstd` and plain
 * concatenation make files of many: so one decoder after another reads its frame, and what it left goes to the next.
 */
export async function* unzstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = chunks;
  for (;;) {
    const start = await headOf(rest);
    try {
      if (start.head.length === 0) return;
      if (start.head.length < 4) throw new ReadFailure('is cut off: its compressed content ends too early');
      const magic = start.head.readUInt32LE(0);
      if (isSkippableZstd(magic)) {
        rest = await withoutSkippable(start.chunks);
        continue;
      }
      if (magic !== 0xfd2fb528) throw new ReadFailure('has something after its compressed content');
      const decoder = createZstdDecompress({ chunkSize });
      const kept = new Kept(start.chunks, decoder);
      yield* through(decoder, kept);
      rest = kept.rest();
    } catch (error) {
      await start.chunks.return(undefined);
      throw error;
    }
  }
}
