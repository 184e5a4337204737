import type { IndicatorReport } from '../../domain/indicator.ts';
import type { Db } from '../database.ts';
import { isDistributed } from '../distributed.ts';
import { type IndicatorKey, keyArrays, keyRows } from '../indicator-key.ts';
import { type Columns, rowset } from './rowset.ts';

/** A row of `iocs`, derived from the reports on it. Times are ISO 8601 UTC. */
export interface IndicatorRow extends IndicatorKey {
  readonly value: string;
  readonly threatType: string | null;
  readonly tags: readonly string[];
  readonly confidence: number | null;
  readonly status: 'active' | 'inactive' | 'expired';
  readonly statusUntil: string | null; // when time alone changes the status; null: never
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly expiresAt: string | null;
  readonly source: string;
  readonly sourceUrl: string | null;
  readonly context: IndicatorReport['context'];
  readonly host: string | null; // of a URL or e-mail address
  readonly sources: readonly string[];
}

/** A row of `ioc_reports`: what one source says of an indicator. */
export interface ReportRow extends IndicatorKey, Omit<IndicatorReport, 'type' | 'value'> {
  readonly source: string;
  readonly contentHash: string; // hexadecimal
}

const keyColumns: Columns<IndicatorKey> = {
  value_hash: { type: 'bytea', of: (r) => r.valueHash },
  ioc_type: { type: 'text', of: (r) => r.type },
};

const indicatorColumns: Columns<IndicatorRow> = {
  ...keyColumns,
  value: { type: 'text', of: (r) => r.value },
  threat_type: { type: 'text', of: (r) => r.threatType },
  tags: { type: 'jsonb', of: (r) => jsonList(r.tags) },
  confidence: { type: 'float8', of: (r) => r.confidence },
  status: { type: 'text', of: (r) => r.status },
  status_until: { type: 'timestamptz', of: (r) => r.statusUntil },
  first_seen: { type: 'timestamptz', of: (r) => r.firstSeen },
  last_seen: { type: 'timestamptz', of: (r) => r.lastSeen },
  expires_at: { type: 'timestamptz', of: (r) => r.expiresAt },
  source: { type: 'text', of: (r) => r.source },
  source_url: { type: 'text', of: (r) => r.sourceUrl },
  context: { type: 'jsonb', of: (r) => jsonObject(r.context) },
  host: { type: 'text', of: (r) => r.host },
  sources: { type: 'jsonb', of: (r) => jsonList(r.sources) },
};

const reportColumns: Columns<ReportRow> = {
  ...keyColumns,
  source: { type: 'text', of: (r) => r.source },
  content_hash: { type: 'bytea', of: (r) => r.contentHash },
  threat_type: { type: 'text', of: (r) => r.threatType },
  malware: { type: 'text', of: (r) => r.malware },
  tags: { type: 'jsonb', of: (r) => jsonList(r.tags) },
  confidence: { type: 'float8', of: (r) => r.confidence },
  first_seen: { type: 'timestamptz', of: (r) => r.firstSeen },
  last_seen: { type: 'timestamptz', of: (r) => r.lastSeen },
  active: { type: 'bool', of: (r) => r.active },
  source_url: { type: 'text', of: (r) => r.sourceUrl },
  context: { type: 'jsonb', of: (r) => jsonObject(r.context) },
};

/**
 * Inserts indicators that are not there yet, ordered by the caller, so that two writers cannot deadlock. Returns how many
 * went in: fewer than given when somebody else was faster.
 */
export async function insertIndicators(tx: Db, rows: readonly IndicatorRow[], at: string): Promise<number> {
  if (rows.length === 0) return 0;
  const { names, select, from, params } = rowset(indicatorColumns, rows);
  const now = `$${params.length + 1}::timestamptz`;
  const result = await tx.query(
    `INSERT INTO iocs (${names}, created_at, updated_at) SELECT ${select}, ${now}, ${now} FROM ${from}
     ON CONFLICT (value_hash, ioc_type) DO NOTHING`,
    [...params, at],
  );
  return result.rowCount ?? 0;
}

/** Puts derived rows in place of the ones there. */
export async function updateIndicators(tx: Db, rows: readonly IndicatorRow[], at: string): Promise<number> {
  if (rows.length === 0) return 0;
  const { select, from, params } = rowset(indicatorColumns, rows);
  const result = await tx.query(
    `UPDATE iocs AS i SET ${assignments(indicatorColumns)}, updated_at = $${params.length + 1}
     FROM (SELECT ${select} FROM ${from}) AS r WHERE i.value_hash = r.value_hash AND i.ioc_type = r.ioc_type`,
    [...params, at],
  );
  return result.rowCount ?? 0;
}

/** Stores reports on indicators that their sources have not spoken of yet. */
export async function insertReports(tx: Db, rows: readonly ReportRow[], runId: number, at: string): Promise<void> {
  if (rows.length === 0) return;
  const { names, select, from, params } = rowset(reportColumns, rows);
  const run = `$${params.length + 1}::bigint`;
  const now = `$${params.length + 2}::timestamptz`;
  await tx.query(
    `INSERT INTO ioc_reports (${names}, run_id, reported_at, changed_at)
     SELECT ${select}, ${run}, ${now}, ${now} FROM ${from}`,
    [...params, runId, at],
  );
}

/** Puts reports in place of what the same sources said of the same indicators before. */
export async function updateReports(tx: Db, rows: readonly ReportRow[], runId: number, at: string): Promise<void> {
  if (rows.length === 0) return;
  const { select, from, params } = rowset(reportColumns, rows);
  await tx.query(
    `UPDATE ioc_reports AS i SET ${assignments(reportColumns)}, withdrawn_at = NULL, run_id = $${params.length + 1},
       reported_at = $${params.length + 2}, changed_at = $${params.length + 2}
     FROM (SELECT ${select} FROM ${from}) AS r
     WHERE i.value_hash = r.value_hash AND i.ioc_type = r.ioc_type AND i.source = r.source`,
    [...params, runId, at],
  );
}

/** Most lists and objects are empty. */
function jsonList(list: readonly string[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list);
}

function jsonObject(object: IndicatorReport['context']): string {
  for (const _ in object) return JSON.stringify(object);
  return '{}';
}

function assignments<Row>(columns: Columns<Row>): string {
  return Object.keys(columns)
    .filter((name) => name !== 'value_hash' && name !== 'ioc_type')
    .map((name) => `${name} = r.${name}`)
    .join(', ');
}

/** Notes that sources still say what they said, so that it does not age. */
export async function confirmReports(tx: Db, source: string, keys: readonly IndicatorKey[], at: string): Promise<void> {
  await updateOfSource(tx, source, keys, 'reported_at = $4', [at]);
}

/** Marks what `source` said of these indicators as withdrawn: kept, but it no longer says so. */
export async function withdrawReports(
  tx: Db,
  source: string,
  keys: readonly IndicatorKey[],
  runId: number,
  at: string,
): Promise<void> {
  await updateOfSource(tx, source, keys, 'withdrawn_at = $4, changed_at = $4, run_id = $5', [at, runId]);
}

async function updateOfSource(
  tx: Db,
  source: string,
  keys: readonly IndicatorKey[],
  assignment: string,
  params: readonly unknown[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(
    `UPDATE ioc_reports AS r SET ${assignment} FROM ${keyRows}
     WHERE r.value_hash = x.value_hash AND r.ioc_type = x.ioc_type AND r.source = $3`,
    [...keyArrays(keys), source, ...params],
  );
}

/** Takes out what `source` said of these indicators. */
export async function deleteReports(tx: Db, source: string, keys: readonly IndicatorKey[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(
    `DELETE FROM ioc_reports AS r USING ${keyRows}
     WHERE r.value_hash = x.value_hash AND r.ioc_type = x.ioc_type AND r.source = $3`,
    [...keyArrays(keys), source],
  );
}

/** Takes out indicators that no source speaks of any more. */
export async function deleteIndicators(tx: Db, keys: readonly IndicatorKey[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(
    `DELETE FROM iocs AS i USING ${keyRows} WHERE i.value_hash = x.value_hash AND i.ioc_type = x.ioc_type`,
    keyArrays(keys),
  );
}

/**
 * Locks these indicators until the transaction ends, in one order for all, so that two writers cannot deadlock. Rows on
 * several nodes cannot be locked by one statement: in a cluster the writers take turns.
 */
export async function lockIndicators(tx: Db, keys: readonly IndicatorKey[]): Promise<void> {
  if (keys.length === 0) return;
  if (await isDistributed(tx)) {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('indicators', 0))`);
    return;
  }
  await tx.query(
    `SELECT FROM iocs WHERE value_hash = ANY($1::bytea[]) ORDER BY value_hash, ioc_type FOR UPDATE`,
    keyArrays(keys).slice(0, 1),
  );
}
