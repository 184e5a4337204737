import type { FastifyRequest } from 'fastify';
import type { Query } from '../../domain/query/ast.ts';
import { printQuery } from '../../domain/query/print.ts';
import { type FeedOrder, feedIds } from '../../search/export/ids.ts';
import { exportRecords } from '../../search/export/records.ts';
import type { Api } from '../contract.ts';
import { entryOf, exploitedEntryOf, type FeedHead, plain, plainLine, urn } from './entry.ts';
import { type FeedFormat, feedFormats } from './formats.ts';
import { originOf } from './negotiate.ts';

/** What a feed is made of. */
export interface FeedRequest {
  readonly title: string;
  readonly query: Query;
  readonly order: FeedOrder;
  readonly limit: number;
  readonly format: FeedFormat;
}

/** The text of a feed. @throws AppError `invalid_query` */
export async function feed({ db, now }: Api, request: FastifyRequest, asked: FeedRequest): Promise<string> {
  const { query, order, limit, format } = asked;
  const ids = await feedIds(db, { query, limit, now: now() }, order);
  const records = await exportRecords(db, ids, ['epss']);
  const origin = originOf(request);
  const entries = records.map((record) => (order === 'exploited' ? exploitedEntryOf : entryOf)(record, origin));
  const text = printQuery(query);
  const head: FeedHead = {
    id: urn(`feed ${order} ${text}`),
    title: plainLine(`OpenThreat: ${asked.title}`),
    description: plain(text === '' ? 'All CVEs, the newest first.' : `CVEs that match ${text}, the newest first.`),
    home: text === '' ? `${origin}/search` : `${origin}/search?${new URLSearchParams({ q: text })}`,
    self: `${origin}${request.url}`,
    updated: new Date(Math.max(0, ...entries.map(({ updated }) => updated.getTime()))),
  };
  return feedFormats[format].write(head, entries);
}
