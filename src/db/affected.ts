import type { Affected, CveId } from '../domain/record.ts';
import type { SaidBy } from '../domain/vulnerability.ts';
import type { Db } from './database.ts';

/** The published CVEs that name these vendors and products, all of them, the most urgent first; at most `limit`. */
export async function publishedNaming(
  db: Db,
  { vendors, products }: { readonly vendors: readonly string[]; readonly products: readonly string[] },
  limit: number,
): Promise<readonly CveId[]> {
  // An empty list would be asked of the index as well, and make all of it be read.
  const named = vendors.length > 0 ? 'vendors @> $3::jsonb AND ' : '';
  const { rows } = await db.query<{ cve_id: CveId }>(
    `SELECT cve_id FROM vulnerabilities WHERE ${named}products @> $1::jsonb AND state = 'published'
     ORDER BY priority_score DESC, cve_id LIMIT $2`,
    [JSON.stringify(products), limit, ...(named ? [JSON.stringify(vendors)] : [])],
  );
  return rows.map((row) => row.cve_id);
}

/** What is said of these products in these CVEs; the caller bounds the list. By the key: see by-key.ts. */
export async function affectedEntries(
  db: Db,
  cveIds: readonly CveId[],
  products: readonly string[],
): Promise<Map<CveId, readonly SaidBy<Affected>[]>> {
  // Only the entries of these products: some records name thousands.
  const { rows } = await db.query<{ cveId: CveId; affected: SaidBy<Affected>[] }>(
    `SELECT cve_id AS "cveId", (SELECT coalesce(jsonb_agg(a), '[]') FROM jsonb_array_elements(affected_products) a
       WHERE a ->> 'product' = ANY($2::text[])) AS affected
     FROM vulnerabilities WHERE cve_id = ANY(ARRAY(SELECT unnest($1::text[])))`,
    [cveIds, products],
  );
  return new Map(rows.map(({ cveId, affected }) => [cveId, affected]));
}
