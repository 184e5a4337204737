import { AppError } from '../errors.ts';
import { isSort, type Sort } from './thresholds.ts';

/** The last hit of a page: the next one begins after it. */
export interface Cursor {
  readonly sort: Sort;
  readonly key: string | number | null; // what the order's first column has
  readonly cveId: string;
}

/** The cursor as a short text that means nothing to people. */
export function writeCursor({ sort, key, cveId }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, key, cveId])).toString('base64url');
}

/** @throws AppError `invalid_query` for a text that is no cursor */
export function readCursor(text: string): Cursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(value) && value.length === 3) {
      const [sort, key, cveId] = value as unknown[];
      const isKey = key === null || typeof key === 'number' || (typeof key === 'string' && key.length < 40);
      if (typeof sort === 'string' && isSort(sort) && isKey && typeof cveId === 'string' && cveId.length < 40) {
        return { sort, key, cveId };
      }
    }
  } catch {
    // said below
  }
  throw new AppError('invalid_query', 'The cursor is none that a search gave: begin without one.');
}
