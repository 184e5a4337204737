import type { CataloguePart, CatalogueRecord } from '../../domain/catalogue.ts';
import type { PartRecord } from '../../domain/catalogue-merge.ts';
import type { Db } from '../database.ts';
import { binaryArray, type ColumnType, unnest } from './binary-arrays.ts';

const perStatement = 500;

/** Lets one writer at a time change a catalogue, until the transaction ends. */
export async function lockCatalogue(tx: Db, source: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('catalogue ' || $1, 0))`, [source]);
}

/** What is known of a part: how new it is, and of each entry the hash of what it says (hexadecimal). */
export interface StoredPart {
  readonly wholeRead: boolean;
  readonly releasedAt: string | null;
  readonly entries: ReadonlyMap<string, { readonly contentHash: string; readonly withdrawn: boolean }>;
}

/** A part as it is stored; `wholeRead` is false while nothing but excerpts of it were read. */
export async function storedPart(db: Db, source: string, part: string): Promise<StoredPart> {
  const { rows } = await db.query<{ releasedAt: string | null }>(
    'SELECT released_at AS "releasedAt" FROM catalogues WHERE source = $1 AND part = $2',
    [source, part],
  );
  const entries = await db.query<{ id: string; contentHash: string; withdrawn: boolean }>(
    `SELECT entry_id AS id, encode(content_hash, 'hex') AS "contentHash", withdrawn_at IS NOT NULL AS withdrawn
     FROM catalogue_records WHERE source = $1 AND part = $2`,
    [source, part],
  );
  return {
    releasedAt: rows[0]?.releasedAt ?? null,
    wholeRead: rows.length > 0,
    entries: new Map(entries.rows.map((row) => [row.id, row])),
  };
}

export interface RecordToStore {
  readonly id: string;
  readonly kind: string;
  readonly contentHash: string; // hexadecimal
  readonly text: string; // the record as JSON
}

/** Where and when records are written. */
export interface Written {
  readonly source: string;
  readonly part: string;
  readonly runId: number | null;
  readonly at: string;
}

const columns = { entry_id: 'text', kind: 'text', content_hash: 'bytea', record: 'json' } as const satisfies Record<
  string,
  ColumnType
>;

/** Stores what a part says of these entries in place of what it said before. */
export async function storeRecords(tx: Db, records: readonly RecordToStore[], to: Written): Promise<void> {
  const names = Object.keys(columns).join(', ');
  for (let start = 0; start < records.length; start += perStatement) {
    const batch = records.slice(start, start + perStatement);
    await tx.query(
      `INSERT INTO catalogue_records (source, part, run_id, first_seen_at, changed_at, ${names})
       SELECT $5, $6, $7, $8, $8, ${names} FROM ${unnest(Object.values(columns))} AS x(${names})
       ON CONFLICT (source, entry_id, part) DO UPDATE SET kind = excluded.kind, content_hash = excluded.content_hash,
         record = excluded.record, run_id = excluded.run_id, changed_at = excluded.changed_at, withdrawn_at = NULL`,
      [
        binaryArray(
          'text',
          batch.map((r) => r.id),
        ),
        binaryArray(
          'text',
          batch.map((r) => r.kind),
        ),
        binaryArray(
          'bytea',
          batch.map((r) => r.contentHash),
        ),
        binaryArray(
          'json',
          batch.map((r) => r.text),
        ),
        to.source,
        to.part,
        to.runId,
        to.at,
      ],
    );
  }
}

/** Notes that a part does not list these entries any more. */
export async function withdrawRecords(tx: Db, ids: readonly string[], from: Written): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `UPDATE catalogue_records SET withdrawn_at = $4, changed_at = $4, run_id = $5
     WHERE source = $1 AND part = $2 AND entry_id = ANY($3::text[]) AND withdrawn_at IS NULL`,
    [from.source, from.part, ids, from.at, from.runId],
  );
}

/** What all parts say of these entries, by entry, withdrawn ones included. */
export async function partRecords(
  db: Db,
  source: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly PartRecord[]>> {
  const byEntry = new Map<string, PartRecord[]>();
  for (let start = 0; start < ids.length; start += perStatement) {
    const { rows } = await db.query<{ id: string } & PartRecord & { record: CatalogueRecord }>(
      `SELECT entry_id AS id, part, record, withdrawn_at IS NOT NULL AS withdrawn
       FROM catalogue_records WHERE source = $1 AND entry_id = ANY($2::text[]) ORDER BY entry_id, part`,
      [source, ids.slice(start, start + perStatement)],
    );
    for (const { id, ...said } of rows) byEntry.set(id, [...(byEntry.get(id) ?? []), said]);
  }
  return byEntry;
}

/** The entries of a source, in pages of at most `limit` after `after`. */
export async function entryIds(db: Db, source: string, after: string, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT entry_id AS id FROM catalogue_records WHERE source = $1 AND entry_id > $2 ORDER BY 1 LIMIT $3`,
    [source, after, limit],
  );
  return rows.map((row) => row.id);
}

/** Notes how new a part is that was read. Writes nothing when that is known. @returns whether it did */
export async function notePart(
  tx: Db,
  part: Pick<CataloguePart, 'version' | 'releasedAt'>,
  to: Written,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO catalogues AS c (source, part, version, released_at, run_id, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (source, part) DO UPDATE SET version = excluded.version, released_at = excluded.released_at,
       run_id = excluded.run_id, updated_at = excluded.updated_at
     WHERE (c.version, c.released_at) IS DISTINCT FROM (excluded.version, excluded.released_at)`,
    [to.source, to.part, part.version, part.releasedAt, to.runId, to.at],
  );
  return rowCount === 1;
}

/** Takes out everything that a source's parts said. Returns how many records that were. */
export async function forgetCatalogue(tx: Db, source: string): Promise<number> {
  await tx.query('DELETE FROM catalogues WHERE source = $1', [source]);
  return (await tx.query('DELETE FROM catalogue_records WHERE source = $1', [source])).rowCount ?? 0;
}
