import type { Db } from './database.ts';

/** A figure now, and as it was before. */
export interface NowAndBefore {
  readonly now: number;
  readonly before: number;
}

/** What happened in a span of time until now, beside the span of the same length before it. */
export interface Lately {
  /** How many CVEs there are now, and were at the span's beginning. */
  readonly total: NowAndBefore;
  /** How many are exploited now, and how many of them were listed at the span's beginning. */
  readonly exploited: NowAndBefore;
  readonly published: NowAndBefore; // in the span, and in the one before
  readonly added: NowAndBefore; // to this database
  readonly changed: NowAndBefore; // records whose last change here lies in the span
}

/** What happened since a moment, and in as much time before it. All of it from indexes, but for the exploited CVEs. */
export async function lately(db: Db, now: string, days: number): Promise<Lately> {
  const within = (column: string) =>
    `(SELECT count(*)::int FROM vulnerabilities WHERE ${column} > $1::timestamptz - make_interval(days => $2) AND ${column} <= $1) AS ${column}_now,
     (SELECT count(*)::int FROM vulnerabilities WHERE ${column} > $1::timestamptz - make_interval(days => 2 * $2)
        AND ${column} <= $1::timestamptz - make_interval(days => $2)) AS ${column}_before`;
  const { rows } = await db.query<Record<string, number>>(
    `SELECT ${['published_at', 'created_at', 'updated_at'].map(within).join(',\n')},
     (SELECT count(*)::int FROM vulnerabilities) AS total_now,
     (SELECT count(*)::int FROM vulnerabilities WHERE created_at <= $1::timestamptz - make_interval(days => $2)) AS total_before,
     (SELECT count(*)::int FROM vulnerabilities WHERE exploited_in_the_wild) AS exploited_now,
     (SELECT count(*)::int FROM vulnerabilities
        WHERE exploited_in_the_wild AND (exploited_since IS NULL OR exploited_since <= ($1::timestamptz - make_interval(days => $2))::date))
       AS exploited_before`,
    [now, days],
  );
  const figure = (name: string) => ({ now: rows[0]?.[`${name}_now`] ?? 0, before: rows[0]?.[`${name}_before`] ?? 0 });
  return {
    total: figure('total'),
    exploited: figure('exploited'),
    published: figure('published_at'),
    added: figure('created_at'),
    changed: figure('updated_at'),
  };
}
