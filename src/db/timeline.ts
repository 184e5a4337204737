import type { Severity } from '../domain/record.ts';
import type { Interval } from '../domain/spans.ts';
import type { Db } from './database.ts';

/** How many CVEs were published in a span of time, by severity. */
export interface TimelineRow {
  readonly start: string; // YYYY-MM-DD, its first day in UTC
  readonly severity: Severity | 'UNKNOWN';
  readonly count: number;
}

/** CVEs by when they were published, from a day to a day, both included; spans without any have no rows. Weeks begin on Mondays. */
export async function publishedOver(
  db: Db,
  interval: Interval,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<TimelineRow[]> {
  const { rows } = await db.query<TimelineRow>(
    `SELECT date_trunc($1, published_at AT TIME ZONE 'UTC')::date AS start, severity, count(*)::int AS count
     FROM vulnerabilities
     WHERE published_at >= $2::date AT TIME ZONE 'UTC' AND published_at < ($3::date + 1) AT TIME ZONE 'UTC'
     GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 20000`,
    [interval, from, to],
  );
  return rows;
}

/** What was loaded on a day from a source. */
export interface IngestionDay {
  readonly day: string; // YYYY-MM-DD, UTC
  readonly source: string;
  readonly runs: number;
  readonly failed: number; // of the runs
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly withdrawn: number;
  readonly seconds: number;
}

/** What was loaded since a moment (ISO 8601), by day and source, the newest day first; at most 5,000 rows. */
export async function ingestedSince(db: Db, since: string, source: string | null): Promise<IngestionDay[]> {
  const sum = (column: string) => `sum(records_${column})::float8`;
  const { rows } = await db.query<IngestionDay>(
    `SELECT (started_at AT TIME ZONE 'UTC')::date AS day, source, count(*)::int AS runs,
            count(*) FILTER (WHERE status = 'failed')::int AS failed, ${sum('fetched')} AS fetched,
            ${sum('inserted')} AS inserted, ${sum('updated')} AS updated, ${sum('unchanged')} AS unchanged,
            ${sum('failed')} AS rejected, ${sum('withdrawn')} AS withdrawn, coalesce(sum(duration_seconds), 0) AS seconds
     FROM ingestion_runs WHERE started_at >= $1 AND ($2::text IS NULL OR source = $2)
     GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT 5000`,
    [since, source],
  );
  return rows;
}
