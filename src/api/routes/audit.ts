import { Type } from 'typebox';
import { auditPage, readAuditCursor } from '../../db/audit.ts';
import { momentBefore } from '../../domain/ago.ts';
import { AppError } from '../../errors.ts';
import type { Routes } from '../contract.ts';
import { AuditEntry, auditEntryOf } from '../schemas/audit.ts';
import { answers, Nullable, QueryString } from '../schemas/common.ts';

const text = (description: string, example: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, examples: [example] }));

/** GET /audit. Not cached: what is done is written down before and after. */
export const auditRoutes: Routes = (app, { db, now }) => {
  app.get(
    '/audit',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'listAudit',
        tags: ['operations'],
        summary: 'Who changed what, newest first',
        querystring: QueryString({
          since: text('A day, a time, or so long before now: 12h, 7d', '7d'),
          who: text('A name, name@host, "key 3", or an address', 'key 3'),
          action: text('What was done; "keys" means all that is done with keys', 'ingest'),
          failed: Type.Optional(Type.Boolean({ default: false, description: 'Only what failed or was refused' })),
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'How many at most' }),
          ),
          cursor: Type.Optional(Type.String({ maxLength: 400, description: 'The next_cursor of the page before' })),
        }),
        response: answers(
          Type.Object({
            items: Type.Array(AuditEntry),
            next_cursor: Nullable(Type.String({ description: 'The next page: ?cursor=' })),
          }),
        ),
      },
    },
    async ({ query }) => {
      const { since = null, who = null, action = null, failed = false, limit = 20, cursor } = query;
      const filter = { since: since === null ? null : moment(since, now()), who, action, failed };
      const after = cursor === undefined ? null : readAuditCursor(cursor);
      const { entries, next } = await auditPage(db, filter, { after, limit });
      return { items: entries.map(auditEntryOf), next_cursor: next };
    },
  );
};

function moment(since: string, now: Date): string {
  const at = momentBefore(since, now);
  if (at !== null) return at;
  throw new AppError('invalid_input', 'since must be a day, a time, or so long before now: 12h, 7d.', {
    parameter: 'since',
  });
}
