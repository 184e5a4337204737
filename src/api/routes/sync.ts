import { Type } from 'typebox';
import { accepted, requester } from '../accepted.ts';
import type { Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { Task } from '../schemas/task.ts';

/** POST /sync/{source}. */
export const syncRoutes: Routes = (app, { tasks }) => {
  app.post(
    '/sync/:source',
    {
      config: { role: 'writer', action: 'sync' },
      schema: {
        operationId: 'syncSource',
        tags: ['tasks'],
        summary: 'Fetch what is new of a source',
        description:
          'A source that somebody syncs already is a 409. One sync that waits is enough: whoever asks again gets the same task.',
        params: Type.Object({ source: Type.String({ maxLength: 100, examples: tasks.sources.slice(0, 1) }) }),
        querystring: QueryString({
          full: Type.Optional(
            Type.Boolean({ default: false, description: 'Everything again, as if nothing had been fetched before' }),
          ),
        }),
        response: answers(Task, 202),
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      return accepted(reply, await tasks.sync(params.source, { full: query.full === true }, requester(request)));
    },
  );
};
