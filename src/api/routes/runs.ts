import { Type } from 'typebox';
import { type RunRow, rejectedPage, runById, runsPage } from '../../db/runs.ts';
import { AppError } from '../../errors.ts';
import type { Api, Routes } from '../contract.ts';
import { paged, span } from '../pages.ts';
import { answers, PageQuery, pageOf, QueryString } from '../schemas/common.ts';
import { Rejected, Run, rejectedOf, runOf, runStates } from '../schemas/run.ts';

const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

async function known({ db }: Api, id: number): Promise<RunRow> {
  const found = await runById(db, id);
  if (!found) throw new AppError('not_found', `There is no run ${id}.`, { parameter: 'id' });
  return found;
}

/** The runs: what was loaded when, and what could not be used. Not cached: a run under way counts with each batch. */
export const runRoutes: Routes = (app, api) => {
  const { db } = api;
  const tags = ['operations'];

  app.get(
    '/runs',
    {
      schema: {
        operationId: 'listRuns',
        tags,
        summary: 'What was loaded when, newest first',
        querystring: QueryString({
          source: Type.Optional(
            Type.String({ minLength: 1, maxLength: 100, description: 'Of one source only', examples: ['nvd'] }),
          ),
          status: Type.Optional(Type.Enum([...runStates], { description: 'In one state only' })),
          ...PageQuery,
        }),
        response: answers(pageOf(Run)),
      },
    },
    async ({ query }) => {
      const { source = null, status = null } = query;
      const { total, list } = await runsPage(db, { source, status }, span(query));
      return paged(query, list.map(runOf), { value: total, exact: true });
    },
  );

  app.get(
    '/runs/:id',
    {
      schema: {
        operationId: 'getRun',
        tags,
        summary: 'One run',
        params,
        querystring: QueryString({}),
        response: answers(Run),
      },
    },
    async ({ params }) => runOf(await known(api, params.id)),
  );

  app.get(
    '/runs/:id/rejected',
    {
      schema: {
        operationId: 'listRejected',
        tags,
        summary: 'The records of a run that could not be used, with place and reason',
        params,
        querystring: QueryString(PageQuery),
        response: answers(pageOf(Rejected)),
      },
    },
    async ({ params, query }) => {
      await known(api, params.id);
      const { total, list } = await rejectedPage(db, params.id, span(query));
      return paged(query, list.map(rejectedOf), { value: total, exact: true });
    },
  );
};
