import type { CveId, RecordState } from '../../domain/record.ts';
import type { SourceId } from '../../domain/source-id.ts';
import type { Db } from '../database.ts';
import { binaryArray, type ColumnType, unnest } from './binary-arrays.ts';

/** A source's record on its way into the database. Hashes are hexadecimal, `record` and `published` stored forms (JSON texts). */
export interface RecordToStore {
  readonly cveId: CveId;
  readonly source: SourceId;
  readonly state: RecordState;
  readonly contentHash: string;
  readonly rawHash: string;
  readonly modifiedAt: string | null;
  readonly record: string;
  readonly published: string | null;
}

const columns = {
  cve_id: 'text',
  source: 'text',
  state: 'text',
  content_hash: 'bytea',
  raw_hash: 'bytea',
  modified_at: 'timestamptz',
  record: 'json',
  published_record: 'json',
  run_id: 'int8',
} as const satisfies Record<string, ColumnType>;

const names = Object.keys(columns).join(', ');
const next = `$${Object.keys(columns).length + 1}::timestamptz`;

/** Stores records, in place of what the same source said of the same CVE before. */
export async function upsertSourceRecords(
  tx: Db,
  records: readonly RecordToStore[],
  runOf: ReadonlyMap<string, number>,
  at: string,
): Promise<void> {
  if (records.length === 0) return;
  const values: Record<keyof typeof columns, readonly unknown[]> = {
    cve_id: records.map((r) => r.cveId),
    source: records.map((r) => r.source),
    state: records.map((r) => r.state),
    content_hash: records.map((r) => r.contentHash),
    raw_hash: records.map((r) => r.rawHash),
    modified_at: records.map((r) => r.modifiedAt),
    record: records.map((r) => r.record),
    published_record: records.map((r) => r.published),
    run_id: records.map((r) => runOf.get(r.source)),
  };
  const arrays = (Object.keys(columns) as (keyof typeof columns)[]).map((c) => binaryArray(columns[c], values[c]));
  await tx.query(
    `INSERT INTO source_records (${names}, first_seen_at, changed_at)
     SELECT ${names}, ${next}, ${next} FROM ${unnest(Object.values(columns))} AS x(${names})
     ON CONFLICT (cve_id, source) DO UPDATE SET state = excluded.state, content_hash = excluded.content_hash,
       raw_hash = excluded.raw_hash, modified_at = excluded.modified_at, record = excluded.record,
       published_record = excluded.published_record, withdrawn_at = NULL, run_id = excluded.run_id, changed_at = excluded.changed_at`,
    [...arrays, at],
  );
}

/** Marks what `source` said of `cveIds` as withdrawn: kept, but it no longer counts. */
export async function withdrawSourceRecords(
  tx: Db,
  source: SourceId,
  cveIds: readonly CveId[],
  runId: number | null,
  at: string,
): Promise<void> {
  if (cveIds.length === 0) return;
  await tx.query(
    `UPDATE source_records SET withdrawn_at = $3, run_id = $4, changed_at = $3
     WHERE cve_id = ANY($1::text[]) AND source = $2`,
    [cveIds, source, at, runId],
  );
}

/** Takes out what `source` said of `cveIds`, with the history that it caused. */
export async function deleteSourceRecords(tx: Db, source: SourceId, cveIds: readonly CveId[]): Promise<void> {
  if (cveIds.length === 0) return;
  await tx.query('DELETE FROM source_records WHERE cve_id = ANY($1::text[]) AND source = $2', [cveIds, source]);
  await tx.query('DELETE FROM vulnerability_changes WHERE cve_id = ANY($1::text[]) AND source = $2', [cveIds, source]);
}

/** Makes the documents about `cveIds` be parsed again that `sources` spoke in, also when their bytes are the same. */
export async function forgetRawHashes(tx: Db, sources: readonly SourceId[], cveIds: readonly CveId[]): Promise<void> {
  if (sources.length === 0 || cveIds.length === 0) return;
  await tx.query(
    `UPDATE source_records SET raw_hash = '' WHERE cve_id = ANY($1::text[]) AND source = ANY($2::text[])`,
    [cveIds, sources],
  );
}

/** The content hashes of `cveIds` now, withdrawn ones marked, to be compared with what a merge was based on. */
export async function currentVersions(tx: Db, cveIds: readonly CveId[]): Promise<Set<string>> {
  if (cveIds.length === 0) return new Set();
  const { rows } = await tx.query<{ version: string }>(
    `SELECT cve_id || ' ' || source || ' ' || encode(content_hash, 'hex') || CASE WHEN withdrawn_at IS NULL THEN '' ELSE ' withdrawn' END AS version
     FROM source_records WHERE cve_id = ANY($1::text[])`,
    [cveIds],
  );
  return new Set(rows.map((r) => r.version));
}
