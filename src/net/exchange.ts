import type { Agent as HttpAgent, IncomingHttpHeaders } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import got, { type Request, type Response } from 'got';
import { mirrored, redirectTarget } from './address.ts';
import { malformed, networkFailure, TryFailure } from './failure.ts';
import { refusePrivateHost } from './private.ts';
import { unpacking } from './unpack.ts';

/** How sites are reached. */
export interface Line {
  readonly mirror: string | null;
  /** Gives public addresses only; null: the mirror, or tests, may be anywhere. */
  readonly lookup: LookupFunction | null;
  readonly agent: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly userAgent: string;
  readonly connectMs: number;
  readonly idleMs: number;
  readonly signal: AbortSignal | null;
}

/** An answer whose body is still to come. */
export interface Answered {
  readonly url: URL; // the site's own address, after redirects
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body, unpacked. @throws TryFailure when it breaks off */
  body(): AsyncGenerator<Buffer>;
  /** Ends the exchange without reading the body. */
  discard(): void;
}

/** What a caller sends along may be a secret, so another site gets none of it but this. */
const shared = new Set(['accept', 'accept-encoding', 'range', 'if-range', 'if-none-match', 'if-modified-since']);
const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/** Sends a GET and follows redirects, up to the head of the answer. @throws TryFailure */
export async function ask(
  line: Line,
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Answered> {
  const end = performance.now() + timeoutMs;
  let at = url;
  let sent = headers;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const left = Math.max(1, Math.ceil(end - performance.now()));
    const answered = await once(line, at, sent, left).catch((error: unknown) => {
      throw error instanceof TryFailure ? error.at(at.host, url.host) : error;
    });
    const { location } = answered.headers;
    if (!redirects.has(answered.status) || location === undefined) return answered;
    answered.discard();
    const next = nextAddress(location, at, line.mirror);
    if (next.origin !== at.origin) sent = withoutSecrets(sent);
    at = next;
  }
  throw malformed(`redirected more than ${mostRedirects} times`, 'its service is misconfigured, try again later');
}

function nextAddress(location: string, from: URL, mirror: string | null): URL {
  const next = redirectTarget(location, from, mirror);
  const safe = next !== null && (next.protocol === 'https:' || next.protocol === from.protocol);
  if (!safe) {
    const where = next === null ? 'something that is no address' : `${next.protocol}//${next.host}`;
    throw malformed(`redirected to ${where}, which is not followed`, 'only https is safe here; try again later');
  }
  next.hash = '';
  return next;
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => shared.has(name.toLowerCase())));
}

async function once(
  line: Line,
  url: URL,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Answered> {
  const advice =
    line.mirror === null ? 'check the network and try again later' : 'check OPENTHREAT_MIRROR and try again';
  if (line.lookup) refusePrivateHost(url.hostname);
  const request = got.stream(mirrored(url, line.mirror), {
    agent: line.agent,
    ...(line.lookup && { dnsLookup: line.lookup }),
    headers: { ...headers, 'user-agent': line.userAgent },
    followRedirect: false,
    decompress: false, // and so the headers stay as they came
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: {
      lookup: line.connectMs,
      connect: line.connectMs,
      secureConnect: line.connectMs,
      response: line.idleMs,
      socket: line.idleMs,
      request: timeoutMs,
    },
    ...(line.signal && { signal: line.signal }),
  });
  // Between two reads nobody else listens, and an error that is not heard would end the process.
  request.on('error', () => {});
  const response = await head(request).catch((error: unknown) => {
    throw networkFailure(error, advice);
  });
  return {
    url,
    status: response.statusCode,
    headers: response.headers,
    body: () => chunks(request, response.headers['content-encoding'], advice),
    discard: () => request.destroy(),
  };
}

async function head(request: Request): Promise<Response> {
  return new Promise<Response>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
}

async function* chunks(request: Request, encoding: string | undefined, advice: string): AsyncGenerator<Buffer> {
  try {
    yield* unpacking(encoding)(request as AsyncIterable<Buffer>);
  } catch (error) {
    throw networkFailure(error, advice);
  } finally {
    request.destroy();
  }
}
