import type { IndicatorType } from '../domain/indicator.ts';
import type { Db } from './database.ts';
import { type IndicatorKey, keyArrays, keyOf, keyRows } from './indicator-key.ts';

/** An indicator as people see it. */
export interface KnownIndicator {
  readonly type: IndicatorType;
  readonly value: string;
  readonly threatType: string | null;
  readonly malware: readonly string[]; // families, by all who report it
  readonly tags: readonly string[];
  readonly confidence: number | null; // 0–1
  readonly status: 'active' | 'inactive' | 'expired';
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly expiresAt: string | null;
  readonly sources: readonly string[]; // who reports it, best known first
  readonly sourceUrl: string | null;
  readonly context: Readonly<Record<string, string | number>>;
}

/** The columns of `iocs AS i` under the names of the domain. */
const columns = `i.ioc_type AS type, i.value, i.threat_type AS "threatType", i.tags, i.confidence, i.status,
  i.first_seen AS "firstSeen", i.last_seen AS "lastSeen", i.expires_at AS "expiresAt", i.sources, i.source_url AS "sourceUrl", i.context,
  ARRAY(SELECT DISTINCT r.malware FROM ioc_reports r
    WHERE r.value_hash = i.value_hash AND r.ioc_type = i.ioc_type AND r.malware IS NOT NULL ORDER BY 1 LIMIT 20) AS malware`;

/** Those of these indicators that are known, by `keyOf`. */
export async function knownIndicators(db: Db, keys: readonly IndicatorKey[]): Promise<Map<string, KnownIndicator>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<KnownIndicator & { valueHash: string }>(
    `SELECT encode(i.value_hash, 'hex') AS "valueHash", ${columns}
     FROM ${keyRows} CROSS JOIN LATERAL (
       SELECT * FROM iocs WHERE value_hash = x.value_hash AND ioc_type = x.ioc_type LIMIT 1
     ) AS i`,
    keyArrays(keys),
  );
  return new Map(rows.map(({ valueHash, ...known }) => [keyOf({ valueHash, type: known.type }), known]));
}

/** The known URLs on each of these hosts, the latest first, at most `limit` each. */
export async function urlsOnHosts(
  db: Db,
  hosts: readonly string[],
  limit: number,
): Promise<Map<string, KnownIndicator[]>> {
  const byHost = new Map<string, KnownIndicator[]>();
  if (hosts.length === 0) return byHost;
  const { rows } = await db.query<KnownIndicator & { host: string }>(
    `SELECT x.host, ${columns} FROM unnest($1::text[]) AS x(host) CROSS JOIN LATERAL (
       SELECT * FROM iocs WHERE host = x.host AND ioc_type = 'url' ORDER BY last_seen DESC NULLS LAST, value LIMIT $2
     ) AS i`,
    [hosts, limit],
  );
  for (const { host, ...known } of rows) {
    const list = byHost.get(host);
    if (list) list.push(known);
    else byHost.set(host, [known]);
  }
  return byHost;
}

/** The prefix lengths of the networks among the indicators: a walk from one to the next, however many networks there are. */
export async function networkPrefixes(db: Db): Promise<number[]> {
  const next = (after: string) =>
    `(SELECT split_part(value, '/', 2) FROM iocs WHERE ioc_type = 'ip' AND value LIKE '%/%' ${after}
      ORDER BY split_part(value, '/', 2) LIMIT 1)`;
  const { rows } = await db.query<{ length: number }>(
    `WITH RECURSIVE lengths(length) AS (
       SELECT ${next('')}
       UNION ALL SELECT ${next("AND split_part(value, '/', 2) > length")} FROM lengths WHERE length IS NOT NULL
     ) SELECT length::int AS length FROM lengths WHERE length IS NOT NULL ORDER BY 1 LIMIT 200`,
  );
  return rows.map((r) => r.length);
}
