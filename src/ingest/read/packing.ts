/** How bytes are packed. */
export type Packing = 'gzip' | 'zstd' | 'zip' | 'plain';

/** Bytes that suffice to tell the packing. */
export const magicBytes = 4;

/** Told from the first bytes, never from a name. */
export function packingOf(head: Buffer): Packing {
  if (head.length < 3) return 'plain';
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08) return 'gzip';
  if (head.length < 4) return 'plain';
  const magic = head.readUInt32LE(0);
  if (magic === 0x04034b50 || magic === 0x06054b50) return 'zip';
  if (magic === 0xfd2fb528 || isSkippableZstd(magic)) return 'zstd';
  return 'plain';
}

export function isSkippableZstd(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5;
}

/** The first bytes of a stream, and the whole stream again. */
export async function headOf(
  chunks: AsyncIterable<Buffer>,
  bytes = magicBytes,
): Promise<{ readonly head: Buffer; readonly chunks: AsyncGenerator<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let length = 0;
  while (length < bytes) {
    const next = await iterator.next();
    if (next.done) break;
    read.push(next.value);
    length += next.value.length;
  }
  const head = read.length === 1 && read[0] !== undefined ? read[0] : Buffer.concat(read);
  return { head, chunks: again(head, iterator) };
}

async function* again(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
