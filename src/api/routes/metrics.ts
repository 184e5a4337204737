import { Type } from 'typebox';
import type { Metrics } from '../../ops/metrics.ts';
import type { App } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';

/** /metrics, for Prometheus. */
export function metricsRoute(app: App, metrics: Metrics, options: { hide: boolean }): void {
  app.get(
    '/metrics',
    {
      config: { vital: true },
      schema: {
        hide: options.hide,
        operationId: 'getMetrics',
        tags: ['operations'],
        summary: 'Numbers for Prometheus',
        description: 'Requests, connections, caches, runs, and how fresh each source is. Also at /metrics.',
        produces: ['text/plain'],
        querystring: QueryString({}),
        response: answers(Type.String()),
      },
    },
    async (_, reply) =>
      reply
        .type(metrics.contentType)
        .header('cache-control', 'no-store')
        .send(await metrics.text()),
  );
}
