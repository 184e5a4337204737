import type { Db } from './database.ts';

/** How much there is of everything. */
export interface Totals {
  readonly vulnerabilities: number;
  readonly exploited: number;
  readonly indicators: number;
  readonly techniques: number;
}

/** Counts rows, by indexes: some tenths of a second for a million indicators. */
export async function totals(db: Db): Promise<Totals> {
  const { rows } = await db.query<Totals>(
    `SELECT (SELECT count(*) FROM vulnerabilities) AS vulnerabilities,
            (SELECT count(*) FROM vulnerabilities WHERE exploited_in_the_wild) AS exploited,
            (SELECT count(*) FROM iocs) AS indicators, (SELECT count(*) FROM techniques) AS techniques`,
  );
  return rows[0] ?? { vulnerabilities: 0, exploited: 0, indicators: 0, techniques: 0 };
}
