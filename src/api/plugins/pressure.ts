import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { Api, App } from '../contract.ts';

/** Requests that are answered at a time; more would only make each other late. */
const mostAtOnce = 1000;

/** Who may wait for a connection to the database. */
const mostWaiting = 250;

/** A queue is too long when its first had to wait for so long, in milliseconds; a few are always let in, to find out. */
const longestWait = 1000;
const alwaysLetIn = 10;

/** Connections at a time; those beyond are not taken. */
const mostConnections = 10_000;

/** How long a handler may take beyond what a statement may, so that the database gives up first and says so. */
const grace = 1000;

/** What the server has to do just now. */
export interface Load {
  readonly inFlight: number;
}

/**
 * Says 503 to what comes on top when there is too much to do, instead of making everybody wait, and to what takes too long.
 * How the server fares can always be asked.
 */
export function shedLoad(app: App, { settings }: Pick<Api, 'settings'>): Load {
  const load = { inFlight: 0 };
  const counted = new WeakSet<FastifyRequest>();
  app.server.maxConnections = mostConnections;
  const end = (request: FastifyRequest) => {
    if (counted.delete(request)) load.inFlight--;
  };
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.vital) return;
    if (load.inFlight >= mostAtOnce) throw overloaded();
    counted.add(request);
    load.inFlight++;
    reply.raw.once('close', () => {
      if (reply.sent || reply.raw.headersSent) end(request);
      // The client has gone, and its work goes on: it counts until that is done, or should be.
      else setTimeout(() => end(request), settings.requestTimeoutMs).unref();
    });
  });
  app.addHook('onSend', async (request, reply) => {
    if (reply.raw.destroyed) end(request);
  });
  app.addHook('onResponse', async (request) => end(request));
  app.addHook('onRoute', (route) => {
    if (!route.config?.long) route.handlerTimeout ??= settings.requestTimeoutMs + grace;
  });
  return load;
}

/**
 * Says 503 to what would have to wait too long for the database. To be called after the cache of answers, which still serves
 * what it has. A queue that is longer would be of no use: who waits at its end is gone before it is his turn.
 */
export function shedQueries(app: App, { db }: Pick<Api, 'db'>): void {
  app.addHook('preHandler', async (request) => {
    const { waiting, waitedMs } = db.usage;
    const isTooLong = waiting >= mostWaiting || (waiting >= alwaysLetIn && waitedMs > longestWait);
    if (isTooLong && !request.routeOptions.config.vital) throw overloaded();
  });
}

function overloaded(): AppError {
  return new AppError('overloaded', 'There is too much to do just now. Try again in a few seconds.');
}
