import type { IndicatorReport } from '../domain/indicator.ts';
import type { Db } from './database.ts';
import { type IndicatorKey, keyArrays, keyOf, rowsByKey } from './indicator-key.ts';
import { binaryArray } from './write/binary-arrays.ts';

/** How an incoming report differs from what is stored. */
export interface Difference {
  readonly n: number; // its place among those asked for, from 0
  readonly mine: boolean; // its source has spoken of the indicator before
  readonly others: boolean; // other sources have
}

/** Which of `reports` of `source` are not stored word for word, or were not confirmed after their `since` (ISO 8601 UTC). */
export async function differences(
  db: Db,
  source: string,
  reports: readonly (IndicatorKey & { readonly contentHash: string; readonly since: string })[],
): Promise<Difference[]> {
  const contents = reports.map((r) => r.contentHash);
  const since = reports.map((r) => r.since);
  const { rows } = await db.query<Difference & { same: boolean }>(
    `SELECT x.n::int - 1 AS n, bool_or(r.source = $5) AS mine, bool_or(r.source <> $5) AS others,
            bool_or(r.source = $5 AND r.content_hash = x.content_hash AND r.withdrawn_at IS NULL AND r.reported_at > x.since) AS same
     FROM (
       SELECT * FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::timestamptz[]) WITH ORDINALITY
         AS k(value_hash, ioc_type, content_hash, since, n)
     ) AS x JOIN ioc_reports AS r ON r.value_hash = x.value_hash AND r.ioc_type = x.ioc_type
     WHERE r.value_hash = ANY($1::bytea[]) GROUP BY x.n`,
    [...keyArrays(reports), binaryArray('bytea', contents), binaryArray('timestamptz', since), source],
  );
  const known = new Map(rows.map(({ same, ...difference }) => [difference.n, same ? null : difference]));
  return reports.flatMap((_, n) => {
    const difference = known.get(n);
    return difference === null ? [] : [difference ?? { n, mine: false, others: false }];
  });
}

/** A report as it is stored; the value is in its indicator's row. */
export interface StoredReport extends IndicatorKey {
  readonly source: string;
  readonly contentHash: string; // hexadecimal
  readonly content: Omit<IndicatorReport, 'value' | 'type'>;
  readonly withdrawnAt: string | null;
  readonly reportedAt: string; // when it was last known that the source says so
}

type Flat = Omit<StoredReport, 'content'> & StoredReport['content'];

/** Nobody is reported by more sources than that. */
const maxReports = 1000;

/** What all sources say of these indicators, by `keyOf`; withdrawn reports included. */
export async function storedReports(db: Db, keys: readonly IndicatorKey[]): Promise<Map<string, StoredReport[]>> {
  const byKey = new Map<string, StoredReport[]>();
  if (keys.length === 0) return byKey;
  const { rows } = await db.query<Flat>(
    `SELECT encode(r.value_hash, 'hex') AS "valueHash", r.ioc_type AS type, r.source,
            encode(r.content_hash, 'hex') AS "contentHash", r.threat_type AS "threatType", r.malware, r.tags, r.confidence,
            r.first_seen AS "firstSeen", r.last_seen AS "lastSeen", r.active, r.source_url AS "sourceUrl", r.context,
            r.withdrawn_at AS "withdrawnAt", r.reported_at AS "reportedAt"
     FROM ${rowsByKey('ioc_reports', 'r')} LIMIT $3`,
    [...keyArrays(keys), keys.length * maxReports],
  );
  for (const { valueHash, type, source, contentHash, withdrawnAt, reportedAt, ...content } of rows) {
    const report = { valueHash, type, source, contentHash, content, withdrawnAt, reportedAt };
    const list = byKey.get(keyOf(report));
    if (list) list.push(report);
    else byKey.set(keyOf(report), [report]);
  }
  return byKey;
}

/** What stands in `ioc_reports` of these indicators now, as `versionOf` has it: to be compared with what a plan was made from. */
export async function reportVersions(db: Db, keys: readonly IndicatorKey[]): Promise<Set<string>> {
  const { rows } = await db.query<{ version: string }>(
    `SELECT r.ioc_type || ':' || encode(r.value_hash, 'hex') || ' ' || r.source || ' ' || encode(r.content_hash, 'hex')
              || CASE WHEN r.withdrawn_at IS NULL THEN '' ELSE ' withdrawn' END AS version
     FROM ${rowsByKey('ioc_reports', 'r')} LIMIT $3`,
    [...keyArrays(keys), keys.length * maxReports],
  );
  return new Set(rows.map((r) => r.version));
}

/** A report's key and content in a word. */
export function versionOf(r: StoredReport): string {
  return `${keyOf(r)} ${r.source} ${r.contentHash}${r.withdrawnAt === null ? '' : ' withdrawn'}`;
}

/** Indicators that a source reports, in pages of at most `limit` after a value's hash; with `withdrawn` also what it withdrew. */
export async function indicatorsOfSource(
  db: Db,
  source: string,
  after: string,
  limit: number,
  withdrawn: boolean,
): Promise<IndicatorKey[]> {
  const { rows } = await db.query<IndicatorKey>(
    `SELECT encode(value_hash, 'hex') AS "valueHash", ioc_type AS type FROM ioc_reports
     WHERE source = $1 AND value_hash > decode($2, 'hex') AND ($4 OR withdrawn_at IS NULL)
     ORDER BY value_hash LIMIT $3`,
    [source, after, limit, withdrawn],
  );
  return rows;
}
