import type { ByteSource } from './byte-source.ts';

/** How bytes are packed. */
export type Packing = 'gzip' | 'zstd' | 'zip' | 'tar' | 'plain';

/** Where a tar archive says that it is one, and up to where one must look for that. */
const tarMark = 257;
const headLength = tarMark + 5;

/** Told from the first bytes, never from a name. */
export async function packingOf(source: ByteSource): Promise<Packing> {
  const head = await source.peek(headLength);
  if (head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip';
  if (head.length < 4) return 'plain';
  const magic = head.readUInt32LE(0);
  if (magic === 0x04034b50 || magic === 0x06054b50) return 'zip';
  if (magic === zstdFrame || isSkippableZstd(magic)) return 'zstd';
  return head.toString('latin1', tarMark, headLength) === 'ustar' ? 'tar' : 'plain';
}

export const zstdFrame = 0xfd2fb528;

/** A zstd frame that holds something else than content, such as an index. */
export function isSkippableZstd(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5;
}
