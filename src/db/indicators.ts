import type { IndicatorReport, IndicatorType } from '../domain/indicator.ts';
import type { Db } from './database.ts';
import { isDistributed } from './distributed.ts';
import { type IndicatorKey, keyArrays, keyOf, rowsByKey } from './indicator-key.ts';

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

/** A row of `iocs AS i` with `indicatorColumns`: all but who calls its malware what, which `withFamilies` adds. */
export type IndicatorItself = Omit<KnownIndicator, 'malware'> & { readonly valueHash: string };

/** The columns of `iocs AS i` under the names of the domain. */
export const indicatorColumns = `encode(i.value_hash, 'hex') AS "valueHash", i.ioc_type AS type, i.value,
  i.threat_type AS "threatType", i.tags, i.confidence, i.status, i.first_seen AS "firstSeen", i.last_seen AS "lastSeen",
  i.expires_at AS "expiresAt", i.sources, i.source_url AS "sourceUrl", i.context`;

/** More families of one indicator are not told. */
const mostFamilies = 20;

/** Indicators with the families of malware that their sources name. */
export async function withFamilies(db: Db, found: readonly IndicatorItself[]): Promise<KnownIndicator[]> {
  if (found.length === 0) return [];
  const { rows } = await db.query<IndicatorKey & { malware: string[] }>(
    `SELECT encode(r.value_hash, 'hex') AS "valueHash", r.ioc_type AS type,
            (array_agg(DISTINCT r.malware ORDER BY r.malware))[1:${mostFamilies}] AS malware
     FROM ${rowsByKey('ioc_reports', 'r')} AND r.malware IS NOT NULL GROUP BY r.value_hash, r.ioc_type`,
    keyArrays(found),
  );
  const families = new Map(rows.map((row) => [keyOf(row), row.malware]));
  return found.map(({ valueHash, ...indicator }) => ({
    ...indicator,
    malware: families.get(keyOf({ valueHash, type: indicator.type })) ?? [],
  }));
}

/** What to look at first. */
export const indicatorOrder = `array_position(ARRAY['active', 'inactive', 'expired'], i.status), i.last_seen DESC NULLS LAST,
  i.confidence DESC NULLS LAST, i.value`;

/** Those of these indicators that are known, by `keyOf`. */
export async function knownIndicators(db: Db, keys: readonly IndicatorKey[]): Promise<Map<string, KnownIndicator>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<IndicatorItself>(
    `SELECT ${indicatorColumns}
     FROM ${rowsByKey('iocs', 'i')}`,
    keyArrays(keys),
  );
  const known = await withFamilies(db, rows);
  return new Map(rows.map((row, n) => [keyOf(row), known[n] as KnownIndicator]));
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
  const { rows } = await db.query<IndicatorItself & { host: string }>(
    `SELECT i.host, ${indicatorColumns} FROM (
       SELECT *, row_number() OVER (PARTITION BY host ORDER BY last_seen DESC NULLS LAST, value) AS place
       FROM iocs WHERE host = ANY($1::text[]) AND ioc_type = 'url'
     ) AS i WHERE place <= $2 ORDER BY i.host, place`,
    [hosts, limit],
  );
  const known = await withFamilies(
    db,
    rows.map(({ host: _, ...row }) => row),
  );
  rows.forEach(({ host }, n) => {
    byHost.set(host, [...(byHost.get(host) ?? []), known[n] as KnownIndicator]);
  });
  return byHost;
}

/** The prefix lengths of the networks among the indicators: a walk from one to the next, however many networks there are. */
export async function networkPrefixes(db: Db): Promise<number[]> {
  const next = (after: string) =>
    `(SELECT split_part(value, '/', 2) FROM iocs WHERE ioc_type = 'ip' AND value LIKE '%/%' ${after}
      ORDER BY split_part(value, '/', 2) LIMIT 1)`;
  if (await isDistributed(db)) return prefixesOneByOne(db);
  const { rows } = await db.query<{ length: number }>(
    `WITH RECURSIVE lengths(length) AS (
       SELECT ${next('')}
       UNION ALL SELECT ${next("AND split_part(value, '/', 2) > length")} FROM lengths WHERE length IS NOT NULL
     ) SELECT length::int AS length FROM lengths WHERE length IS NOT NULL ORDER BY 1 LIMIT 200`,
  );
  return rows.map((r) => r.length);
}

/** The same walk, a statement each step: Citus knows no recursion over a distributed table. */
async function prefixesOneByOne(db: Db): Promise<number[]> {
  const lengths: string[] = [];
  for (;;) {
    const { rows } = await db.query<{ length: string }>(
      `SELECT split_part(value, '/', 2) AS length FROM iocs
       WHERE ioc_type = 'ip' AND value LIKE '%/%' AND split_part(value, '/', 2) > $1
       ORDER BY split_part(value, '/', 2) LIMIT 1`,
      [lengths.at(-1) ?? ''],
    );
    if (!rows[0] || lengths.length === 200) return lengths.map(Number).toSorted((a, b) => a - b);
    lengths.push(rows[0].length);
  }
}

/** The indicator with this key, or null. */
export async function knownIndicator(db: Db, key: IndicatorKey): Promise<KnownIndicator | null> {
  return (await knownIndicators(db, [key])).get(keyOf(key)) ?? null;
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
