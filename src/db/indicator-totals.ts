import type { Db } from './database.ts';

/** The indicators in numbers. */
export interface IndicatorTotals {
  readonly total: number;
  readonly active: number;
  readonly byType: readonly { readonly name: string; readonly count: number }[];
}

/** Counts every indicator: some tenths of a second for a million. */
export async function indicatorTotals(db: Db): Promise<IndicatorTotals> {
  const { rows } = await db.query<{ name: string; count: number; active: number }>(
    `SELECT ioc_type AS name, count(*)::int AS count, count(*) FILTER (WHERE status = 'active')::int AS active
     FROM iocs GROUP BY ioc_type ORDER BY 2 DESC, 1 LIMIT 10`,
  );
  return {
    total: rows.reduce((sum, row) => sum + row.count, 0),
    active: rows.reduce((sum, row) => sum + row.active, 0),
    byType: rows.map(({ name, count }) => ({ name, count })),
  };
}
