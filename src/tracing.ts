/**
 * Spans, for whoever collects traces. Nothing here depends on OpenTelemetry: until a tracer is used, which is loaded only when
 * the settings want one, a span costs a comparison. See docs/adr/0012-tracing.md.
 */

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What a span is when it begins. Attributes hold no values of statements, no addresses with queries, and no secrets. */
export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly attributes?: Attributes;
}

export interface Span {
  set(attributes: Attributes): void;
  /** Marks it as failed; only the kind of the error is told. */
  fail(error: unknown): void;
}

/** A span that somebody ends. */
export interface OpenSpan extends Span {
  readonly traceId: string;
  /** Runs what comes next within it. */
  enter(next: () => void): void;
  end(): void;
}

export interface Tracer {
  /** Runs work within a span, which ends with it. */
  within<T>(start: SpanStart, work: (span: Span) => Promise<T>): Promise<T>;
  /** Begins a span that goes on the trace which a request brings in its headers. */
  begin(start: SpanStart, headers: Readonly<Record<string, unknown>>): OpenSpan;
  /** Whether there is a span around what runs just now. */
  isInside(): boolean;
}

let tracer: Tracer | null = null;

/** From now on spans go to `used`; null: nowhere. For the composition root, and tests. */
export function traceWith(used: Tracer | null): void {
  tracer = used;
}

export function currentTracer(): Tracer | null {
  return tracer;
}

const nowhere: Span = { set() {}, fail() {} };

/** Runs work within a span, which ends with it, and fails when it throws. */
export async function traced<T>(start: () => SpanStart, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer === null ? work(nowhere) : tracer.within(start(), work);
}

/** The same for what is worth a span only as a part of something: otherwise polling would fill the collector. */
export async function tracedInside<T>(start: () => SpanStart, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer?.isInside() ? tracer.within(start(), work) : work(nowhere);
}
