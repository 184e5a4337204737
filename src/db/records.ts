import type { CveId, SourceRecord } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';
import { hydrate } from '../domain/stored-form.ts';
import type { StoredRecord } from '../domain/vulnerability.ts';
import type { Db } from './database.ts';

/** What tells whether a record is known already. Hashes are hexadecimal. */
export interface StoredHash {
  readonly cveId: CveId;
  readonly source: SourceId;
  readonly contentHash: string;
  readonly rawHash: string;
  readonly modifiedAt: string | null;
  readonly withdrawn: boolean;
  readonly rejected: boolean;
}

/** The hashes of what `sources` said of `cveIds`. At most one row for each pair. */
export async function storedHashes(
  db: Db,
  sources: readonly SourceId[],
  cveIds: readonly CveId[],
): Promise<StoredHash[]> {
  if (cveIds.length === 0) return [];
  const { rows } = await db.query<StoredHash>(
    `SELECT cve_id AS "cveId", source, encode(content_hash, 'hex') AS "contentHash", encode(raw_hash, 'hex') AS "rawHash",
            modified_at AS "modifiedAt", withdrawn_at IS NOT NULL AS withdrawn, state <> 'published' AS rejected
     FROM source_records WHERE cve_id = ANY($1::text[]) AND source = ANY($2::text[])`,
    [cveIds, sources],
  );
  return rows;
}

/** A source's record as stored, with what the writer must compare. */
export interface StoredRow extends StoredRecord {
  readonly contentHash: string; // hexadecimal
  readonly rawHash: string;
  readonly withdrawn: boolean;
}

/** Everything that is stored of `cveIds`, withdrawn records included, by CVE. */
export async function storedRecords(db: Db, cveIds: readonly CveId[]): Promise<Map<CveId, StoredRow[]>> {
  const byCve = new Map<CveId, StoredRow[]>();
  if (cveIds.length === 0) return byCve;
  const { rows } = await db.query<{
    cve_id: CveId;
    source: SourceId;
    hash: string;
    raw: string;
    withdrawn: boolean;
    record: Partial<SourceRecord>;
    published_record: Partial<SourceRecord> | null;
  }>(
    `SELECT cve_id, source, encode(content_hash, 'hex') AS hash, encode(raw_hash, 'hex') AS raw,
            withdrawn_at IS NOT NULL AS withdrawn, record, published_record
     FROM source_records WHERE cve_id = ANY($1::text[])`,
    [cveIds],
  );
  for (const row of rows) {
    const list = byCve.get(row.cve_id) ?? [];
    list.push({
      record: hydrate(row.cve_id, row.source, row.record),
      published: row.published_record && hydrate(row.cve_id, row.source, row.published_record),
      contentHash: row.hash,
      rawHash: row.raw,
      withdrawn: row.withdrawn,
    });
    byCve.set(row.cve_id, list);
  }
  return byCve;
}

/** The CVEs that a source speaks of, withdrawn ones left out, in pages of at most `limit` after `after`. */
export async function cvesOfSource(db: Db, source: SourceId, after: string, limit: number): Promise<CveId[]> {
  const { rows } = await db.query<{ cve_id: CveId }>(
    `SELECT cve_id FROM source_records WHERE source = $1 AND cve_id > $2 AND withdrawn_at IS NULL ORDER BY cve_id LIMIT $3`,
    [source, after, limit],
  );
  return rows.map((r) => r.cve_id);
}

/** Some CVEs of which a source's record is stored, withdrawn or not; at most `limit`. */
export async function recordsOfSource(db: Db, source: SourceId, limit: number): Promise<CveId[]> {
  const { rows } = await db.query<{ cve_id: CveId }>(
    'SELECT cve_id FROM source_records WHERE source = $1 ORDER BY cve_id LIMIT $2',
    [source, limit],
  );
  return rows.map((r) => r.cve_id);
}
