import { finished } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { currentTracer, type OpenSpan } from '../../tracing.ts';
import type { App } from '../contract.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is traced of it; null without tracing. */
    span: OpenSpan | null;
  }
}

/**
 * A span for each request, which goes on the trace that it brings (traceparent). Its address is told by its route only:
 * what people ask for is nobody else's business. @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function traceRequests(app: App): void {
  const tracer = currentTracer();
  app.decorateRequest('span', null);
  if (tracer === null) return;
  app.addHook('onRequest', (request, reply, done) => {
    const span = tracer.begin({ ...named(request), kind: 'server' }, request.headers);
    request.span = span;
    finished(reply.raw, () => {
      span.set({ 'http.response.status_code': reply.statusCode });
      if (reply.statusCode >= 500) span.fail(reply.statusCode);
      span.end();
    });
    span.enter(done);
  });
  // A body comes in events of the connection, which are outside of the span: what follows it is inside again.
  app.addHook('preValidation', (request, _, done) => {
    if (request.span) request.span.enter(done);
    else done();
  });
}

function named(request: FastifyRequest) {
  const { method, id, protocol } = request;
  const route = request.is404 ? null : (request.routeOptions.url ?? null);
  const attributes = {
    'http.request.method': method,
    'url.scheme': protocol,
    'openthreat.request.id': id,
    ...(route !== null && { 'http.route': route }),
  };
  return { name: route === null ? method : `${method} ${route}`, attributes };
}
