import type { Db } from './database.ts';

/**
 * Whether the indicators are spread over a cluster of Citus ("openthreat db distribute"). A few statements that are best on
 * one server are none that Citus can plan: where this is asked, there is another.
 * @see https://docs.citusdata.com/en/stable/develop/reference_workarounds.html
 */
export async function isDistributed(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ citus: boolean }>(`SELECT to_regclass('pg_dist_partition') IS NOT NULL AS citus`);
  if (!rows[0]?.citus) return false;
  return (await db.query(`SELECT FROM pg_dist_partition WHERE logicalrelid = 'iocs'::regclass`)).rows.length > 0;
}
