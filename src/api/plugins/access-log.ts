import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { withoutSecrets } from '../../log.ts';

const longestText = 500;

/** An id that somebody before us gave the request is taken over when it is short and plain. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** One line for each request, when it is answered: who, what, how it ended, how long it took. Never a key. */
export class AccessLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'request' });
  }

  override incomingRequest(): void {}

  override routeNotFound(): void {}

  override requestCompleted(_error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const { caller } = request;
    reply.log.info(
      {
        method: request.method,
        url: withoutSecrets(request.url).slice(0, longestText),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        bytes: Number(reply.getHeader('content-length') ?? 0) || undefined,
        address: request.ip,
        trace: request.span?.traceId,
        key: caller?.kind === 'key' ? caller.id : undefined,
        agent: request.headers['user-agent'] && withoutSecrets(request.headers['user-agent']).slice(0, longestText),
      },
      'answered',
    );
  }
}
