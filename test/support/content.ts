import { createHash } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import { canonical } from '../../src/domain/changes.ts';

/** Tables whose rows say what is known, beside the diary of runs. */
const tables = {
  vulnerabilities: 'cve_id',
  source_records: 'cve_id, source',
  vulnerability_changes: 'cve_id, id',
  search_terms: 'term',
  source_state: 'source',
  rejected_records: 'id',
  deferred_indexes: 'name',
  search_cache: 'cache_key',
  techniques: 'technique_id',
  tactics: 'tactic_id',
  attack_actors: 'actor_id',
  vulnerability_technique: 'cve_id, technique_id, source, mapping_type',
  weaknesses: 'weakness_id',
  attack_patterns: 'attack_pattern_id',
  catalogues: 'source, part',
  catalogue_records: 'source, entry_id, part',
  epss_scores: 'cve_id',
  epss_history: 'cve_id, day',
  iocs: 'value_hash, ioc_type',
  ioc_reports: 'value_hash, ioc_type, source',
} as const;

/** Columns that hold when or by which run a row was written, and nothing else. */
const passing = new Set([
  'id',
  'run_id',
  'last_run_id',
  'last_success_at',
  'created_at',
  'updated_at',
  'changed_at',
  'first_seen_at',
  'withdrawn_at',
  'scored_on',
  'raw_hash',
]);

/** A digest of what the database knows: the same for the same content, on every database, however it came in. */
export async function contentOf(db: Database): Promise<Record<string, string>> {
  return digests(db, ['vulnerabilities', 'source_records', 'search_terms'], false);
}

/** A digest of what the reference catalogues say. */
export async function cataloguesOf(db: Database): Promise<Record<string, string>> {
  const names = ['techniques', 'tactics', 'attack_actors', 'vulnerability_technique', 'weaknesses'] as const;
  return digests(db, [...names, 'attack_patterns', 'catalogues', 'catalogue_records'], false);
}

/** A digest of the history of changes, without times. */
export async function historyOf(db: Database): Promise<Record<string, string>> {
  return digests(db, ['vulnerability_changes'], false);
}

/** A digest that tells every write, also one that puts the same values in place again. */
export async function writesOf(db: Database): Promise<Record<string, string>> {
  const names = Object.keys(tables).filter((t) => t !== 'source_state') as (keyof typeof tables)[];
  return digests(db, names, true);
}

async function digests(db: Database, names: readonly (keyof typeof tables)[], exact: boolean) {
  const result: Record<string, string> = {};
  for (const name of names) {
    const { rows } = await db.query(
      `SELECT ${exact ? 'ctid::text AS row_at, xmin::text AS row_by, ' : ''}* FROM ${name} ORDER BY ${tables[name]}`,
    );
    const hash = createHash('sha256');
    for (const row of rows) hash.update(canonical(exact ? asText(row) : lasting(row)));
    result[name] = `${rows.length} rows, ${hash.digest('hex').slice(0, 16)}`;
  }
  return result;
}

function lasting(row: object): object {
  return asText(Object.fromEntries(Object.entries(row).filter(([column]) => !passing.has(column))));
}

function asText(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([k, v]) => [k, Buffer.isBuffer(v) ? v.toString('hex') : v]));
}

/** The merged rows as a person would compare them: by CVE, without times of writing. */
export async function merged(db: Database): Promise<Record<string, unknown>> {
  const { rows } = await db.query<{ cve_id: string }>('SELECT * FROM vulnerabilities ORDER BY cve_id');
  return Object.fromEntries(rows.map((row) => [row.cve_id, lasting({ ...row, search: undefined })]));
}

/** Takes all rows out, so that tests may share a database. */
export async function empty(db: Database): Promise<void> {
  for (const name of ['ingestion_runs', ...Object.keys(tables)]) await db.query(`DELETE FROM ${name}`);
}
