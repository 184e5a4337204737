import {
  type Context,
  context,
  DiagLogLevel,
  diag,
  type Span as OtelSpan,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { AppError } from '../errors.ts';
import type { OpenSpan, Span, SpanStart, Tracer } from '../tracing.ts';
import { within } from './within.ts';

/** How long the last spans may take to be sent when the program ends, in milliseconds. */
const farewell = 3_000;
const complainEvery = 60_000;

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** A tracer whose spans are sent, and how it ends. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what is left, as far as that goes quickly. */
  stop(): Promise<void>;
}

/**
 * Sends spans by OTLP over HTTP. Where to, what of them and under what name: the SDK reads the standard variables (OTEL_…)
 * itself. `complain` is told at most once a minute when they cannot be sent.
 */
export function startTracing(version: string, complain: (text: string) => void): Tracing {
  tellFailures(complain);
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'openthreat', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const tracer = provider.getTracer('openthreat', version);
  const started = (start: SpanStart, parent: Context) => {
    const { name, kind, attributes = {} } = start;
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent);
    return { span, inside: trace.setSpan(parent, span) };
  };
  return {
    tracer: {
      async within(start, work) {
        const { span, inside } = started(start, context.active());
        return context.with(inside, async () => ended(span, work));
      },
      begin(start, headers) {
        const { span, inside } = started(start, propagation.extract(ROOT_CONTEXT, headers));
        return openSpan(span, inside);
      },
      isInside: () => trace.getActiveSpan() !== undefined,
    },
    async stop() {
      await within(farewell, provider.shutdown(), null);
      for (const api of [trace, context, propagation, diag]) api.disable();
    },
  };
}

async function ended<T>(span: OtelSpan, work: (span: Span) => Promise<T>): Promise<T> {
  const ours = spanOf(span);
  try {
    return await work(ours);
  } catch (error) {
    ours.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

function spanOf(span: OtelSpan): Span {
  return {
    set: (attributes) => void span.setAttributes({ ...attributes }),
    fail(error) {
      span.setAttribute('error.type', kindOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
  };
}

function openSpan(span: OtelSpan, inside: Context): OpenSpan {
  return {
    ...spanOf(span),
    traceId: span.spanContext().traceId,
    enter: (next) => context.with(inside, next),
    end: () => span.end(),
  };
}

/** What is said of an error: messages may hold values. */
function kindOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code)) return code; // an SQLSTATE, or one of Node.js
  return error instanceof Error ? error.name : String(error);
}

function tellFailures(complain: (text: string) => void): void {
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (what: string) => {
    if (performance.now() - toldAt < complainEvery) return;
    toldAt = performance.now();
    complain(`Traces cannot be sent: ${reasonIn(what)}. See OTEL_EXPORTER_OTLP_ENDPOINT.`);
  };
  const ignore = () => {};
  diag.setLogger({ error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
}

/** The SDK tells errors as JSON with their stack, which is of no use to who runs the program. */
function reasonIn(text: string): string {
  const [, message] = /"message":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return (message ?? text).replaceAll(/\s+/g, ' ').slice(0, 200);
}
