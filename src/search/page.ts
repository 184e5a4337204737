import type { Database, Db } from '../db/database.ts';
import type { CveId, Severity } from '../domain/record.ts';
import { afterPlace, type Direction, type IndexedSort, orderBy, orders } from './orders.ts';
import { type Condition, narrowed, Parameters } from './sql.ts';
import { threshold } from './thresholds.ts';

export interface Hit {
  readonly cveId: CveId;
  readonly title: string | null;
  readonly description: string | null;
  readonly severity: Severity | 'UNKNOWN';
  readonly cvssScore: number | null;
  readonly exploited: boolean;
  readonly priorityScore: number;
  readonly epss: number | null;
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
}

export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Which part of the hits is wanted. */
export interface PageRequest {
  readonly sort: IndexedSort;
  readonly direction: Direction;
  readonly limit: number;
  readonly offset: number; // hits to pass over: for pages by number; cursors cost the same at any depth
  readonly after: { readonly key: string | number | null; readonly cveId: string } | null;
}

/** So many matches are sorted sooner than the order's beginning is looked through. */
export const few = 2_000;

/** How many of the first CVEs in order are looked through for each wanted hit, in turn. */
const slicesPerHit: readonly number[] = [50, 250];
const widestSlice = 50_000;

/** Parts of an order that a search may look through, smallest first, as conditions. */
export type Slices = readonly ((params: Parameters) => string)[];

/** The slices for a page. */
export async function pageSlices(db: Database, request: PageRequest, perHits = slicesPerHit): Promise<Slices> {
  const { sort, direction, limit, offset, after } = request;
  const sizes = perHits.map((perHit) => perHit * (limit + offset)).filter((size) => size <= widestSlice);
  const { column, type } = orders[sort];
  if (after && after.key === null) return []; // what has no score or date is not in the index
  const [nearer, further] = direction === 'asc' ? ['>=', '<='] : ['<=', '>='];
  const slices: ((params: Parameters) => string)[] = [];
  for (const size of sizes) {
    const end = await threshold(db, { sort, direction }, size, after);
    if (end === null) continue;
    slices.push((params) => {
      const begin = after ? ` AND ${column} ${nearer} ${params.add(after.key)}::${type}` : '';
      return `${column} ${further} ${params.add(end)}::${type}${begin}`;
    });
  }
  return slices;
}

const columns = `cve_id AS "cveId", title, description, severity, cvss_score AS "cvssScore", exploited_in_the_wild AS exploited,
       priority_score AS "priorityScore", (SELECT epss FROM epss_scores e WHERE e.cve_id = vulnerabilities.cve_id) AS epss,
       published_at AS "publishedAt", modified_at AS "modifiedAt"`;

/** What the first look at the matches found: all of them with the wanted page, or that there are too many for it. */
export type FirstLook = { readonly matches: number; readonly hits: readonly Hit[] } | null;

/** One statement that takes up to `few` matches as they lie and sorts them: most queries need no other. */
export function firstLookStatement(where: Condition, request: PageRequest): Statement {
  const { sort, direction, limit, offset, after } = request;
  const params = new Parameters(where.params);
  const { column } = orders[sort];
  const by = orderBy(sort, direction);
  const most = params.add(few + 1);
  const place = after ? `WHERE ${afterPlace(sort, direction, after, params)}` : '';
  return {
    sql: `WITH found AS MATERIALIZED (
  SELECT ctid AS row, cve_id, ${column} FROM vulnerabilities WHERE ${where.sql} LIMIT ${most}
), best AS (
  SELECT row FROM found ${place} ORDER BY ${by} LIMIT ${params.add(limit)} OFFSET ${params.add(offset)}
)
SELECT counted.matches, hit.*
FROM (SELECT count(*)::int AS matches FROM found) AS counted
LEFT JOIN (SELECT ${columns} FROM vulnerabilities WHERE ctid = ANY(ARRAY(SELECT row FROM best)) ORDER BY ${by}) AS hit ON true`,
    params: params.values,
  };
}

/** All matches and the page, if there are at most `few`; null when there are more. */
export async function firstLook(tx: Db, where: Condition, request: PageRequest): Promise<FirstLook> {
  const { sql, params } = firstLookStatement(where, request);
  const { rows } = await tx.query<{ matches: number } & (Hit | { cveId: null })>(sql, params);
  const matches = rows[0]?.matches ?? 0;
  if (matches > few) return null;
  return { matches, hits: rows.flatMap(({ matches: _, ...hit }) => (hit.cveId === null ? [] : [hit])) };
}

/**
 * The statements that find a page among many matches, to be tried in turn until one is full; the last is always right.
 * Where the best matches lie in the order, nobody can know; but of many matches some lie at its beginning, and the index
 * finds those without touching the others. Each try costs eight times the one before, so a failed one hardly counts.
 */
export function pageStatements(where: Condition, request: PageRequest, slices: Slices, select?: Select): Statement[] {
  const rest = request.after ? afterCursor(where, request) : where;
  if (where.sql === 'true')
    return [ofAll(narrowed(rest, keyedFrom(request)), request, true), ofAll(rest, request, false)];
  return [...slices, null].map((slice) =>
    ofMatches(slice ? narrowed(rest, slice) : rest, request, slice !== null, select),
  );
}

/** The part of an order that its index can begin in the middle of. */
function keyedFrom({ sort, direction, after }: PageRequest): (params: Parameters) => string {
  const { column, type } = orders[sort];
  if (after === null || after.key === null) return () => `${column} IS NOT NULL`;
  return (params) => `${column} ${direction === 'asc' ? '>=' : '<='} ${params.add(after.key)}::${type}`;
}

/** What is selected of the rows, where it is not what hits show. */
type Select = (params: Parameters) => string;

function ofMatches(
  condition: Condition,
  { sort, direction, limit, offset }: PageRequest,
  counted: boolean,
  select: Select = () => columns,
): Statement {
  const params = new Parameters(condition.params);
  const by = orderBy(sort, direction);
  return {
    sql: `WITH best AS MATERIALIZED (
  SELECT ctid AS row${counted ? ', (count(*) OVER ())::int AS seen' : ''} FROM vulnerabilities WHERE ${condition.sql}
  ORDER BY ${by} LIMIT ${params.add(limit)} OFFSET ${params.add(offset)}
)
SELECT ${select(params)}${counted ? ', (SELECT seen FROM best LIMIT 1) AS seen' : ''}
FROM vulnerabilities WHERE ctid = ANY(ARRAY(SELECT row FROM best)) ORDER BY ${by}`,
    params: params.values,
  };
}

/** Some of the matches, as they lie. */
export function firstRows(where: Condition, limit: number, select: Select): Statement {
  const params = new Parameters(where.params);
  return {
    sql: `SELECT ${select(params)} FROM vulnerabilities WHERE ${where.sql} LIMIT ${params.add(limit)}`,
    params: params.values,
  };
}

/** Without conditions the order's index has all that is needed to pass over rows. */
function ofAll(condition: Condition, { sort, direction, limit, offset }: PageRequest, keyed: boolean): Statement {
  const params = new Parameters(condition.params);
  const by = orderBy(sort, direction, keyed);
  return {
    sql: `SELECT ${columns} FROM vulnerabilities
WHERE cve_id = ANY(ARRAY(SELECT cve_id FROM vulnerabilities WHERE ${condition.sql}
  ORDER BY ${by} LIMIT ${params.add(limit)} OFFSET ${params.add(offset)}))
ORDER BY ${by}`,
    params: params.values,
  };
}

function afterCursor(where: Condition, { sort, direction, after }: PageRequest): Condition {
  return after ? narrowed(where, (params) => afterPlace(sort, direction, after, params)) : where;
}

/** A page of hits, and how many matches the statement that found it went through at the least. */
export interface Page {
  readonly hits: readonly Hit[];
  readonly seen: number;
}

/** A page of hits, best first: from the first statement whose page is full, or the last. */
export async function page(tx: Db, statements: readonly Statement[], limit: number): Promise<Page> {
  let found: Page = { hits: [], seen: 0 };
  for (const { sql, params } of statements) {
    const { rows } = await tx.query<Hit & { seen?: number }>(sql, params);
    found = { hits: rows.map(({ seen: _, ...hit }) => hit), seen: rows[0]?.seen ?? 0 };
    if (rows.length === limit) break;
  }
  return found;
}

/** CVEs by their ids, in the order of these; those that are gone are left out. */
export async function hitsOf(db: Db, cveIds: readonly string[]): Promise<Hit[]> {
  if (cveIds.length === 0) return [];
  const { rows } = await db.query<Hit>(`SELECT ${columns} FROM vulnerabilities WHERE cve_id = ANY($1::text[])`, [
    cveIds,
  ]);
  const byId = new Map<string, Hit>(rows.map((hit) => [hit.cveId, hit]));
  return cveIds.flatMap((id) => byId.get(id) ?? []);
}

/** The ids of the CVEs that match, joined by commas; of all, or of some. */
export async function matchingIds(tx: Db, where: Condition, limit: number | null): Promise<string> {
  const { sql, params } = idsStatement(where, limit);
  return (await tx.query<{ ids: string | null }>(sql, params)).rows[0]?.ids ?? '';
}

export function idsStatement(where: Condition, limit: number | null): Statement {
  const params = new Parameters(where.params);
  const most = limit === null ? '' : ` LIMIT ${params.add(limit)}`;
  return {
    sql: `SELECT string_agg(cve_id, ',') AS ids FROM (SELECT cve_id FROM vulnerabilities WHERE ${where.sql}${most}) AS found`,
    params: params.values,
  };
}

/** How many CVEs match, counted no further than `most` (null: all): first in the slices, which are enough for a common word. */
export async function countUpTo(tx: Db, where: Condition, most: number | null, slices: Slices): Promise<number> {
  let found = 0;
  for (const slice of [...slices, null]) {
    const condition = slice ? narrowed(where, slice) : where;
    const params = new Parameters(condition.params);
    const { rows } = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT 1 FROM vulnerabilities WHERE ${condition.sql}${most === null ? '' : ` LIMIT ${params.add(most)}`}) AS counted`,
      params.values,
    );
    found = rows[0]?.n ?? 0;
    if (most !== null && found >= most) break;
  }
  return found;
}
