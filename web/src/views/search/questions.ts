import { api, question } from '../../api/client.ts';
import type { operations } from '../../api/schema.d.ts';
import type { SearchParams } from '../../lib/search-params.ts';

type Asked = NonNullable<operations['search']['parameters']['query']>;
export type SearchAnswer = operations['search']['responses'][200]['content']['application/json'];
export type Hit = SearchAnswer['items'][number];
export type Facet = operations['searchFacets']['responses'][200]['content']['application/json']['facets'][number];
export type Sort = NonNullable<Asked['sort']>;

export const pageSize = 25;

/** Pages by number end here; the next ones are reached from page to page. */
const lastNumbered = 10_000 / pageSize;

export const sorts: Readonly<Record<Sort, string>> = {
  relevance: 'Relevance',
  priority: 'Priority',
  cvss: 'CVSS',
  epss: 'EPSS',
  published: 'Published',
  modified: 'Changed by a source',
};

const isSort = (text: string | undefined): text is Sort => text !== undefined && text in sorts;

/** A page of results, as the address says it. */
export function pageQuestion({ q, sort, order, page = 1, after }: SearchParams) {
  const where = after === undefined ? { page } : { cursor: after };
  const query: Asked = { q, sort: isSort(sort) ? sort : undefined, order, page_size: pageSize, ...where };
  return question(['search', query], (signal) => api.GET('/api/v1/search', { params: { query }, signal }));
}

/** The address of the page after one, or null: it was the last. */
export function nextOf(params: SearchParams, answer: SearchAnswer | undefined): SearchParams | null {
  const page = params.page ?? 1;
  if (!answer?.next_cursor || (answer.total_exact && page * pageSize >= answer.total)) return null;
  return { ...params, page: page + 1, after: page < lastNumbered ? undefined : answer.next_cursor };
}

/** The address of the page before one, as far as pages have numbers. */
export function previousOf(params: SearchParams): SearchParams | null {
  const page = params.page ?? 1;
  return page > 1 ? { ...params, page: Math.min(page - 1, lastNumbered), after: undefined } : null;
}

/** What the matches of a query are; of all facets, or only one. */
export function facetsQuestion(q: string, facet?: Facet['name'], limit = 10) {
  const query = { q, limit, facet: facet && [facet] };
  return question(['facets', query], (signal) => api.GET('/api/v1/search/facets', { params: { query }, signal }));
}
