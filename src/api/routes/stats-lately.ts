import { Type } from 'typebox';
import { epssRises } from '../../db/epss-rises.ts';
import { lately } from '../../db/lately.ts';
import type { Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { EpssRisers, LatelySchema, riseOf } from '../schemas/stats.ts';

const daysBack = (days: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 365, default: days, description: 'How far back' }));

/** What is new: the figures of the last days beside those before, and what became more likely. */
export const latelyRoutes: Routes = (app, { db, now }) => {
  const tags = ['statistics'];

  app.get(
    '/stats/changes',
    {
      config: { data: ['vulnerabilities'], timely: true },
      schema: {
        operationId: 'getChanges',
        tags,
        summary: 'What is new in the last days, beside as many days before',
        querystring: QueryString({ days: daysBack(7) }),
        response: answers(LatelySchema),
      },
    },
    async ({ query }) => {
      const { days = 7 } = query;
      return { days, ...(await lately(db, now().toISOString(), days)) };
    },
  );

  app.get(
    '/stats/epss-risers',
    {
      config: { data: ['vulnerabilities'] },
      schema: {
        operationId: 'getEpssRisers',
        tags,
        summary: 'The CVEs whose chance of exploitation rose most, up to the newest day of EPSS',
        querystring: QueryString({
          days: daysBack(30),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10, description: 'How many' })),
        }),
        response: answers(EpssRisers),
      },
    },
    async ({ query }) => {
      const { days = 30, limit = 10 } = query;
      return { days, items: (await epssRises(db, days, limit)).map(riseOf) };
    },
  );
};
