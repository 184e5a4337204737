import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Api, App } from '../contract.ts';
import { type Encoding, encodingFor, packed, worthPacking } from './encoding.ts';

/** Answers kept in memory: together at most so many characters. */
const mostCharacters = 32 * 2 ** 20;
const largest = 512 * 2 ** 10;
const timelyMs = 60_000;

/** An answer as it was made, and packed once for all who want it so. */
interface Kept {
  readonly etag: string;
  readonly body: string;
  readonly type: string;
  readonly packed: Readonly<Partial<Record<Encoding, Buffer>>>;
}

/** What became of requests that may be answered from memory. */
export type CacheOutcome = 'hit' | 'miss' | 'unchanged';

declare module 'fastify' {
  interface FastifyRequest {
    /** The answer from memory. */
    kept: Kept | null;
  }
  interface FastifyContextConfig {
    /** What the answer depends on beside its address and the data: the host that was asked, a wanted format. */
    readonly variant?: (request: FastifyRequest) => string;
  }
}

/**
 * ETags from the version of the data, so that an answer that a client has is not even made, and a memory of answers that
 * holds until their data change. Only for routes that say of what data their answer is made. `tell` hears how each went.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
 */
export function cacheAnswers(app: App, api: Api, tell: (outcome: CacheOutcome) => void): void {
  const { versions, now, version } = api;
  const memory = new LRUCache<string, Kept>({ maxSize: mostCharacters, sizeCalculation: sizeOf });
  app.decorateRequest('kept', null);

  app.addHook('preHandler', async (request, reply) => {
    const { data, timely } = request.routeOptions.config;
    if (!data || !(request.method === 'GET' || request.method === 'HEAD')) return;
    const moment = timely ? Math.floor(now().getTime() / timelyMs) : 0;
    const etag = tagOf([version, await versions.of(data), keyOf(request), String(moment)]);
    // Whoever keeps it asks before using it again: a sync may have come in between.
    reply.headers({ etag, 'cache-control': 'private, no-cache', vary: varying(reply) });
    if (matches(request, etag)) {
      tell('unchanged');
      return reply.code(304).send();
    }
    if (request.method === 'HEAD') return;
    const had = memory.get(keyOf(request));
    const isCurrent = had?.etag === etag;
    tell(isCurrent ? 'hit' : 'miss');
    if (!isCurrent) return;
    request.kept = had;
    return reply.header('x-cache', 'hit').type(had.type).serializer(asIs).send(had.body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const answer = request.kept ?? newAnswer(request, reply, payload);
    if (answer === null) return payload;
    const { body } = answer;
    const encoding = body.length < worthPacking ? null : encodingFor(request.headers['accept-encoding']);
    if (encoding === null) {
      if (answer !== request.kept) memory.set(keyOf(request), answer);
      return body;
    }
    reply.header('content-encoding', encoding);
    const had = answer.packed[encoding];
    if (had) return had;
    const bytes = await packed(body, encoding);
    memory.set(keyOf(request), { ...answer, packed: { ...answer.packed, [encoding]: bytes } });
    return bytes;
  });
}

/** The answer that was just made, if it may be kept. */
function newAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Kept | null {
  const isKept = request.routeOptions.config?.data && request.method === 'GET' && reply.statusCode === 200;
  if (!isKept || typeof payload !== 'string' || payload.length > largest) return null;
  const etag = String(reply.getHeader('etag'));
  return { etag, body: payload, type: String(reply.getHeader('content-type')), packed: {} };
}

function keyOf(request: FastifyRequest): string {
  const { variant } = request.routeOptions.config;
  return variant ? `${request.url}\n${variant(request)}` : request.url;
}

const asIs = (payload: unknown) => String(payload);

/** What an entry takes, roughly. */
function sizeOf({ body, packed: { br, gzip } }: Kept, key: string): number {
  return body.length + (br?.length ?? 0) + (gzip?.length ?? 0) + key.length + 200;
}

function varying(reply: FastifyReply): string {
  const had = reply.getHeader('vary');
  return had === undefined ? 'accept-encoding' : `${String(had)}, accept-encoding`;
}

function tagOf(parts: readonly string[]): string {
  return `W/"${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22)}"`;
}

function matches({ headers }: FastifyRequest, etag: string): boolean {
  const had = headers['if-none-match'];
  return had?.split(',').some((one) => one.trim() === etag || one.trim() === '*') ?? false;
}
