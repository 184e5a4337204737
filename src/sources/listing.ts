import { malformed } from './answers.ts';

/** One page of a listing, lying on disk. */
export interface Page {
  readonly file: string;
  readonly url: string;
  readonly ids: readonly string[]; // of its records, in order
  readonly total: number; // how many records the listing has, it says
  readonly newest: string | null; // the newest time of change in it, ISO 8601 UTC
}

/** Gets the page that begins with the record at `from`. */
export type Ask = (from: number) => Promise<Page>;

/** A page, and whether with it all of the listing came. */
export type ListedPage = Page & { readonly isLast: boolean };

const attempts = 3;
const mostRecords = 1_000_000;

/**
 * The pages of a listing, as they come, to its end: that is a short page, whatever the first one said of the total.
 *
 * A record that leaves the listing while it is read moves the others up, and one of them slips through between two pages.
 * So a total that falls, or records that are fewer than the total at the end, mean that the listing is read again. A total
 * that only grows is no harm when all of it came.
 * @throws AppError `source_malformed` when it stays inconsistent; what `ask` throws
 */
export async function* listed(ask: Ask, size: number): AsyncGenerator<ListedPage> {
  for (let attempt = 1; ; attempt++) {
    const seen = new Set<string>();
    let total = 0;
    for (let from = 0; ; ) {
      const page = await ask(from);
      for (const id of page.ids) seen.add(id);
      from += page.ids.length;
      const fell = page.total < total;
      total = page.total;
      const isEnd = page.ids.length === 0 || (page.ids.length < size && from >= total);
      const isLast = isEnd && !fell && seen.size === total;
      yield { ...page, isLast };
      if (isLast) return;
      if (!fell && !isEnd && from < mostRecords) continue;
      if (attempt === attempts) {
        throw malformed(
          page.url,
          `lists ${total} records, but ${seen.size} came when they were read ${attempts} times`,
        );
      }
      break;
    }
  }
}
