import { accepted, requester } from '../accepted.ts';
import type { Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { Task } from '../schemas/task.ts';

/** POST /rescore. */
export const rescoreRoutes: Routes = (app, { tasks }) => {
  app.post(
    '/rescore',
    {
      config: { role: 'writer', action: 'rescore' },
      schema: {
        operationId: 'rescore',
        tags: ['tasks'],
        summary: 'Bring all priorities to this day',
        querystring: QueryString({}),
        response: answers(Task, 202),
      },
    },
    async (request, reply) => accepted(reply, await tasks.rescore(requester(request))),
  );
};
