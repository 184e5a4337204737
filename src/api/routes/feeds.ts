import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Db } from '../../db/database.ts';
import { lastChange } from '../../db/export.ts';
import { allOf, fieldIs } from '../../domain/query/build.ts';
import { printQuery } from '../../domain/query/print.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { readQuery } from '../../search/query.ts';
import type { Api, App, Routes } from '../contract.ts';
import { feed } from '../feeds/feed.ts';
import { type FeedFormat, feedFormats } from '../feeds/formats.ts';
import { originOf, wantedFormat } from '../feeds/negotiate.ts';
import { documents } from '../schemas/documents.ts';
import { FeedQuery, NamedFeedQuery } from '../schemas/feeds.ts';

/** /feeds: any query as RSS, Atom and JSON Feed. */
export const feedRoutes: Routes = (app, api) => {
  for (const format of Object.keys(feedFormats) as FeedFormat[]) queryFeed(app, api, format);
  for (const name of ['exploited', 'critical'] as const) namedFeed(app, api, name);
};

const config = { data: ['vulnerabilities'], timely: true } as const;
const tags = ['feeds and exports'];
const forms = {
  rss: { name: 'RSS 2.0', operationId: 'feedRss' },
  atom: { name: 'Atom', operationId: 'feedAtom' },
  json: { name: 'JSON Feed 1.1', operationId: 'feedJson' },
} as const satisfies Record<FeedFormat, object>;

function queryFeed(app: App, api: Api, format: FeedFormat): void {
  const { type } = feedFormats[format];
  const { name, operationId } = forms[format];
  app.get(
    `/feeds/${format}`,
    {
      config: { ...config, variant: originOf },
      preValidation: lastModified(api.db),
      schema: {
        operationId,
        tags,
        summary: `The newest CVEs of a query as ${name}`,
        querystring: FeedQuery,
        response: documents([type], Type.String()),
      },
    },
    async (request, reply) => {
      const { q = '', sort: order = 'modified', limit = 50 } = request.query;
      const query = readQuery(q, vulnerabilityLanguage);
      const title = q === '' ? 'Vulnerabilities' : `Vulnerabilities, ${printQuery(query)}`;
      return reply.type(type).send(await feed(api, request, { title, query, order, limit, format }));
    },
  );
}

const named = {
  exploited: {
    operationId: 'feedExploited',
    title: 'Exploited vulnerabilities',
    summary: 'The CVEs that became known as exploited latest',
    only: () => fieldIs(vulnerabilityLanguage, 'exploited', ['true']),
    order: 'exploited',
  },
  critical: {
    operationId: 'feedCritical',
    title: 'Critical vulnerabilities',
    summary: 'The critical CVEs that were published latest',
    only: () => fieldIs(vulnerabilityLanguage, 'severity', ['critical']),
    order: 'published',
  },
} as const;

function namedFeed(app: App, api: Api, name: keyof typeof named): void {
  const { operationId, title, summary, only, order } = named[name];
  app.get(
    `/feeds/${name}`,
    {
      config: { ...config, variant: (request) => `${originOf(request)} ${wantedFormat(request)}` },
      preValidation: [varies, lastModified(api.db)],
      schema: {
        operationId,
        tags,
        summary,
        description: 'The form is that of `format`, or the one that the header Accept asks for, or RSS.',
        querystring: NamedFeedQuery,
        response: documents(
          Object.values(feedFormats).map(({ type }) => type),
          Type.String(),
        ),
      },
    },
    async (request, reply) => {
      const { q = '', format = wantedFormat(request), limit = 50 } = request.query;
      const query = allOf([only(), readQuery(q, vulnerabilityLanguage)]);
      const text = await feed(api, request, { title, query, order, limit, format });
      return reply.type(feedFormats[format].type).send(text);
    },
  );
}

async function varies(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('vary', 'accept');
}

/** Says when the data changed last, and no more to a client that knows what came of it. ETags, where there are any, say it better. */
function lastModified(db: Db) {
  return async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    const changed = await lastChange(db);
    if (changed === null) return;
    const seconds = Math.floor(Date.parse(changed) / 1000);
    reply.header('last-modified', new Date(seconds * 1000).toUTCString());
    const since = headers['if-none-match'] === undefined ? Date.parse(headers['if-modified-since'] ?? '') : Number.NaN;
    if (since >= seconds * 1000) return reply.code(304).send();
  };
}
