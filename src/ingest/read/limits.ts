import type { ReadLimits } from './contract.ts';

const mebibyte = 1024 * 1024;

export const defaultLimits: ReadLimits = {
  recordBytes: 32 * mebibyte,
  documentBytes: 8 * 1024 * mebibyte,
  ratio: 200,
  nesting: 3,
  entries: 2_000_000,
};

/** What may unpack to this much is no bomb, whatever its ratio. */
export const harmlessBytes = 64 * mebibyte;

/** A size for people: '512 bytes', '1.5 MiB', '8 GiB'. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  let size = bytes;
  let unit = 'bytes';
  for (const larger of ['KiB', 'MiB', 'GiB']) {
    if (size < 1024) break;
    size /= 1024;
    unit = larger;
  }
  return `${Number(size.toFixed(1))} ${unit}`;
}
