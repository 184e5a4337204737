import { type Static, Type } from 'typebox';
import { sourceRows } from '../../jobs/source-rows.ts';
import { checkDatabase, checkRedis } from '../../ops/health.ts';
import { within } from '../../ops/within.ts';
import type { Api, App } from '../contract.ts';
import { answers, Nullable, ProblemSchema, QueryString } from '../schemas/common.ts';

const CheckSchema = Type.Object({
  ok: Type.Boolean(),
  why: Nullable(Type.String({ description: 'What is wrong, and what to do' })),
});

const Checks = Type.Object({
  database: CheckSchema,
  migrations: CheckSchema,
  sources: CheckSchema,
  redis: Nullable(CheckSchema),
});

const Alive = Type.Object({ status: Type.Literal('ok'), version: Type.String() });
const Ready = Type.Object({ status: Type.Literal('ready'), checks: Checks });
const NotReady = Type.Object({ ...ProblemSchema.properties, checks: Checks });

/** An answer serves everybody who asks within this time, in milliseconds: the question is open to all. */
const heldFor = 1000;
const patience = 2000;

/** /health, whether the process answers, and /health/ready, whether it can work. */
export function healthRoutes(app: App, api: Api, options: { hide: boolean }): void {
  const { hide } = options;
  const querystring = QueryString({});
  app.get(
    '/health',
    {
      config: { role: 'anyone', vital: true },
      schema: {
        hide,
        operationId: 'getHealth',
        tags: ['operations'],
        summary: 'Whether the server lives',
        description: 'Asks nobody else, needs no key, and counts for no limit. Also at /health.',
        querystring,
        response: answers(Alive),
      },
    },
    (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok', version: api.version }),
  );
  const checked = remembered(heldFor, () => checksOf(api));
  app.get(
    '/health/ready',
    {
      config: { role: 'anyone', vital: true },
      schema: {
        hide,
        operationId: 'getReadiness',
        tags: ['operations'],
        summary: 'Whether the server can work',
        description:
          'The database and its schema must be right; otherwise the status is 503. Stale sources, and Redis when it does not answer, are told and are no reason to stop. Needs no key. Also at /health/ready.',
        querystring,
        response: {
          200: Ready,
          503: { description: 'Not ready', content: { 'application/problem+json': { schema: NotReady } } },
        },
      },
    },
    async (request, reply) => {
      const checks = await checked();
      reply.header('cache-control', 'no-store');
      if (checks.database.ok && checks.migrations.ok) return reply.send({ status: 'ready', checks });
      const detail = checks.database.why ?? checks.migrations.why ?? '';
      const code = checks.database.ok ? 'database_outdated' : 'database_unreachable';
      const problem = { type: 'about:blank', title: 'Not ready', status: 503, code, detail };
      return reply
        .code(503)
        .type('application/problem+json')
        .send({ ...problem, instance: `urn:request:${request.id}`, checks });
    },
  );
}

async function checksOf({ db, redis, sources, now }: Api): Promise<Static<typeof Checks>> {
  const { database, migrations } = await checkDatabase(db);
  const isUsable = database.ok && migrations.ok;
  const rows = isUsable ? await within(patience, sourceRows(db, sources, now(), new Map()), null) : null;
  const wanting = rows?.filter(({ attention }) => attention).map(({ id, health }) => `${id} (${health})`);
  const why = wanting === undefined ? 'Not known just now.' : `Somebody should look after ${wanting.join(', ')}.`;
  return {
    database,
    migrations,
    sources: wanting?.length === 0 ? { ok: true, why: null } : { ok: false, why },
    redis: redis && (await checkRedis(redis)),
  };
}

/** Calls `work` at most once in `ms`, for all who ask in that time. */
function remembered<T>(ms: number, work: () => Promise<T>): () => Promise<T> {
  let last: { at: number; result: Promise<T> } | null = null;
  return async () => {
    if (last === null || performance.now() - last.at > ms) last = { at: performance.now(), result: work() };
    return last.result;
  };
}
