import { read } from 'node:fs';
import { promisify } from 'node:util';
import { ReadFailure } from './failure.ts';

const readAt = promisify(read);
const windowSize = 256 * 1024;
const windows = 4;

/** Bytes that can be read at any position. What it gives is not to be changed. */
export interface RandomAccess {
  readonly size: number;
  /** @throws ReadFailure when the bytes are not all there */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export function bufferAccess(buffer: Buffer): RandomAccess {
  return {
    size: buffer.length,
    async read(position, length) {
      if (position < 0 || position + length > buffer.length) throw outside();
      return buffer.subarray(position, position + length);
    },
    async close() {},
  };
}

/**
 * An open file. Small reads are served from a few windows that were read in one go: an archive of many small entries would
 * otherwise cost four system calls for each.
 */
export function fileAccess(fd: number, size: number, close: () => Promise<void>): RandomAccess {
  const recent: { readonly start: number; readonly bytes: Buffer }[] = [];

  async function load(start: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await readAt(fd, bytes, done, length - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }

  return {
    size,
    async read(position, length) {
      if (position < 0 || position + length > size) throw outside();
      let window = recent.find(({ start, bytes }) => start <= position && position + length <= start + bytes.length);
      if (window === undefined) {
        const bytes = await load(position, Math.max(length, Math.min(windowSize, size - position)));
        if (bytes.length < length) throw outside();
        window = { start: position, bytes };
        if (bytes.length <= windowSize) {
          recent.push(window);
          if (recent.length > windows) recent.shift();
        }
      }
      return window.bytes.subarray(position - window.start, position - window.start + length);
    },
    close,
  };
}

function outside(): ReadFailure {
  return new ReadFailure('is cut off or damaged: it points beyond its end');
}
