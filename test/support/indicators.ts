import { createHash } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import { canonical } from '../../src/domain/changes.ts';
import type { IndicatorReport } from '../../src/domain/indicator.ts';
import type { IndicatorFormat } from '../../src/sources/contract.ts';

/** A report that says nothing but what is given. */
export function report(given: Pick<IndicatorReport, 'type' | 'value'> & Partial<IndicatorReport>): IndicatorReport {
  return {
    threatType: null,
    malware: null,
    tags: [],
    confidence: null,
    firstSeen: null,
    lastSeen: null,
    active: null,
    sourceUrl: null,
    context: {},
    ...given,
  };
}

/** A format whose raw records are reports already; one without a type is rejected. */
export function reportFormat(source: string | null, coverage: 'full' | 'delta' = 'delta'): IndicatorFormat {
  return {
    kind: 'indicator',
    id: 'indicator_list',
    version: 1,
    coverage,
    sources: source === null ? [] : [source],
    recognises: () => true,
    parse(value) {
      const given = value as Partial<IndicatorReport>;
      if (!given.type || !given.value) return { kind: 'rejected', reason: 'is no indicator' };
      return { kind: 'records', records: [report({ ...given, type: given.type, value: given.value })], notes: [] };
    },
  };
}

/** Columns that hold when or by which run a row was written, and nothing else. */
const passing = new Set(['run_id', 'created_at', 'updated_at', 'changed_at']);

/** What is known of indicators: the same for the same content, however it came in. */
export async function indicatorsIn(db: Database): Promise<Record<string, unknown[]>> {
  return {
    indicators: await rowsOf(db, 'SELECT * FROM iocs ORDER BY value'),
    reports: await rowsOf(db, 'SELECT * FROM ioc_reports ORDER BY value_hash, source'),
  };
}

async function rowsOf(db: Database, sql: string): Promise<unknown[]> {
  const { rows } = await db.query(sql);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([column]) => !passing.has(column))
        .map(([column, value]) => [column, Buffer.isBuffer(value) ? value.toString('hex') : value]),
    ),
  );
}

/** A digest that tells every write, also one that puts the same values in place again. */
export async function indicatorWrites(db: Database): Promise<string> {
  const hash = createHash('sha256');
  for (const table of ['iocs', 'ioc_reports']) {
    const { rows } = await db.query<{ at: string }>(
      `SELECT ctid::text || ' ' || xmin::text AS at FROM ${table} ORDER BY ctid`,
    );
    hash.update(canonical(rows));
  }
  return hash.digest('hex');
}

export async function emptyIndicators(db: Database): Promise<void> {
  for (const table of ['iocs', 'ioc_reports', 'ingestion_runs', 'rejected_records', 'source_state'])
    await db.query(`DELETE FROM ${table}`);
}
