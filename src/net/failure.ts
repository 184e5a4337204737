import { STATUS_CODES } from 'node:http';
import { RequestError, TimeoutError } from 'got';
import type { ErrorCode } from '../errors.ts';
import type { RateLimit } from './contract.ts';

/** Why one try failed. The sentence for people is: host, `what`, how often, colon, `advice`. */
export class TryFailure extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly advice: string;
  /** Whether the same request may succeed a little later. */
  readonly retry: boolean;
  readonly status: number | null;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
  /** Wait at least so long before the next try, in milliseconds. */
  readonly leastWaitMs: number;

  constructor(
    code: ErrorCode,
    what: string,
    advice: string,
    more: {
      retry?: boolean;
      status?: number;
      retryAfterMs?: number | null;
      leastWaitMs?: number;
      cause?: unknown;
    } = {},
  ) {
    super(what, { cause: more.cause });
    this.name = 'TryFailure';
    this.code = code;
    this.what = what;
    this.advice = advice;
    this.retry = more.retry ?? false;
    this.status = more.status ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.leastWaitMs = more.leastWaitMs ?? 0;
  }

  /** The same, of a host that another one redirected to. */
  at(host: string, asked: string): TryFailure {
    if (host === asked) return this;
    const { retry, retryAfterMs, leastWaitMs, cause } = this;
    const what = `redirected to ${host}, which ${this.what}`;
    const status = this.status === null ? {} : { status: this.status };
    return new TryFailure(this.code, what, this.advice, { retry, retryAfterMs, leastWaitMs, cause, ...status });
  }
}

export function malformed(what: string, advice: string): TryFailure {
  return new TryFailure('source_malformed', what, advice);
}

const passing = new Set([408, 429, 500, 502, 503, 504]);

export interface RefusedAnswer {
  readonly status: number;
  readonly path: string;
  readonly retryAfterMs: number | null;
  /** What the server says about it, in a header. */
  readonly reason: string | null;
  readonly rate: RateLimit | null;
  /** The request bore a key. */
  readonly keyed: boolean;
}

/** The failure that an answer with an unusable status is. */
export function statusFailure({ status, path, retryAfterMs, reason, rate, keyed }: RefusedAnswer): TryFailure {
  const name = STATUS_CODES[status];
  const answered = `answered ${status}${name ? ` (${name})` : ''}`;
  const limited = status === 429 || (status === 403 && rate?.exceededIs403 === true);
  if (limited || passing.has(status)) {
    const leastWaitMs = limited && retryAfterMs === null ? (rate?.perMs ?? 0) : 0;
    const advice = limited ? 'it allows no more requests now, try again later' : 'try again later';
    return new TryFailure('source_unreachable', answered, advice, { retry: true, status, retryAfterMs, leastWaitMs });
  }
  const said = reason === null ? '' : ` ("${reason}")`;
  const advice =
    reason === null ? adviceFor(status, keyed) : 'its service may have changed, which a newer OpenThreat may know';
  return new TryFailure('source_unreachable', `${answered} for ${path}${said}`, advice, { status });
}

function adviceFor(status: number, keyed: boolean): string {
  if (status === 401 || status === 403) {
    return keyed
      ? 'it refuses access, so check its key in the settings and whether it blocks this network'
      : 'it refuses access, so see with a browser whether it blocks this network or wants a key by now';
  }
  if (status === 404 || status === 410) return 'the document may have moved, which a newer OpenThreat may know';
  if (status === 407) return 'check the name and password in HTTPS_PROXY';
  return 'see whether its service has changed';
}

const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'dropped the connection',
  EPIPE: 'dropped the connection',
  ENOTFOUND: 'is not known to the name server',
  EAI_AGAIN: 'could not be looked up',
  EHOSTUNREACH: 'cannot be reached from this network',
  ENETUNREACH: 'cannot be reached from this network',
  EADDRNOTAVAIL: 'cannot be reached from this network',
  ETIMEDOUT: 'did not answer in time',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'broke off before the end of its answer',
};

/** What did not happen in time, before an answer began and after. */
const waiting: Readonly<Record<string, string>> = {
  lookup: 'could not be looked up',
  connect: 'did not take the connection',
  secureConnect: 'did not finish the TLS handshake',
};
const phases: Readonly<Record<string, string>> = {
  socket: 'fell silent',
  request: 'did not finish its answer',
};

/** The failure behind an error of the network. @throws what is no such error */
export function networkFailure(error: unknown, advice: string): TryFailure {
  if (error instanceof TryFailure) return error;
  if (error instanceof Error && error.cause instanceof TryFailure) return error.cause;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^(?:Z_|ERR__?ERROR_FORMAT|ERR_BROTLI|ERR_PADDING)/.test(code)) return damaged(code, advice, error);
  if (!(error instanceof RequestError)) throw error;
  if (error instanceof TimeoutError) {
    const [, ms] = /for (\d+)ms/.exec(error.message) ?? [];
    const begun = error.response !== undefined;
    const silence = begun ? phases[error.event] : waiting[error.event];
    const what = `${silence ?? 'did not answer'} within ${seconds(Number(ms))}`;
    return new TryFailure('source_unreachable', what, advice, { retry: true, cause: error });
  }
  return codeFailure(error, advice);
}

function damaged(code: string, advice: string, cause: unknown): TryFailure {
  const what = code === 'Z_BUF_ERROR' ? network.ERR_HTTP_CONTENT_LENGTH_MISMATCH : 'sent damaged compressed content';
  return new TryFailure('source_malformed', what ?? '', advice, { retry: true, cause });
}

function codeFailure(error: RequestError, advice: string): TryFailure {
  const { code } = error;
  const begun = error.response !== undefined && ['ECONNRESET', 'EPIPE'].includes(code);
  const what = begun ? network.ERR_HTTP_CONTENT_LENGTH_MISMATCH : network[code];
  // The name server has answered, and a second later says the same.
  const retry = code !== 'ENOTFOUND';
  if (what !== undefined) return new TryFailure('source_unreachable', what, advice, { retry, cause: error });
  if (code === 'ERR_PROXY_TUNNEL') {
    const [, status] = /HTTP\/1\.[01] (\d{3})/.exec(error.message) ?? [];
    return new TryFailure(
      'source_unreachable',
      `was not reached: the proxy answered ${status ?? 'nothing usable'}`,
      'check HTTPS_PROXY',
      { retry: status === undefined || Number(status) >= 500, cause: error },
    );
  }
  if (code === 'HPE_HEADER_OVERFLOW')
    return malformed('sends more headers than are taken from it', 'its service is misconfigured, try again later');
  if (/CERT|SIGNATURE|ERR_TLS|ERR_SSL/.test(code)) {
    return new TryFailure(
      'source_unreachable',
      `has no certificate that can be trusted (${code})`,
      'where a proxy opens TLS, NODE_EXTRA_CA_CERTS names the file with its certificate',
      { cause: error },
    );
  }
  return new TryFailure('source_unreachable', `could not be reached (${code})`, advice, { retry: true, cause: error });
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}
