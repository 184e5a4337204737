import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import type { HttpConfig } from '../../settings/http.ts';
import { type Api, type App, type Role, roles } from '../contract.ts';
import type { CountRequest } from '../plugins/rate-limit.ts';
import { KeyRing } from './key-ring.ts';
import { mayEveryoneRead, mayReadWithoutKey } from './reading.ts';

/** Knows who asks, and refuses what they may not or too much of it: each route says in its config which role it needs. */
export function authorize(app: App, api: Api, count: CountRequest): void {
  const { db, reading, now, settings } = api;
  const ring = new KeyRing({ db, reading }, now, (text) => app.log.warn(text));
  app.addHook('onClose', () => ring.close());
  app.addHook('onRequest', async (request, reply) => {
    const needed = request.routeOptions.config.role ?? 'reader';
    if (needed === 'anyone') return;
    await count(request, reply); // before the key is looked at: nobody may guess keys at any speed
    const key = keyOf(request);
    if (key !== null) {
      request.caller = await ring.callerOf(key);
      await count(request, reply);
    } else if (mayReadWithoutKey(request, settings)) request.caller = { ...request.caller, role: 'reader' };
    if (!isEnough(request.caller.role, needed)) throw refusal(request, needed, settings);
  });
}

/** The key that a request brings: as a bearer token, or in a header of its own. */
function keyOf({ headers }: FastifyRequest): string | null {
  const own = headers['x-api-key'];
  if (typeof own === 'string') return own.trim();
  if (headers.authorization === undefined) return null;
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization)?.[1];
  if (bearer !== undefined) return bearer;
  throw new AppError('unauthorized', 'The Authorization header must be "Bearer" and a key.');
}

function isEnough(role: Role | null, needed: Role): boolean {
  return role !== null && roles.indexOf(role) >= roles.indexOf(needed);
}

function refusal({ caller }: FastifyRequest, needed: Role, settings: HttpConfig): AppError {
  if (caller.kind === 'key') {
    return new AppError('forbidden', `This needs a key of the role ${needed}, and this one is a ${caller.role}'s.`);
  }
  const isStranger = needed === 'reader' && mayEveryoneRead(settings);
  const without = isStranger ? ' Without one only programs of this machine may read, which ask for "localhost".' : '';
  return new AppError(
    'unauthorized',
    `This needs a key of the role ${needed}, as "Authorization: Bearer KEY" or "X-API-Key: KEY"; "openthreat keys create" makes one.${without}`,
  );
}
