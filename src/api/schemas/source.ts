import { type Static, Type } from 'typebox';
import type { SourceRow } from '../../jobs/source-rows.ts';
import { Nullable, Time } from './common.ts';

const health = ['fresh', 'stale', 'failing', 'held', 'never', 'files', 'off', 'needs_setting'] as const;

/** A source, and how it fares. */
export const Source = Type.Object({
  id: Type.String(),
  connector: Nullable(Type.String({ description: 'What is synced to bring it; null: it comes from files only' })),
  title: Type.String(),
  homepage: Nullable(Type.String()),
  licence: Nullable(Type.String()),
  attribution: Nullable(Type.String({ description: 'To be shown where its data is shown' })),
  records: Type.Integer({ minimum: 0, description: 'Without those that it withdrew' }),
  health: Type.Enum([...health], {
    description:
      'fresh or stale, by the last success; failing: the last sync failed; held: the last document looked strange; never: not asked yet; files: loaded from files; off: synced by hand only; needs_setting: a setting is missing',
  }),
  attention: Type.Boolean({ description: 'Somebody should look after it' }),
  schedule: Nullable(Type.String({ description: 'Cron, in UTC; null: by hand only' })),
  needs: Nullable(Type.String({ description: 'The setting that is missing' })),
  stale_after_hours: Nullable(Type.Number()),
  age_hours: Nullable(Type.Number({ description: 'Since the last success' })),
  last_success_at: Nullable(Time),
  last_attempt_at: Nullable(Time),
  last_change_at: Nullable(Time),
  released_at: Nullable(Time),
  next_run_at: Nullable(Time),
  failing_since: Nullable(Time),
  failures: Type.Integer({ minimum: 0, description: 'One after the other' }),
  last_error: Nullable(Type.String()),
  held: Nullable(
    Type.Object(
      { since: Time, why: Type.String(), document: Type.String() },
      { description: 'What was held back, and not stored' },
    ),
  ),
  syncing: Type.Boolean({ description: 'It is being synced now' }),
});

/** A source as the API shows it: where the server keeps what was held back is nobody else's business. */
export function sourceOf(r: SourceRow): Static<typeof Source> {
  return {
    id: r.id,
    connector: r.connector,
    title: r.title,
    homepage: r.homepage,
    licence: r.licence,
    attribution: r.attribution,
    records: r.records,
    health: r.health,
    attention: r.attention,
    schedule: r.schedule,
    needs: r.needs,
    stale_after_hours: r.staleAfterHours,
    age_hours: r.ageHours,
    last_success_at: r.lastSuccessAt,
    last_attempt_at: r.lastAttemptAt,
    last_change_at: r.lastChangeAt,
    released_at: r.releasedAt,
    next_run_at: r.nextRunAt,
    failing_since: r.failingSince,
    failures: r.failures,
    last_error: r.lastError,
    held: r.held && { since: r.held.since, why: r.held.why, document: r.held.document },
    syncing: r.syncing,
  };
}
