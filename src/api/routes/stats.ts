import { Type } from 'typebox';
import { bySeverity, stats, topNames } from '../../db/stats.ts';
import { ingestedSince, publishedOver } from '../../db/timeline.ts';
import { weaknessNames } from '../../db/weaknesses.ts';
import { type Interval, shifted, spanStarts } from '../../domain/spans.ts';
import { AppError } from '../../errors.ts';
import type { Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import {
  distributionOf,
  IngestionHistory,
  ingestionDayOf,
  SeverityDistribution,
  StatsSchema,
  spansOf,
  statsOf,
  Timeline,
  TopVendors,
  TopWeaknesses,
} from '../schemas/stats.ts';

const Top = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'How many' })),
};

const day = (description: string) =>
  Type.Optional(Type.String({ format: 'date', description, examples: ['2024-01-01'] }));

const mostSpans = 1_000;
/** How far back a timeline goes where nothing is said. */
const defaultDays = { day: 90, week: 2 * 365, month: 10 * 365 } as const satisfies Record<Interval, number>;

const earliest = '1980-01-01';
const latest = '2100-12-31';

function startsOf(interval: Interval, from: string, to: string): string[] {
  for (const [parameter, value] of Object.entries({ to, from })) {
    if (value >= earliest && value <= latest) continue;
    const message = `A timeline lies between ${earliest} and ${latest}, not on ${value}.`;
    throw new AppError('invalid_input', message, { parameter });
  }
  if (from > to) throw new AppError('invalid_input', '`from` is after `to`: swap them.', { parameter: 'from' });
  const starts = spanStarts(interval, from, to, mostSpans);
  if (starts.length <= mostSpans) return starts;
  const message = `A timeline has at most ${mostSpans} spans: begin later, or ask for weeks or months.`;
  throw new AppError('invalid_input', message, { parameter: 'from' });
}

/** The database in numbers. */
export const statsRoutes: Routes = (app, { db, now }) => {
  const tags = ['statistics'];
  const config = { data: ['vulnerabilities'] } as const;

  app.get(
    '/stats',
    {
      config: { data: ['vulnerabilities', 'indicators'] },
      schema: {
        operationId: 'getStats',
        tags,
        summary: 'Totals: CVEs, exploited ones, by severity, state and source, indicators, EPSS',
        querystring: QueryString({}),
        response: answers(StatsSchema),
      },
    },
    async () => statsOf(await stats(db, 10)),
  );

  app.get(
    '/stats/top-vendors',
    {
      config,
      schema: {
        operationId: 'getTopVendors',
        tags,
        summary: 'The vendors that most CVEs name',
        querystring: QueryString(Top),
        response: answers(TopVendors),
      },
    },
    async ({ query }) => {
      const top = await topNames(db, 'vendor', query.limit ?? 10);
      return { items: top.map(({ name, count }) => ({ vendor: name, count })) };
    },
  );

  app.get(
    '/stats/top-weaknesses',
    {
      config: { data: ['vulnerabilities', 'catalogues'] },
      schema: {
        operationId: 'getTopWeaknesses',
        tags,
        summary: 'The weaknesses that most CVEs have',
        querystring: QueryString(Top),
        response: answers(TopWeaknesses),
      },
    },
    async ({ query }) => {
      const top = await topNames(db, 'cwe', query.limit ?? 10);
      const names = await weaknessNames(
        db,
        top.map(({ name }) => name),
      );
      return { items: top.map(({ name, count }) => ({ cwe_id: name, name: names.get(name) ?? null, count })) };
    },
  );

  app.get(
    '/stats/severity-distribution',
    {
      config,
      schema: {
        operationId: 'getSeverityDistribution',
        tags,
        summary: 'How many CVEs there are of each severity',
        querystring: QueryString({}),
        response: answers(SeverityDistribution),
      },
    },
    async () => distributionOf(await bySeverity(db)),
  );

  app.get(
    '/stats/timeline',
    {
      config: { ...config, timely: true },
      schema: {
        operationId: 'getTimeline',
        tags,
        summary: 'How many CVEs were published over time, by severity',
        querystring: QueryString({
          interval: Type.Optional(
            Type.Enum(['day', 'week', 'month'], { default: 'month', description: 'Weeks begin on Mondays' }),
          ),
          from: day('The first day; without it 90 days, two years or ten years ago'),
          to: day('The last day; without it today'),
        }),
        response: answers(Timeline),
      },
    },
    async ({ query }) => {
      const { interval = 'month', to = now().toISOString().slice(0, 10) } = query;
      const starts = startsOf(interval, query.from ?? shifted(to, -defaultDays[interval]), to);
      const from = starts[0] ?? to;
      return { interval, from, to, items: spansOf(starts, await publishedOver(db, interval, { from, to })) };
    },
  );

  app.get(
    '/stats/ingestion-history',
    {
      config: { data: ['operations'], timely: true },
      schema: {
        operationId: 'getIngestionHistory',
        tags,
        summary: 'What was loaded, by day and source',
        querystring: QueryString({
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, default: 30, description: 'How far back' })),
          source: Type.Optional(
            Type.String({ minLength: 1, maxLength: 100, description: 'Of one source only', examples: ['nvd'] }),
          ),
        }),
        response: answers(IngestionHistory),
      },
    },
    async ({ query }) => {
      const { days = 30, source = null } = query;
      const since = `${shifted(now().toISOString().slice(0, 10), -days)}T00:00:00Z`;
      return { days, items: (await ingestedSince(db, since, source)).map(ingestionDayOf) };
    },
  );
};
