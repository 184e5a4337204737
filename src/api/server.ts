import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger } from 'fastify';
import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';
import { authorize } from './auth/authorize.ts';
import type { Api, App } from './contract.ts';
import { AccessLog, requestId } from './plugins/access-log.ts';
import { auditWrites } from './plugins/audit.ts';
import { cacheAnswers } from './plugins/caching.ts';
import { packAnswers } from './plugins/encoding.ts';
import { protectBrowsers } from './plugins/headers.ts';
import { checkInput } from './plugins/input.ts';
import { measure } from './plugins/measure.ts';
import { describe } from './plugins/openapi.ts';
import { shedLoad, shedQueries } from './plugins/pressure.ts';
import { rateLimits } from './plugins/rate-limit.ts';
import { traceRequests } from './plugins/trace.ts';
import { answerClientError, answerProblems, sendProblem } from './problems.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoute } from './routes/metrics.ts';
import { currentResources, resources } from './routes.ts';
import { ProblemSchema } from './schemas/common.ts';
import { ServerTls } from './tls.ts';
import { validate } from './validation.ts';
import { serveWeb } from './web.ts';

/** Longest query string's value and path; headers have Node's own limit. */
const longestParameter = 512;

/** The largest body of routes that do not say otherwise, in bytes. */
const largestBody = 2 ** 20;

/** Headers arrive at once or not at all; a connection may wait a while for the next request. Milliseconds. */
const headersTimeout = 10_000;
const keepAliveTimeout = 30_000;

/** The HTTP server with all its routes, not yet listening. `inject` asks it without a network. */
export async function createServer(api: Api, logger: FastifyBaseLogger | false): Promise<App> {
  const app = bareServer(api, logger);
  validate(app);
  answerProblems(app);
  app.addSchema(ProblemSchema);
  app.decorateRequest('caller');
  traceRequests(app);
  app.addHook('onRequest', async (request, reply) => {
    request.caller = { kind: 'address', id: request.ip, name: null, role: null };
    reply.header('x-request-id', request.id);
  });
  await protectBrowsers(app, api.settings);
  checkInput(app);
  const load = shedLoad(app, api);
  authorize(app, api, await rateLimits(app, api));
  const metrics = measure(app, api, load);
  await packAnswers(app);
  await describe(app, api);
  cacheAnswers(app, api, (result) => metrics.cached(result));
  shedQueries(app, { db: api.reading });
  auditWrites(app, api);
  for (const prefix of ['', '/api/v1']) {
    await app.register(
      async (scope) => {
        const options = { hide: prefix === '' };
        healthRoutes(scope as App, { ...api, db: api.reading }, options);
        metricsRoute(scope as App, metrics, options);
      },
      { prefix },
    );
  }
  await app.register(
    async (scope) => {
      scope.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
      for (const routes of resources) routes(scope as App, { ...api, db: api.reading });
      for (const routes of currentResources) routes(scope as App, api);
    },
    { prefix: '/api/v1' },
  );
  await serveWeb(app);
  return app;
}

function bareServer({ settings }: Api, logger: FastifyBaseLogger | false): App {
  const { bodyLimit, requestTimeoutMs, trustedProxies } = settings;
  const tls = settings.tls && new ServerTls(settings.tls);
  const times = {
    requestTimeout: requestTimeoutMs,
    // Nothing comes or goes for so long: whoever was there is gone.
    connectionTimeout: 2 * requestTimeoutMs + keepAliveTimeout,
    keepAliveTimeout,
    headersTimeout: Math.min(headersTimeout, requestTimeoutMs),
  };
  const app = Fastify({
    ...(logger ? { loggerInstance: logger } : { logger: false }),
    logController: new AccessLog(),
    genReqId: requestId,
    routerOptions: { maxParamLength: longestParameter },
    bodyLimit: Math.min(bodyLimit, largestBody),
    ...times,
    http: { headersTimeout: times.headersTimeout },
    ...(tls && { serverFactory: tls.factory(times) }),
    trustProxy: trustedProxies.length > 0 ? trustedProxies.map(networkOf) : false,
    exposeHeadRoutes: true,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
    clientErrorHandler: answerClientError,
  }).withTypeProvider<TypeBoxTypeProvider>();
  if (tls) {
    const end = tls.follow(app.log);
    app.addHook('onClose', async () => end());
  }
  return app;
}

function networkOf(text: string): string {
  if (ipaddr.isValid(text) || ipaddr.isValidCIDR(text)) return text;
  throw new AppError(
    'invalid_setting',
    `OPENTHREAT_TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8, which "${text}" is not.`,
    { setting: 'OPENTHREAT_TRUSTED_PROXIES' },
  );
}
