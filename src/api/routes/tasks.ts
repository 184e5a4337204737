import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { newestTasks, type TaskRow, tasksById } from '../../db/tasks.ts';
import { AppError } from '../../errors.ts';
import type { Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { Task, taskOf } from '../schemas/task.ts';

const TaskId = Type.Object({ id: Type.String({ maxLength: 64 }) });
const role = 'writer';

/** /tasks. */
export const taskRoutes: Routes = (app, api) => {
  listTasks(app, api);
  oneTask(app, api);
  taskEvents(app, api);
};

const listTasks: Routes = (app, { db }) => {
  app.get(
    '/tasks',
    {
      config: { role },
      schema: {
        operationId: 'listTasks',
        tags: ['tasks'],
        summary: 'The newest tasks',
        description: 'Tasks that have ended are kept for 30 days, unless the settings say otherwise.',
        querystring: QueryString({
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'How many at most' }),
          ),
        }),
        response: answers(Type.Object({ items: Type.Array(Task) })),
      },
    },
    async ({ query }) => ({ items: (await newestTasks(db, query.limit ?? 20)).map(taskOf) }),
  );
};

const oneTask: Routes = (app, { db }) => {
  app.get(
    '/tasks/:id',
    {
      config: { role },
      schema: {
        operationId: 'getTask',
        tags: ['tasks'],
        summary: 'A task: how far it is, and what came of it',
        params: TaskId,
        querystring: QueryString({}),
        response: answers(Task),
      },
    },
    async ({ params }) => {
      const row = (await tasksById(db, [params.id])).get(params.id);
      if (!row) throw unknown(params.id);
      return taskOf(row);
    },
  );
};

const eventStream = {
  description: 'Events `progress`, and at last one `end`; the data of each is the task',
  content: { 'text/event-stream': { schema: Type.String() } },
};

const taskEvents: Routes = (app, { tasks }) => {
  app.get(
    '/tasks/:id/events',
    {
      config: { role, long: true },
      exposeHeadRoute: false,
      schema: {
        operationId: 'followTask',
        tags: ['tasks'],
        summary: 'A task as it goes on, as server-sent events',
        description: 'The stream ends when the task has ended.',
        params: TaskId,
        querystring: QueryString({}),
        response: { ...answers(Type.String()), 200: eventStream },
      },
    },
    async ({ params }, reply) => {
      const rows = tasks.follow(params.id);
      const first = await rows.next();
      if (first.done) throw unknown(params.id);
      const events = Readable.from(eventsOf(first.value, rows));
      events.once('close', () => void rows.return(undefined)); // also when the client is gone before the first event
      reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream');
      return reply.send(events);
    },
  );
};

/** @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
async function* eventsOf(first: TaskRow | null, more: AsyncGenerator<TaskRow | null>): AsyncGenerator<string> {
  yield eventOf(first);
  for await (const row of more) yield eventOf(row);
}

function eventOf(row: TaskRow | null): string {
  if (row === null) return ': still here\n\n';
  const name = row.state === 'success' || row.state === 'failed' ? 'end' : 'progress';
  return `event: ${name}\ndata: ${JSON.stringify(taskOf(row))}\n\n`;
}

function unknown(id: string): AppError {
  return new AppError('not_found', `There is no task ${id.slice(0, 64)}.`, { parameter: 'id' });
}
