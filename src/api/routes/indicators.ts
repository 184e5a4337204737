import { Type } from 'typebox';
import { keyOfValue } from '../../db/indicator-key.ts';
import { actorsOfIndicator } from '../../db/indicator-links.ts';
import { knownIndicator, reportsOn } from '../../db/indicators.ts';
import { techniqueNames } from '../../db/techniques.ts';
import type { Indicator } from '../../domain/indicator.ts';
import { canonicalIndicator } from '../../domain/indicator-value.ts';
import { indicatorLanguage } from '../../domain/query/indicator-fields.ts';
import { AppError } from '../../errors.ts';
import { indicatorSorts, readIndicatorCursor } from '../../search/indicators/order.ts';
import { searchIndicators } from '../../search/indicators/search.ts';
import { readQuery } from '../../search/query.ts';
import type { Api, Routes } from '../contract.ts';
import { numbered, paged } from '../pages.ts';
import { answers, PageQuery, pageOf, QueryString } from '../schemas/common.ts';
import {
  IndicatorItem,
  IndicatorRecord,
  IndicatorTypeText,
  indicatorOf,
  indicatorRecordOf,
} from '../schemas/indicator.ts';

const mostActors = 20;
const tags = ['indicators'];
const data = ['indicators'] as const;

const ListQuery = QueryString({
  q: Type.Optional(
    Type.String({
      maxLength: 2_000,
      description: 'Parts of the value, and fields such as `type:domain`, in the language of searches for indicators',
      examples: ['evil type:domain confidence:>0.7'],
    }),
  ),
  sort_by: Type.Optional(Type.Enum(indicatorSorts, { default: 'last_seen', description: 'The order' })),
  sort_order: Type.Optional(
    Type.Enum(['desc', 'asc'], {
      description: 'Without it `desc`, and `asc` by value; what has no date comes last both ways',
    }),
  ),
  ...PageQuery,
  cursor: Type.Optional(
    Type.String({
      maxLength: 8_000,
      description: '`next_cursor` of the page before: goes to any depth, where `page` ends at the 10,000th',
    }),
  ),
});

/** Indicators of compromise: lists, and each with who reports it. */
export const indicatorRoutes: Routes = (app, api) => {
  app.get(
    '/iocs',
    {
      config: { data, timely: true },
      schema: {
        operationId: 'listIndicators',
        tags,
        summary: 'The indicators that match a query, the latest first',
        querystring: ListQuery,
        response: answers(pageOf(IndicatorItem)),
      },
    },
    async ({ query: wanted }) => {
      const { q = '', sort_by: sort = 'last_seen', cursor } = wanted;
      const order = { sort, descending: (wanted.sort_order ?? (sort === 'value' ? 'asc' : 'desc')) === 'desc' };
      const after = cursor === undefined ? null : readIndicatorCursor(cursor, order);
      const { limit, offset } = numbered(wanted);
      const { hits, total, next } = await searchIndicators(api.db, {
        ...order,
        query: readQuery(q, indicatorLanguage),
        limit,
        offset: after ? 0 : offset,
        after,
        now: api.now(),
      });
      return paged(wanted, hits.map(indicatorOf), total, next);
    },
  );

  app.get(
    '/iocs/lookup',
    {
      config: { data },
      schema: {
        operationId: 'lookupIndicator',
        tags,
        summary: 'An indicator by its value, defanged or not, with who reports it',
        description: 'For what it may match otherwise, such as a network around an address, there is POST /iocs/check.',
        querystring: QueryString({
          value: Type.String({ minLength: 1, maxLength: 4_096, examples: ['45.61.3[.]4'], description: 'The value' }),
        }),
        response: answers(IndicatorRecord),
      },
    },
    async ({ query }) => recordOf(api, indicatorIn(query.value, 'value')),
  );

  app.get(
    '/iocs/:type/*',
    {
      config: { data },
      schema: {
        operationId: 'getIndicator',
        tags,
        summary: 'An indicator by its type and value, with who reports it',
        description: 'A URL is percent-encoded as a whole.',
        params: Type.Object({
          type: IndicatorTypeText,
          '*': Type.String({ minLength: 1, maxLength: 4_096, examples: ['45.61.3.4'] }),
        }),
        querystring: QueryString({}),
        response: answers(IndicatorRecord),
      },
    },
    async ({ params }) => {
      const indicator = indicatorIn(params['*'], '*');
      if (indicator.type !== params.type) {
        throw new AppError('not_found', `${indicator.value} is of the type ${indicator.type}, not ${params.type}.`, {
          parameter: 'type',
        });
      }
      return recordOf(api, indicator);
    },
  );
};

function indicatorIn(text: string, parameter: string): Indicator {
  const canonical = canonicalIndicator(text);
  if ('indicator' in canonical) return canonical.indicator;
  throw new AppError('invalid_input', `"${text.slice(0, 200)}" ${canonical.rejected}.`, { parameter });
}

async function recordOf({ db }: Api, indicator: Indicator) {
  const key = keyOfValue(indicator);
  const known = await knownIndicator(db, key);
  if (!known) throw new AppError('not_found', `No source that is loaded reports ${indicator.value}.`);
  const reports = await reportsOn(db, key);
  const actors = await actorsOfIndicator(db, known, mostActors);
  const names = await techniqueNames(db, [...new Set(actors.flatMap((actor) => actor.techniqueIds))]);
  return indicatorRecordOf(known, reports, actors, names);
}
