import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { AppError } from '../../errors.ts';
import { accepted, requester } from '../accepted.ts';
import type { App, Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { Task } from '../schemas/task.ts';

/** POST /ingest: the body is the document, whatever its content type says. */
export const ingestRoutes: Routes = (app, api) => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, document, done) => done(null, document));
    takeDocuments(scope as App, api);
  });
};

const takeDocuments: Routes = (app, { tasks, settings }) => {
  app.post(
    '/ingest',
    {
      config: { role: 'writer', long: true, action: 'ingest' },
      bodyLimit: settings.bodyLimit,
      schema: {
        operationId: 'ingest',
        tags: ['tasks'],
        summary: 'Load a document',
        description: `A document of any known format, plain or as gzip, zip or zstd, of at most ${settings.bodyLimit} bytes. What it is, is told from its content. The answer comes when all of it has arrived; the task then reads and stores it.`,
        consumes: ['application/octet-stream'],
        querystring: QueryString({
          label: Type.Optional(
            Type.String({
              pattern: '^[\\w.:@-]{1,100}$',
              description: 'What the runs are labelled with; of indicators in a plain list, the source',
            }),
          ),
          format: Type.Optional(
            Type.String({
              enum: [...tasks.formats],
              description: 'What the document is, where its content leaves doubts',
            }),
          ),
        }),
        body: Type.Unknown({ description: 'The document' }),
        response: answers(Task, 202),
      },
    },
    async (request, reply) => {
      const { body, query } = request;
      if (!(body instanceof Readable))
        throw new AppError('invalid_input', 'There is no document in the request: send it as the body.');
      const how = {
        label: query.label ?? null,
        format: query.format ?? null,
        limit: settings.bodyLimit,
        announced: Number(request.headers['content-length'] ?? Number.NaN) || null,
      };
      return accepted(reply, await tasks.ingest(body, how, requester(request)));
    },
  );
};
