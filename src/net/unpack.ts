import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { malformed } from './failure.ts';

/** The codings that are asked for. */
export const acceptedEncodings = 'gzip, br';

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
};

/** Whether a body comes as it is, by its Content-Encoding. */
export function isPlain(encoding: string | undefined): boolean {
  return encoding === undefined || /^\s*(?:identity\s*)?$/i.test(encoding);
}

/**
 * How a body with this Content-Encoding is unpacked, bit by bit: its reader may stop at any time.
 * @throws TryFailure when it is packed in another way than was asked for
 */
export function unpacking(encoding: string | undefined): (body: AsyncIterable<Buffer>) => AsyncIterable<Buffer> {
  if (isPlain(encoding)) return (body) => body;
  const decoder = decoders[(encoding ?? '').trim().toLowerCase()];
  if (!decoder) throw malformed('packed its answer in a way that was not asked for', 'try again later');
  // A failure on either side ends the other, and comes out where the result is read.
  return (body) => pipeline(Readable.from(body), decoder(), () => {}) as AsyncIterable<Buffer>;
}
