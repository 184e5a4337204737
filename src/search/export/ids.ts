import type { Database } from '../../db/database.ts';
import { latestExploited } from '../../db/export.ts';
import type { Query } from '../../domain/query/ast.ts';
import type { CveId } from '../../domain/record.ts';
import type { Meaning } from '../corrections.ts';
import { readCursor } from '../cursor.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { maxLimit, type SearchRequest, search } from '../search.ts';
import { narrowed, Parameters } from '../sql.ts';

/** An order of searches. */
export type Sort = SearchRequest['sort'];

interface Asked {
  readonly query: Query;
  readonly limit: number;
  readonly now: Date;
  readonly onMeanings?: (meanings: readonly Meaning[]) => void;
}

/**
 * Ids are looked up so many at a time, also when fewer are wanted: then the condition is worked out a few times only, the
 * planner has no reason to go through the ids instead, and they need little memory.
 */
const chunk = 50_000;

/** The ids of the CVEs that match, in their order, in chunks. */
export async function* idsById(db: Database, asked: Asked): AsyncGenerator<readonly CveId[]> {
  let prepared = await prepare(db, asked.query, asked.now, false);
  let ids = await idsAfter(db, prepared, '');
  if (ids.length === 0) {
    // As in a search: where nothing is found, rare words may be slips.
    prepared = await prepare(db, asked.query, asked.now, true);
    ids = await idsAfter(db, prepared, '');
  }
  asked.onMeanings?.(prepared.taken);
  while (ids.length > 0) {
    yield ids;
    const last = ids.length === chunk ? ids.at(-1) : undefined;
    ids = last === undefined ? [] : await idsAfter(db, prepared, last);
  }
}

async function idsAfter(db: Database, { where }: Prepared, after: string): Promise<CveId[]> {
  const place = narrowed(where, (params) => `cve_id > ${params.add(after)}`);
  const params = new Parameters(place.params);
  const { rows } = await db.query<{ id: CveId }>(
    `SELECT cve_id AS id FROM vulnerabilities WHERE ${place.sql} ORDER BY cve_id LIMIT ${params.add(chunk)}`,
    params.values,
  );
  return rows.map(({ id }) => id);
}

/** The ids of the CVEs that match, in an order of searches, page by page. */
export async function* idsInOrder(db: Database, asked: Asked, sort: Sort): AsyncGenerator<readonly CveId[]> {
  let next: string | null = null;
  do {
    const limit = Math.min(maxLimit, asked.limit);
    const after = next === null ? null : readCursor(next);
    const result = await search(db, { query: asked.query, sort, limit, after, countUpTo: 0, now: asked.now });
    if (after === null) asked.onMeanings?.(result.meanings);
    yield result.hits.map(({ cveId }) => cveId);
    next = result.next;
  } while (next !== null);
}

/** What is new in a feed: what changed, was published, or became known as exploited latest. */
export type FeedOrder = 'modified' | 'published' | 'exploited';

/** The ids of the newest CVEs that match, at most `limit`. In the order `exploited` only CVEs that are. */
export async function feedIds(db: Database, asked: Asked, order: FeedOrder): Promise<readonly CveId[]> {
  if (order === 'exploited') {
    const { where } = await prepare(db, asked.query, asked.now, false);
    return latestExploited(db, where, asked.limit);
  }
  return (await idsInOrder(db, asked, order).next()).value ?? [];
}
