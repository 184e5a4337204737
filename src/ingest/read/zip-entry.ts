import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import type { RandomAccess } from './access.ts';
import { ByteSource } from './byte-source.ts';
import { ReadFailure } from './failure.ts';
import type { Meter } from './meter.ts';
import type { Share } from './reading.ts';
import { inflateRaw, unzstd } from './unpack.ts';
import type { ZipEntry } from './zip.ts';

const stored = 0;
const deflated = 8;
const zstd = 93;

/** An entry up to these sizes is unpacked in one go: a stream costs more than the unpacking of such a one. */
const smallPacked = 256 * 1024;
const smallUnpacked = 1024 * 1024;
const chunkSize = 256 * 1024;

/**
 * The unpacked content of a zip entry, checked against what the archive says of it.
 * @throws ReadFailure when it is encrypted, packed by an unknown method, damaged, or a bomb
 */
export async function* entryContent(
  access: RandomAccess,
  entry: ZipEntry,
  within: { readonly meter: Meter; readonly share: Share },
): AsyncGenerator<Buffer> {
  const { method } = entry;
  if (entry.encrypted) throw new ReadFailure('is encrypted: unpack it first');
  if (method !== stored && method !== deflated && method !== zstd) {
    throw new ReadFailure(`is packed by a method that is not supported (${method}): unpack it first`);
  }
  let size = 0;
  let sum = 0;
  for await (const chunk of within.meter.guard(unpack(access, entry, await entry.start(), within.share))) {
    size += chunk.length;
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (size !== entry.unpacked || sum !== entry.crc32) {
    throw new ReadFailure('is damaged: its content is not what the archive says of it');
  }
}

async function* unpack(access: RandomAccess, entry: ZipEntry, start: number, share: Share): AsyncGenerator<Buffer> {
  const { method, packed, unpacked } = entry;
  if (packed <= smallPacked && unpacked <= smallUnpacked) {
    const bytes = await access.read(start, packed);
    const maxOutputLength = Math.max(unpacked, 1);
    if (method === stored) yield bytes;
    else if (method === deflated)
      yield inflateRawSync(bytes, { maxOutputLength, chunkSize: Math.max(unpacked + 1, 64) });
    else yield zstdDecompressSync(bytes, { maxOutputLength });
    return;
  }
  const source = new ByteSource(rawContent(access, entry, start, share));
  if (method === stored) yield* source;
  else yield* method === deflated ? inflateRaw(source) : unzstd(source);
}

async function* rawContent(access: RandomAccess, entry: ZipEntry, start: number, share: Share): AsyncGenerator<Buffer> {
  for (let done = 0; done < entry.packed; ) {
    const chunk = await access.read(start + done, Math.min(chunkSize, entry.packed - done));
    done += chunk.length;
    share.read(done / entry.packed);
    yield chunk;
  }
}
