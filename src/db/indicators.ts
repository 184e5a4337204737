import type { IndicatorReport, IndicatorType } from '../domain/indicator.ts';
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
export const indicatorColumns = `i.ioc_type AS type, i.value, i.threat_type AS "threatType", i.tags, i.confidence, i.status,
  i.first_seen AS "firstSeen", i.last_seen AS "lastSeen", i.expires_at AS "expiresAt", i.sources, i.source_url AS "sourceUrl", i.context,
  ARRAY(SELECT DISTINCT r.malware FROM ioc_reports r
    WHERE r.value_hash = i.value_hash AND r.ioc_type = i.ioc_type AND r.malware IS NOT NULL ORDER BY 1 LIMIT 20) AS malware`;

/** What to look at first. */
export const indicatorOrder = `array_position(ARRAY['active', 'inactive', 'expired'], i.status), i.last_seen DESC NULLS LAST,
  i.confidence DESC NULLS LAST, i.value`;

/** Those of these indicators that are known, by `keyOf`. */
export async function knownIndicators(db: Db, keys: readonly IndicatorKey[]): Promise<Map<string, KnownIndicator>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<KnownIndicator & { valueHash: string }>(
    `SELECT encode(i.value_hash, 'hex') AS "valueHash", ${indicatorColumns}
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
  // Not host by host: while a first load has put the index off, that would read the table as often.
  const { rows } = await db.query<KnownIndicator & { host: string }>(
    `SELECT i.host, ${indicatorColumns} FROM (
       SELECT *, row_number() OVER (PARTITION BY host ORDER BY last_seen DESC NULLS LAST, value) AS place
       FROM iocs WHERE host = ANY($1::text[]) AND ioc_type = 'url'
     ) AS i WHERE place <= $2 ORDER BY i.host, place`,
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

/** The indicator with this key, or null. */
export async function knownIndicator(db: Db, key: IndicatorKey): Promise<KnownIndicator | null> {
  return (await knownIndicators(db, [key])).get(keyOf(key)) ?? null;
}

/** What narrows a search for indicators; all of it must hold. */
export interface IndicatorFilter {
  readonly text: string; // a part of the value; '' for all
  readonly type?: IndicatorType;
  readonly source?: string;
  readonly status?: KnownIndicator['status'];
  readonly tag?: string;
}

/** So many matches are gathered and put in order; of more, the first that are met. */
const gathered = 5000;

/** Indicators that match, the active and latest first, at most `limit`; and how many match, counted no further than 5,000. */
export async function searchIndicators(
  db: Db,
  filter: IndicatorFilter,
  limit: number,
): Promise<{ hits: KnownIndicator[]; total: { value: number; exact: boolean } }> {
  const params: unknown[] = [limit];
  const p = (value: unknown) => `$${params.push(value)}`;
  const { text, type, source, status, tag } = filter;
  const where = [
    ...(text ? [`value ILIKE ${p(`%${text.replaceAll(/[\\%_]/g, '\\$&')}%`)}`] : []),
    ...(type ? [`ioc_type = ${p(type)}`] : []),
    ...(status ? [`status = ${p(status)}`] : []),
    ...(tag ? [`tags @> ${p(JSON.stringify([tag]))}::jsonb AND tags <> '[]'::jsonb`] : []),
    ...(source
      ? [
          `EXISTS (SELECT FROM ioc_reports r WHERE r.value_hash = iocs.value_hash AND r.ioc_type = iocs.ioc_type
             AND r.source = ${p(source)} AND r.withdrawn_at IS NULL)`,
        ]
      : []),
  ];
  const { rows } = await db.query<KnownIndicator & { total: number }>(
    `WITH found AS MATERIALIZED (
       SELECT * FROM iocs WHERE ${where.length > 0 ? where.join(' AND ') : 'true'} LIMIT ${gathered + 1}
     ) SELECT (SELECT count(*)::int FROM found) AS total, ${indicatorColumns} FROM found AS i
     ORDER BY ${indicatorOrder} LIMIT $1`,
    params,
  );
  const total = rows[0]?.total ?? 0;
  return {
    hits: rows.map(({ total: _, ...hit }) => hit),
    total: { value: Math.min(total, gathered), exact: total <= gathered },
  };
}

/** What one source says of an indicator, for people. */
export interface ShownReport extends Omit<IndicatorReport, 'type' | 'value'> {
  readonly source: string;
  readonly reportedAt: string; // when it was last known that the source says so
  readonly withdrawnAt: string | null;
}

/** Who says what of an indicator. */
export async function reportsOn(db: Db, { valueHash, type }: IndicatorKey): Promise<ShownReport[]> {
  const { rows } = await db.query<ShownReport>(
    `SELECT source, threat_type AS "threatType", malware, tags, confidence, first_seen AS "firstSeen", last_seen AS "lastSeen",
            active, source_url AS "sourceUrl", context, reported_at AS "reportedAt", withdrawn_at AS "withdrawnAt"
     FROM ioc_reports WHERE value_hash = decode($1, 'hex') AND ioc_type = $2 ORDER BY source LIMIT 1000`,
    [valueHash, type],
  );
  return rows;
}
