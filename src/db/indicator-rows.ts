import type { Db } from './database.ts';
import { isDistributed } from './distributed.ts';
import { type IndicatorKey, keyArrays, keyOf, rowsByKey } from './indicator-key.ts';
import type { IndicatorRow } from './write/indicators.ts';

/** The rows of these indicators as they are derived now, by `keyOf`. */
export async function indicatorRows(db: Db, keys: readonly IndicatorKey[]): Promise<Map<string, IndicatorRow>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<IndicatorRow>(
    `SELECT encode(i.value_hash, 'hex') AS "valueHash", i.ioc_type AS type, i.value, i.threat_type AS "threatType", i.tags,
            i.confidence, i.status, i.status_until AS "statusUntil", i.first_seen AS "firstSeen", i.last_seen AS "lastSeen",
            i.expires_at AS "expiresAt", i.source, i.source_url AS "sourceUrl", i.context, i.host, i.sources
     FROM ${rowsByKey('iocs', 'i')}`,
    keyArrays(keys),
  );
  return new Map(rows.map((r) => [keyOf(r), r]));
}

/** So many are counted one by one; of more the planner's estimate will do. */
const countedUpTo = 50_000;

/** About how many indicators there are; infinitely many where many are spread over a cluster. */
export async function heldIndicators(db: Db): Promise<number> {
  const { rows } = await db.query<{ counted: number; estimated: number }>(
    `SELECT (SELECT count(*) FROM (SELECT FROM iocs LIMIT ${countedUpTo}) AS first)::int AS counted,
            greatest(0, reltuples)::bigint AS estimated FROM pg_class WHERE oid = 'iocs'::regclass`,
  );
  const { counted = 0, estimated = 0 } = rows[0] ?? {};
  if (counted < countedUpTo) return counted;
  // The estimates of a cluster's shards lie on its nodes; whoever asks wants to know whether there are many.
  return (await isDistributed(db)) ? Number.POSITIVE_INFINITY : Math.max(counted, estimated);
}

/** Indicators whose status changes by itself until `at` (ISO 8601 UTC), the first ones first; at most `limit`. */
export async function agedIndicators(db: Db, at: string, limit: number): Promise<IndicatorKey[]> {
  const { rows } = await db.query<IndicatorKey>(
    `SELECT encode(value_hash, 'hex') AS "valueHash", ioc_type AS type FROM iocs
     WHERE status_until <= $1 ORDER BY status_until LIMIT $2`,
    [at, limit],
  );
  return rows;
}

/** All indicators in pages of at most `limit` after a value's hash. */
export async function indicatorsAfter(db: Db, after: string, limit: number): Promise<IndicatorKey[]> {
  const { rows } = await db.query<IndicatorKey>(
    `SELECT encode(value_hash, 'hex') AS "valueHash", ioc_type AS type FROM iocs
     WHERE value_hash > decode($1, 'hex') ORDER BY value_hash LIMIT $2`,
    [after, limit],
  );
  return rows;
}
