import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { isLoopback } from '../auth/reading.ts';
import type { Api, App } from '../contract.ts';

const windowMs = 60_000;

/** Callers of whom this process keeps count. */
const remembered = 50_000;

type Limiter = ReturnType<App['createRateLimit']>;

/** Counts a request of whom `request.caller` names. @throws AppError `rate_limited` */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** How many requests each address, and each key, may send a minute; counted together with other servers by Redis. */
export async function rateLimits(
  app: App,
  { settings, redis }: Pick<Api, 'settings' | 'redis'>,
): Promise<CountRequest> {
  const { host, rateLimit: max } = settings;
  if (max === 0) return async () => {};
  const own = await limiter(app, { max });
  const shared = redis ? await limiter(app, { max, redis, nameSpace: 'openthreat:limit:' }) : null;
  const isLocal = isLoopback(host);
  return async (request, reply) => {
    if (isLocal && isLoopback(request.ip)) return;
    // Without Redis each server counts for itself: that is better than not at all.
    const found = shared ? await shared(request).catch(() => own(request)) : await own(request);
    if (!found.isAllowed) tell(found, request, reply);
  };
}

async function limiter(app: App, store: { max: number; redis?: Api['redis']; nameSpace?: string }): Promise<Limiter> {
  let made: Limiter | undefined;
  await app.register(async (scope) => {
    const options = { ...store, global: false, timeWindow: windowMs, cache: remembered, keyGenerator };
    await scope.register(rateLimit, options);
    made = scope.createRateLimit();
  });
  if (!made) throw new TypeError('a plugin that was not registered');
  return made;
}

function keyGenerator({ caller: { kind, id } }: FastifyRequest): string {
  return `${kind}:${kind === 'address' ? normalizeIP(id) : id}`;
}

type Found = Exclude<Awaited<ReturnType<Limiter>>, { isAllowed: true }>;

/** Of a key and its address, the headers tell of the one that has less left. */
function tell({ max, remaining, isExceeded, ttlInSeconds }: Found, request: FastifyRequest, reply: FastifyReply): void {
  const left = Number(reply.getHeader('x-ratelimit-remaining') ?? Number.POSITIVE_INFINITY);
  if (remaining < left) {
    reply.headers({
      'x-ratelimit-limit': max,
      'x-ratelimit-remaining': remaining,
      'x-ratelimit-reset': ttlInSeconds,
    });
  }
  if (!isExceeded) return;
  reply.header('retry-after', ttlInSeconds);
  const who = request.caller.kind === 'key' ? 'This key' : 'This address';
  throw new AppError('rate_limited', `${who} has sent ${max} requests in a minute. Try again in ${ttlInSeconds} s.`);
}
