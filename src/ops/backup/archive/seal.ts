import { createHash } from 'node:crypto';

/**
 * The end of an archive: a frame that zstd passes over, with the SHA-256 of every byte before it. So no bit can change, and
 * nothing can be cut off, without being noticed; whoever unpacks with other programs need not know of it.
 * @see https://github.com/facebook/zstd/blob/dev/doc/zstd_compression_format.md#skippable-frames
 */
const frame = Buffer.from('5b2a4d1820000000', 'hex'); // the magic number of skippable frames 0x184D2A5B, and the length of 32
const sealBytes = frame.length + 32;

/** What an archive that fails its checks is. */
export class Damage extends Error {}

/** The bytes, and the seal behind them. */
export async function* sealed(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  yield Buffer.concat([frame, hash.digest()]);
}

/** The bytes before the seal. @throws Damage at their end, when the seal is not theirs */
export async function* unsealed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = Buffer.concat([held, chunk]);
    const before = all.subarray(0, Math.max(0, all.length - sealBytes));
    held = all.subarray(before.length);
    hash.update(before);
    if (before.length > 0) yield before;
  }
  if (!held.equals(Buffer.concat([frame, hash.digest()]))) {
    throw new Damage('it is cut off, or some of its bytes have changed');
  }
}
