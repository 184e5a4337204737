import { Type } from 'typebox';
import { printQuery } from '../../domain/query/print.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { readCursor } from '../../search/cursor.ts';
import { type FacetsRequest, facets, mostFacetValues } from '../../search/facets.ts';
import { highlights } from '../../search/highlights.ts';
import { type FacetName, facetNames } from '../../search/memory/columns.ts';
import { memoryOf } from '../../search/memory/memory.ts';
import { sorts } from '../../search/orders.ts';
import { readQuery } from '../../search/query.ts';
import { type SearchRequest, type SearchResult, search } from '../../search/search.ts';
import { suggest } from '../../search/suggest.ts';
import type { Api, Routes } from '../contract.ts';
import { numbered, paged } from '../pages.ts';
import { answers, PageQuery, QueryString } from '../schemas/common.ts';
import {
  FacetsAnswer,
  facetsShown,
  hitShown,
  rounded,
  SearchAnswer,
  SuggestionsAnswer,
  suggestionsShown,
  understood,
} from '../schemas/search.ts';

const QueryText = Type.String({
  maxLength: 2_000,
  default: '',
  description: 'What to find, in the query language; nothing finds all',
  examples: ['log4j severity:critical'],
});

const SearchQuery = QueryString({
  q: Type.Optional(QueryText),
  sort: Type.Optional(
    Type.Enum([...sorts], {
      description: 'The order; without it relevance where there are words, otherwise priority',
    }),
  ),
  order: Type.Optional(
    Type.Enum(['desc', 'asc'], { description: 'desc: best or newest first. What has no score or date comes last' }),
  ),
  ...PageQuery,
  cursor: Type.Optional(Type.String({ maxLength: 400, description: 'The next page: `next_cursor` of the one before' })),
  exact: Type.Optional(Type.Boolean({ default: false, description: 'Count all matches, also beyond 10,000' })),
});

const FacetsQuery = QueryString({
  q: Type.Optional(QueryText),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: mostFacetValues, default: 10, description: 'So many values of each' }),
  ),
  facet: Type.Optional(
    Type.Array(Type.Enum([...facetNames]), { maxItems: facetNames.length, description: 'Only these; may be repeated' }),
  ),
});

const SuggestQuery = QueryString({
  q: Type.Optional(Type.String({ maxLength: 2_000, default: '', description: 'What is typed so far' })),
  position: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2_000, description: 'Where the cursor stands; without it at the end' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 12, description: 'At most so many' })),
});

/** A page of a search; of the same costly question only the first is worked out. */
async function cached({ db, results }: Api, request: SearchRequest, cursor: string | null): Promise<SearchResult> {
  const { query, now, sort = null, direction = null, limit, offset = 0, countUpTo } = request;
  const params = { sort, direction, limit, offset, cursor, exact: countUpTo === null };
  return results.of(
    { kind: 'page', query, params, now },
    () => search(db, request),
    (found) => found.total.value,
  );
}

/** /search, /search/facets and /search/suggest. */
export const searchRoutes: Routes = (app, api) => {
  const { db, results, now } = api;
  const config = { data: ['vulnerabilities', 'catalogues'], timely: true } as const;
  const tags = ['search'];

  app.addHook('onReady', async () => {
    // What deep pages and facets need is read before somebody asks; what fails here is told to who asks.
    memoryOf(db).catch(() => null);
  });

  app.get(
    '/search',
    {
      config,
      schema: {
        operationId: 'search',
        tags,
        summary: 'The CVEs that a query finds',
        description: 'Misspelt words find what was meant; `meanings` says what each was taken for.',
        querystring: SearchQuery,
        response: answers(SearchAnswer),
      },
    },
    async ({ query: { q = '', sort, order, exact, cursor, ...wanted } }) => {
      const begin = performance.now();
      const query = readQuery(q, vulnerabilityLanguage);
      const { limit, offset } = numbered(wanted);
      const after = cursor === undefined ? null : readCursor(cursor);
      const request = { query, sort, direction: order, limit, offset: after ? 0 : offset, after, now: now() };
      const found = await cached(api, exact ? { ...request, countUpTo: null } : request, cursor ?? null);
      const marks = await highlights(
        db,
        query,
        found.meanings,
        found.hits.map((hit) => hit.cveId),
      );
      const items = found.hits.map((hit) => hitShown(hit, marks.get(hit.cveId)));
      const page = paged(wanted, items, found.total, found.next);
      return { ...understood(found), query: printQuery(query), ...page, took_ms: rounded(performance.now() - begin) };
    },
  );

  app.get(
    '/search/facets',
    {
      config,
      schema: {
        operationId: 'searchFacets',
        tags,
        summary: 'What the CVEs are that a query finds: by severity, vendor, product, weakness, year and more',
        querystring: FacetsQuery,
        response: answers(FacetsAnswer),
      },
    },
    async ({ query: { q = '', limit = 10, facet } }) => {
      const begin = performance.now();
      const query = readQuery(q, vulnerabilityLanguage);
      const names: readonly FacetName[] = facetNames.filter((name) => !facet || facet.includes(name));
      const request: FacetsRequest = { query, now: now(), limit, names };
      const asked = { kind: 'facets', query, params: { limit, names: names.join() }, now: request.now } as const;
      const found = await results.of(
        asked,
        () => facets(db, request),
        (all) => all.total,
      );
      return facetsShown({ ...found, query: printQuery(query) }, performance.now() - begin);
    },
  );

  app.get(
    '/search/suggest',
    {
      config: { data: config.data },
      schema: {
        operationId: 'searchSuggest',
        tags,
        summary:
          'What may be meant while a query is typed: ids, names, weaknesses, techniques, fields and their values',
        querystring: SuggestQuery,
        response: answers(SuggestionsAnswer),
      },
    },
    async ({ query: { q = '', position, limit = 12 } }) =>
      suggestionsShown(await suggest(db, { text: q, position, limit, language: vulnerabilityLanguage })),
  );
};
