import type { Db } from './database.ts';

/** A vendor or product by its canonical name, with the number of CVEs that affect it. */
export interface CountedName {
  readonly name: string;
  readonly cves: number;
}

export interface NamesRequest {
  readonly part: string; // of the name; '' for all
  readonly sort: 'cves' | 'name';
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
}

export interface CountedNames {
  readonly total: number;
  readonly names: readonly CountedName[];
}

/** Vendors or products from the dictionary of searches, which counts records. */
export async function countedNames(db: Db, kind: 'vendor' | 'product', request: NamesRequest): Promise<CountedNames> {
  return page(
    db,
    `SELECT substr(term, length($1) + 1) AS name, documents AS cves FROM search_terms
     WHERE term >= $1 AND term < $1 || U&'\\+10FFFF'`,
    [`${kind}:`],
    request,
  );
}

/** The products of a vendor, as the sources' lists of affected products have them: some tenths of a second for the largest. */
export async function productsOf(db: Db, vendor: string, request: NamesRequest): Promise<CountedNames> {
  return page(
    db,
    `SELECT a ->> 'product' AS name, count(DISTINCT cve_id)::int AS cves
     FROM vulnerabilities, jsonb_array_elements(affected_products) AS a
     WHERE vendors @> jsonb_build_array($1::text) AND a ->> 'vendor' = $1 AND a ->> 'product' <> '' GROUP BY 1`,
    [vendor],
    request,
  );
}

async function page(db: Db, from: string, given: readonly unknown[], wanted: NamesRequest): Promise<CountedNames> {
  const { part, sort, descending, limit, offset } = wanted;
  const params = [...given, `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`, limit, offset];
  const place = (back: number) => `$${params.length - back}`;
  const direction = descending ? 'DESC' : 'ASC';
  const { rows } = await db.query<{ total: number; name: string | null; cves: number }>(
    `WITH found AS MATERIALIZED (SELECT name, cves FROM (${from}) AS named WHERE name LIKE ${place(2)} AND cves > 0)
     SELECT counted.total, shown.* FROM (SELECT count(*)::int AS total FROM found) AS counted LEFT JOIN LATERAL (
       SELECT * FROM found ORDER BY ${sort} ${direction}, name LIMIT ${place(1)} OFFSET ${place(0)}
     ) AS shown ON true`,
    params,
  );
  const names = rows.flatMap(({ name, cves }) => (name === null ? [] : [{ name, cves }]));
  return { total: rows[0]?.total ?? 0, names };
}
