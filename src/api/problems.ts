import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode } from '../errors.ts';
import type { App } from './contract.ts';

/** The status that each error becomes. @see https://www.rfc-editor.org/rfc/rfc9110#section-15 */
export const statusOf = {
  invalid_input: 400,
  invalid_query: 400,
  invalid_setting: 500,
  not_found: 404,
  unauthorized: 401,
  forbidden: 403,
  too_large: 413,
  rate_limited: 429,
  overloaded: 503,
  source_malformed: 422,
  source_unreachable: 502,
  database_unreachable: 503,
  database_outdated: 503,
  database_newer: 503,
  database_full: 507,
  database_refused: 500,
  schema_drift: 500,
  locked: 409,
  interrupted: 503,
} as const satisfies Record<ErrorCode, number>;

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Key needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'In use',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be used',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Source unreachable',
  503: 'Not available now',
  507: 'Storage full',
};

/** An answer that is an error. @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The request's id, under which the log tells more. */
  readonly instance: string;
  readonly code: string;
  /** The parameters or the places in the body that are wrong. */
  readonly errors?: readonly { readonly parameter: string; readonly detail: string }[];
  /** In a query: where the mistake begins, from 0, and how long it is. */
  readonly position?: number;
  readonly length?: number;
}

/** Seconds after which a client may try again when there is too much to do. */
const retryAfter = 2;

/** Makes every error an answer of type application/problem+json. */
export function answerProblems(app: App): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error, request);
    if (problem.status === 500) request.log.error({ err: error }, 'request failed');
    else if (problem.status > 500) request.log.warn({ err: error }, 'request failed');
    return send(reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    send(reply, {
      ...base(request, 404, 'not_found'),
      detail: `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}. /docs lists what there is.`,
    }),
  );
}

/** Answers an error that comes before any route was found, as of an address that cannot be read. */
export function sendProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  send(reply, problemOf(error, request));
}

/** What a client did that is no HTTP, or too slow or too large to be. */
const clientErrors: Readonly<Record<string, readonly [status: number, title: string, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    'The headers, with the address, are larger than 16 KB.',
  ],
};

/** Answers what Node.js could not read as a request, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, title, detail] = clientErrors[error.code ?? ''] ?? [400, 'Bad Request', 'This is not HTTP.'];
  const body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    detail,
    instance: 'about:blank',
    code: 'invalid_input',
  });
  if (socket.writable) {
    const headers = `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
    socket.write(`HTTP/1.1 ${status} ${title}\r\n${headers}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .removeHeader('etag')
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem);
}

function base(request: FastifyRequest, status: number, code: string) {
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, instance: `urn:request:${request.id}`, code };
}

/** What an error says to the client. Of one that nobody foresaw: its id only. */
export function problemOf(error: FastifyError | AppError, request: FastifyRequest): Problem {
  if (error instanceof AppError) return ofAppError(error, request);
  if (error.validation) {
    const errors = error.validation.map((e) => ({ parameter: parameterOf(e), detail: sentence(e) }));
    const detail = errors.map((e) => `${e.parameter} ${e.detail}`).join('; ');
    return { ...base(request, 400, 'invalid_input'), detail: `${detail}.`, errors };
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') return tooSlow(request);
  const status = error.statusCode ?? 500;
  if (status < 500) return { ...base(request, status, codeOf(status)), detail: error.message };
  return {
    ...base(request, 500, 'internal'),
    detail: `Something unexpected happened. The log has it under the request id ${request.id}.`,
  };
}

/** The SQLSTATE of a statement that ran too long: too much was asked for at once, and nothing is broken. */
const cancelled = '57014';

/** SQLSTATEs of characters that PostgreSQL cannot store: NUL, and halves of pairs. */
const unstorable = ['22021', '22P05'];

function tooSlow(request: FastifyRequest): Problem {
  return { ...base(request, 503, 'overloaded'), detail: 'It took too long to answer. Ask for less, or try again.' };
}

function ofAppError(error: AppError, request: FastifyRequest): Problem {
  const sqlState = String(error.context.sqlState ?? '');
  if (sqlState === cancelled) return tooSlow(request);
  if (unstorable.includes(sqlState))
    return { ...base(request, 400, 'invalid_input'), detail: 'A text holds a NUL character, which no text may.' };
  const status = statusOf[error.code];
  const { position, length, parameter } = error.context;
  const isOurs = error.code === 'database_refused' || error.code === 'invalid_setting';
  return {
    ...base(request, status, error.code),
    detail: isOurs
      ? `The database refused a statement. The log has it under the request id ${request.id}.`
      : error.message,
    ...(typeof parameter === 'string' ? { errors: [{ parameter, detail: error.message }] } : {}),
    ...(typeof position === 'number' && typeof length === 'number' ? { position, length } : {}),
  };
}

type Validation = NonNullable<FastifyError['validation']>[number];

function parameterOf({ instancePath, params }: Validation): string {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const more = params.additionalProperty ?? params.missingProperty;
  return [path, typeof more === 'string' ? more : ''].filter(Boolean).join('.') || 'body';
}

function sentence({ keyword, message, params }: Validation): string {
  if (keyword === 'additionalProperties') return 'is not known here';
  if (keyword === 'required') return 'is missing';
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
  return message ?? 'is wrong';
}

function codeOf(status: number): string {
  if (status === 413) return 'too_large';
  if (status === 404) return 'not_found';
  return status === 429 ? 'rate_limited' : 'invalid_input';
}
