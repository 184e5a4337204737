import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isReadOnly } from '../../db/errors.ts';
import { AppError } from '../../errors.ts';
import { AuditEntry, type Ended, failure, type Told } from '../../ops/audit.ts';
import type { Api, App } from '../contract.ts';
import { Refusals } from './refusals.ts';

/** Methods that change nothing. @see https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
const safe = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route that changes something: what that is called in the audit log. Without it, its method and address. */
    readonly action?: string;
    /** Of a POST that changes nothing. */
    readonly reads?: true;
  }
  interface FastifyRequest {
    /** The entry of a request that changes something. */
    deed: AuditEntry | null;
    /** Why it failed. */
    failed: unknown;
  }
}

/** Whether what a route does belongs into the audit log. */
export function isWrite(method: string, config: { readonly reads?: true } | undefined): boolean {
  return !safe.includes(method) && config?.reads !== true;
}

/**
 * Writes down what is changed over HTTP, before it is: what cannot be written down is not done. And who was refused. To be
 * called after whatever else may turn a request away.
 */
export function auditWrites(app: App, { db }: Pick<Api, 'db'>): void {
  const refusals = new Refusals(db, (text) => app.log.warn(text));
  app.decorateRequest('deed', null);
  app.decorateRequest('failed', null);
  app.addHook('onClose', () => refusals.close());

  app.addHook('onRoute', ({ url, method, config = {} }) => {
    const writes = [method].flat().some((one) => isWrite(one, config));
    if (writes && url.startsWith('/api/') && config.action === undefined)
      throw new TypeError(
        `${url} must say what it is called in the audit log (action), or that it only reads (reads).`,
      );
  });

  app.addHook('preHandler', async (request) => {
    if (!belongs(request)) return;
    const entry = new AuditEntry(toldOf(request));
    await entry.begin(db).catch((error: unknown) => {
      throw isReadOnly(error) ? onlyReads(error) : error;
    });
    request.deed = entry;
  });

  app.addHook('onError', async (request, _reply, error) => {
    request.failed = error;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { deed } = request;
    request.deed = null;
    if (deed) {
      await deed.end(db, endOf(request, reply)).catch((error: unknown) => {
        // The entry says that it was begun, and the log how it ended.
        request.log.error({ err: error }, 'the audit log could not be completed');
      });
    } else if (belongs(request) && (reply.statusCode === 401 || reply.statusCode === 403)) {
      await refusals.note(toldOf(request), failure(request.failed));
    }
    return payload;
  });
}

function belongs(request: FastifyRequest): boolean {
  return !request.is404 && isWrite(request.method, request.routeOptions.config);
}

function toldOf(request: FastifyRequest): Told {
  const { caller, method, body } = request;
  const { config, url = '' } = request.routeOptions;
  const isKey = caller.kind === 'key';
  const place = Object.values((request.params ?? {}) as Readonly<Record<string, unknown>>).join('/');
  const hasBody = typeof body === 'object' && body !== null && !(body instanceof Readable);
  return {
    via: 'api',
    who: isKey ? caller.name : null,
    keyId: isKey ? Number(caller.id) : null,
    origin: request.ip,
    requestId: request.id,
    action: config.action ?? `${method} ${url}`,
    target: place === '' ? null : place,
    arguments: { ...(request.query as object), ...(hasBody ? { body } : {}) },
  };
}

function endOf({ failed }: FastifyRequest, { statusCode }: FastifyReply): Ended {
  if (statusCode < 400) return { state: 'ok' };
  if (statusCode === 401 || statusCode === 403) return { ...failure(failed), state: 'refused' };
  return failed === null ? { state: 'failed', message: `It was answered with ${statusCode}.` } : failure(failed);
}

function onlyReads(cause: unknown): AppError {
  const why = 'This server may only read: the user with which it asks the database has no right to change anything.';
  return new AppError('forbidden', why, {}, cause);
}
