import { AppError } from '../errors.ts';

/** Which page is wanted; the defaults come from its schema. */
interface Wanted {
  readonly page?: number;
  readonly page_size?: number;
}

const defaultSize = 20;

/** How many items a page has, and how many come before it. */
export function span({ page = 1, page_size = defaultSize }: Wanted): {
  readonly limit: number;
  readonly offset: number;
} {
  return { limit: page_size, offset: (page - 1) * page_size };
}

/** So far go pages by number where cursors go on: each costs as much as all before it. */
const furthest = 10_000;

/** As `span`. @throws AppError `invalid_input` for a page beyond the 10,000th item */
export function numbered(wanted: Wanted): { readonly limit: number; readonly offset: number } {
  const { limit, offset } = span(wanted);
  if (offset < furthest) return { limit, offset };
  const most = furthest.toLocaleString('en');
  throw new AppError('invalid_input', `Pages by number end at the ${most}th item: go on with next_cursor.`, {
    parameter: 'page',
  });
}

/** A page as the API answers it. `next`: the cursor of the next one, where there are cursors. */
export function paged<Item>(
  { page = 1, page_size = defaultSize }: Wanted,
  items: readonly Item[],
  total: { readonly value: number; readonly exact: boolean },
  next: string | null = null,
) {
  return {
    items: [...items],
    total: total.value,
    total_exact: total.exact,
    page,
    page_size,
    total_pages: Math.ceil(total.value / page_size),
    next_cursor: next,
  };
}
