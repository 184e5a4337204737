import type { Cursor } from './cursor.ts';
import type { Direction, Sort } from './orders.ts';
import type { Hit } from './page.ts';
import type { Total } from './remembered.ts';

/** What is wanted of the matches. */
export interface Wanted {
  readonly sort: Sort;
  readonly direction: Direction;
  readonly limit: number;
  readonly offset: number;
  readonly after: Cursor | null;
  /** Matches are counted no further; null: all are. */
  readonly countUpTo: number | null;
}

/** A page of the matches. */
export interface Found {
  readonly hits: readonly Hit[];
  readonly total: Total;
  /** Where each hit stands in the order: what a cursor needs. */
  readonly keyOf: (hit: Hit) => Cursor['key'];
}
