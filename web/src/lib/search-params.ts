/** What a list's address holds: the query, its order, and where in it one is. Everything else is left out. */
export interface SearchParams {
  readonly q?: string;
  readonly sort?: string;
  readonly order?: 'asc' | 'desc';
  readonly page?: number;
  /** The cursor of a page that has no number any more. */
  readonly after?: string;
  readonly view?: string;
  readonly domain?: string;
}

/** The parameters in an address that somebody may have typed. */
export function readSearch(given: Record<string, unknown>): SearchParams {
  const text = (value: unknown) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined);
  const page = Number(given.page);
  const order = given.order === 'asc' || given.order === 'desc' ? given.order : undefined;
  return {
    q: text(given.q) || undefined,
    sort: text(given.sort) || undefined,
    order,
    page: Number.isInteger(page) && page > 1 ? page : undefined,
    after: text(given.after) || undefined,
    view: text(given.view) || undefined,
    domain: text(given.domain) || undefined,
  };
}

/** The day in an address of which a record is shown. */
export function readDay(given: Record<string, unknown>): { readonly as_of?: string } {
  const day = typeof given.as_of === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(given.as_of) ? given.as_of : undefined;
  return { as_of: day };
}
