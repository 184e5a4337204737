import type { CveId, RecordState } from '../../domain/record.ts';
import type { SourceId } from '../../domain/source-id.ts';
import type { Db } from '../database.ts';

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

/** Stores records, in place of what the same source said of the same CVE before. */
export async function upsertSourceRecords(
  tx: Db,
  records: readonly RecordToStore[],
  runOf: ReadonlyMap<SourceId, number>,
  at: string,
): Promise<void> {
  if (records.length === 0) return;
  const json = `[${records.map((r) => rowJson(r, runOf.get(r.source) ?? null)).join(',')}]`;
  await tx.query(
    `INSERT INTO source_records (cve_id, source, state, content_hash, raw_hash, modified_at, record, published_record, run_id, first_seen_at, changed_at)
     SELECT cve_id, source, state, content_hash, raw_hash, modified_at, record, published_record, run_id, $2, $2
     FROM json_to_recordset($1) AS x(cve_id text, source text, state text, content_hash bytea, raw_hash bytea,
          modified_at timestamptz, record json, published_record json, run_id bigint)
     ORDER BY cve_id, source
     ON CONFLICT (cve_id, source) DO UPDATE SET state = excluded.state, content_hash = excluded.content_hash,
       raw_hash = excluded.raw_hash, modified_at = excluded.modified_at, record = excluded.record,
       published_record = excluded.published_record, withdrawn_at = NULL, run_id = excluded.run_id, changed_at = excluded.changed_at`,
    [json, at],
  );
}

/** The stored forms are JSON already: they are set in as they are, not quoted and parsed again. */
function rowJson(r: RecordToStore, runId: number | null): string {
  const modified = r.modifiedAt === null ? 'null' : `"${r.modifiedAt}"`;
  return `{"cve_id":"${r.cveId}","source":"${r.source}","state":"${r.state}","content_hash":"\\\\x${r.contentHash}","raw_hash":"\\\\x${r.rawHash}","modified_at":${modified},"record":${r.record},"published_record":${r.published},"run_id":${runId}}`;
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
