import { AppError } from '../errors.ts';
import { type Direction, isSort, type Sort } from './orders.ts';

/** The last hit of a page: the next one begins after it. */
export interface Cursor {
  readonly sort: Sort;
  readonly direction?: Direction;
  /** What the order goes by there. By relevance: from 2 on among the ranked ones, then the priority of the others. */
  readonly key: string | number | null;
  readonly cveId: string;
}

/** The cursor as a short text that means nothing to people. */
export function writeCursor({ sort, direction, key, cveId }: Cursor): string {
  const fields = [sort, key, cveId, ...(direction === 'asc' ? [direction] : [])];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/** @throws AppError `invalid_query` for a text that is no cursor */
export function readCursor(text: string): Cursor {
  const cursor = text.length <= 400 ? cursorIn(text) : null;
  if (cursor) return cursor;
  throw new AppError('invalid_query', 'The cursor is none that a search gave: begin without one.', {
    parameter: 'cursor',
  });
}

function cursorIn(text: string): Cursor | null {
  const value = fieldsIn(text);
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return null;
  const [sort, key, cveId, direction = 'desc'] = value as unknown[];
  if (typeof sort !== 'string' || !isSort(sort) || (direction !== 'asc' && direction !== 'desc')) return null;
  if (typeof cveId !== 'string' || !/^CVE-\d{4}-\d{1,19}$/.test(cveId) || !isKey(sort, key)) return null;
  return { sort, direction, key, cveId };
}

function fieldsIn(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
}

function isKey(sort: Sort, key: unknown): key is Cursor['key'] {
  if (key === null) return sort !== 'priority' && sort !== 'relevance';
  if (sort !== 'published' && sort !== 'modified') return typeof key === 'number' && Number.isFinite(key);
  return (
    typeof key === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(key) &&
    !Number.isNaN(Date.parse(key))
  );
}
