import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** What is served at a path. Every body has a strong ETag and may be asked for in ranges, unless it says otherwise. */
export interface Answer {
  readonly status?: number; // default 200
  readonly type?: string; // Content-Type
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly etag?: string | null; // null: none; default: a digest of the body
  readonly lastModified?: string;
  readonly ranges?: false; // Range is ignored
  readonly chunked?: true; // no Content-Length
}

export type Route = Answer | ((request: SeenRequest) => Answer | null);

/** What goes wrong at paths that contain `match`, `times` times (default: for ever), after the first `skip` requests. */
export interface Fault {
  readonly match: string;
  readonly kind:
    | 'status' // `status`, with `retryAfter` as Retry-After
    | 'reset' // the line is dropped before an answer
    | 'hang' // no answer, ever
    | 'slow' // the answer comes after `delayMs`
    | 'truncate' // promises the whole length, sends the share `at` and drops the line
    | 'stall' // as truncate, but the line stays open and silent
    | 'html' // a maintenance page
    | 'garbage' // JSON that breaks off
    | 'empty'; // a body of no bytes
  readonly times?: number;
  readonly skip?: number;
  readonly status?: number; // default 503
  readonly retryAfter?: number | string;
  readonly delayMs?: number; // default 50
  readonly at?: number; // default 0.6
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string; // without the query
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export function json(value: unknown): Answer {
  return { type: 'application/json', body: JSON.stringify(value) };
}

export function text(body: string | Buffer, type = 'text/plain'): Answer {
  return { type, body };
}

/**
 * A web server on loopback that stands for all sites: with `url` as the mirror, `https://HOST/PATH` is served at the
 * route `/HOST/PATH`. Anything else is 404. `await using server = await startHttpServer({ … })` closes it.
 */
export async function startHttpServer(routes: Readonly<Record<string, Route>> = {}): Promise<TestHttpServer> {
  const server = new TestHttpServer(routes);
  await server.listen();
  return server;
}

export class TestHttpServer {
  /** What was asked, in order. */
  readonly requests: SeenRequest[] = [];
  readonly #routes: Map<string, Route>;
  #faults: { fault: Fault; times: number; skip: number }[] = [];
  readonly #server: Server;
  #port = 0;
  /** Called for each request before it is answered, for tests that act, or wait, in the middle of a download. */
  onRequest: (request: SeenRequest) => void | Promise<void> = () => {};

  constructor(routes: Readonly<Record<string, Route>>) {
    this.#routes = new Map(Object.entries(routes));
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Its address, also after it is closed. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  set(path: string, route: Route): void {
    this.#routes.set(path, route);
  }

  fault(fault: Fault): void {
    this.#faults.push({ fault, times: fault.times ?? Number.POSITIVE_INFINITY, skip: fault.skip ?? 0 });
  }

  /** Everything works again. */
  heal(): void {
    this.#faults = [];
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #next(path: string): Fault | null {
    for (const entry of this.#faults) {
      if (!path.includes(entry.fault.match)) continue;
      if (entry.skip > 0) entry.skip--;
      else if (entry.times > 0) {
        entry.times--;
        return entry.fault;
      }
    }
    return null;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://server');
    const seen = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
    };
    this.requests.push(seen);
    await this.onRequest(seen);
    const fault = this.#next(seen.path);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') return void request.socket.destroy();
    if (fault?.kind === 'slow') await setTimeout(fault.delayMs ?? 50);
    const route = this.#routes.get(seen.path);
    const answer = (fault && faulty(fault)) ?? (typeof route === 'function' ? route(seen) : route);
    send(request, response, answer ?? { status: 404, ...text('404: Not Found'), etag: null }, fault);
  }
}

function faulty(fault: Fault): Answer | null {
  const { kind, status = 503, retryAfter } = fault;
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (kind === 'status')
    return { status, headers, etag: null, ...text('<html><body>Sorry</body></html>', 'text/html') };
  if (kind === 'html') return { etag: null, ...text('<!doctype html><title>Maintenance</title>', 'text/html') };
  if (kind === 'garbage')
    return { etag: null, ...text('{"vulnerabilities":[{"cve":{"id":"CVE-20', 'application/json') };
  if (kind === 'empty') return { etag: null, ...text('', 'application/json') };
  return null;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, fault: Fault | null): void {
  const body = Buffer.from(answer.body ?? '');
  const etag =
    answer.etag === undefined ? `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"` : answer.etag;
  const headers: Record<string, string> = {
    ...(answer.type && { 'content-type': answer.type }),
    ...(etag && { etag }),
    ...(answer.lastModified && { 'last-modified': answer.lastModified }),
    ...answer.headers,
  };
  const ok = (answer.status ?? 200) === 200;
  if (ok && isKnown(request, etag, answer.lastModified)) {
    response.writeHead(304, headers).end();
    return;
  }
  const from = ok && answer.ranges !== false ? rangeStart(request, etag) : 0;
  if (from >= body.length && from > 0) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const part = body.subarray(from);
  if (from > 0) headers['content-range'] = `bytes ${from}-${body.length - 1}/${body.length}`;
  if (!answer.chunked) headers['content-length'] = String(part.length);
  response.writeHead(from > 0 ? 206 : (answer.status ?? 200), headers);
  if (fault?.kind !== 'truncate' && fault?.kind !== 'stall') {
    response.end(part);
    return;
  }
  response.write(part.subarray(0, Math.floor(part.length * (fault.at ?? 0.6))), () => {
    // Half-closed first, so that what was sent arrives before the line is dropped.
    if (fault.kind === 'truncate') request.socket.end();
  });
}

function isKnown(request: IncomingMessage, etag: string | null, lastModified: string | undefined): boolean {
  const known = request.headers['if-none-match'];
  if (known !== undefined) return etag !== null && known === etag;
  return lastModified !== undefined && request.headers['if-modified-since'] === lastModified;
}

function rangeStart(request: IncomingMessage, etag: string | null): number {
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const ifRange = request.headers['if-range'];
  if (start === undefined || (ifRange !== undefined && ifRange !== etag)) return 0;
  return Number(start);
}
