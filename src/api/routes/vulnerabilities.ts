import { Type } from 'typebox';
import { exploitedVulnerabilities } from '../../db/vulnerabilities.ts';
import type { Query } from '../../domain/query/ast.ts';
import { fieldBetween } from '../../domain/query/build.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { AppError } from '../../errors.ts';
import { readCursor } from '../../search/cursor.ts';
import type { Direction, Sort } from '../../search/orders.ts';
import { search } from '../../search/search.ts';
import type { Api, Routes } from '../contract.ts';
import { FilterQuery, filterQuery } from '../filters.ts';
import { numbered, paged, span } from '../pages.ts';
import { answers, PageQuery, pageOf, QueryString } from '../schemas/common.ts';
import { ExploitedSummary, exploitedOf, summaryOf, VulnerabilitySummary } from '../schemas/vulnerability.ts';

/** The orders by the names of their columns, and by the short ones of the query language. */
const sorts = {
  priority_score: 'priority',
  priority: 'priority',
  cvss_score: 'cvss',
  cvss: 'cvss',
  epss: 'epss',
  published_at: 'published',
  published: 'published',
  modified_at: 'modified',
  modified: 'modified',
  relevance: 'relevance',
} as const satisfies Readonly<Record<string, Sort>>;

const SortBy = Type.Optional(
  Type.Enum(Object.keys(sorts) as (keyof typeof sorts)[], {
    description: 'The order; unless it is said, by relevance where `q` has words, and otherwise by priority',
  }),
);
const SortOrder = Type.Optional(
  Type.Enum(['desc', 'asc'], { default: 'desc', description: 'What has no score or date comes last both ways' }),
);
const CursorText = Type.Optional(
  Type.String({ maxLength: 400, description: 'The next page, to any depth: `next_cursor` of the one before' }),
);

/** Matches are counted no further; `total_exact` is false beyond. */
const countedUpTo = 10_000;

interface ListRequest {
  readonly page?: number;
  readonly page_size?: number;
  readonly cursor?: string;
  readonly sort_by?: keyof typeof sorts;
  readonly sort_order?: Direction;
}

async function listed({ db, now }: Api, query: Query, wanted: ListRequest) {
  const after = wanted.cursor === undefined ? null : readCursor(wanted.cursor);
  const { limit, offset } = after ? { ...span(wanted), offset: 0 } : numbered(wanted);
  if (wanted.sort_by === 'relevance' && wanted.sort_order === 'asc') {
    throw new AppError('invalid_input', 'relevance has no other direction.', { parameter: 'sort_order' });
  }
  const { hits, total, next } = await search(db, {
    query,
    ...(wanted.sort_by && { sort: sorts[wanted.sort_by] }),
    direction: wanted.sort_order ?? 'desc',
    limit,
    offset,
    after,
    countUpTo: countedUpTo,
    now: now(),
  });
  return paged(wanted, hits.map(summaryOf), total, next);
}

/** Lists of CVEs. */
export const vulnerabilityRoutes: Routes = (app, api) => {
  const tags = ['vulnerabilities'];
  const data = ['vulnerabilities'] as const;
  const VulnerabilityPage = pageOf(VulnerabilitySummary);

  app.get(
    '/vulnerabilities',
    {
      config: { data, timely: true },
      schema: {
        operationId: 'listVulnerabilities',
        tags,
        summary: 'The CVEs that match all filters, the most urgent first',
        querystring: QueryString({
          ...FilterQuery,
          sort_by: SortBy,
          sort_order: SortOrder,
          ...PageQuery,
          cursor: CursorText,
        }),
        response: answers(VulnerabilityPage),
      },
    },
    async ({ query }) => listed(api, filterQuery(query), query),
  );

  app.get(
    '/vulnerabilities/exploited',
    {
      config: { data },
      schema: {
        operationId: 'listExploited',
        tags,
        summary: 'The CVEs that are known to be exploited, the newest in the catalogues first',
        querystring: QueryString(PageQuery),
        response: answers(pageOf(ExploitedSummary)),
      },
    },
    async ({ query }) => {
      const { total, list } = await exploitedVulnerabilities(api.db, span(query));
      return paged(query, list.map(exploitedOf), { value: total, exact: true });
    },
  );

  app.get(
    '/vulnerabilities/recent',
    {
      config: { data, timely: true },
      schema: {
        operationId: 'listRecent',
        tags,
        summary: 'The CVEs that were published lately, the newest first',
        querystring: QueryString({
          days: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 3650, default: 7, description: 'In so many days, and today' }),
          ),
          ...PageQuery,
          cursor: CursorText,
        }),
        response: answers(VulnerabilityPage),
      },
    },
    async ({ query }) => {
      const { days = 7, ...wanted } = query;
      const published = fieldBetween(vulnerabilityLanguage, 'published', `-${days}d`, null);
      return listed(api, published, { ...wanted, sort_by: 'published' });
    },
  );

  app.get(
    '/vulnerabilities/vendor/:vendor',
    {
      config: { data },
      schema: {
        operationId: 'listOfVendor',
        tags,
        summary: 'The CVEs that affect products of a vendor, the most urgent first',
        params: Type.Object({ vendor: Type.String({ minLength: 1, maxLength: 200, examples: ['microsoft'] }) }),
        querystring: QueryString({ sort_by: SortBy, sort_order: SortOrder, ...PageQuery, cursor: CursorText }),
        response: answers(VulnerabilityPage),
      },
    },
    async ({ params, query }) => listed(api, filterQuery({ vendor: params.vendor }), query),
  );
};
