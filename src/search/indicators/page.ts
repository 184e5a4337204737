import type { Db } from '../../db/database.ts';
import type { IndicatorKey } from '../../db/indicator-key.ts';
import type { Query } from '../../domain/query/ast.ts';
import { conditionIn } from '../dialect.ts';
import { type Condition, narrowed, Parameters } from '../sql.ts';
import { indicatorDialect } from './dialect.ts';
import {
  afterCursor,
  besideSpans,
  type IndicatorCursor,
  type IndicatorOrder,
  orderBy,
  type Stretch,
  stretches,
} from './order.ts';
import { areClearlyMany, chooseScan, countedUpTo, expectation } from './scan.ts';
import { firstInStretch, keyColumns, type Matches } from './stretch.ts';

/** Which part of the matches is wanted. */
export interface PageRequest extends IndicatorOrder {
  readonly query: Query;
  readonly limit: number;
  readonly offset: number;
  readonly after: IndicatorCursor | null;
  readonly now: Date;
}

/** With PostgreSQL's default for work_mem, what an index says of millions of rows is kept by the page, and each row there is read. */
export const oneMoment =
  "BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ; SET LOCAL enable_indexscan = off; SET LOCAL work_mem = '32MB'";

/** The keys of a page, and how many match in all, counted up to `countedUpTo` + 1. */
export interface KeyPage {
  readonly matches: number;
  readonly keys: readonly IndicatorKey[];
}

/** The wanted page of the indicators that the query selects, in a transaction that `oneMoment` began. */
export async function keyPage(tx: Db, request: PageRequest): Promise<KeyPage> {
  const where = conditionIn(indicatorDialect, request.query, request.now);
  const expected = await expectation(tx, where);
  if (!(await areClearlyMany(tx, where, expected))) {
    await chooseScan(tx, expected);
    const few = await gathered(tx, where, request);
    if (few.matches <= countedUpTo) return few;
  }
  const keys: IndicatorKey[] = [];
  const wanted = request.offset + request.limit;
  const matches = {
    where: conditionIn(indicatorDialect, besideSpans(request.query, request.sort), request.now),
    expected: expected.matches,
  };
  for (const stretch of stretches(request, request.after, request.query, request.now)) {
    if (keys.length === wanted) break;
    keys.push(...(await stretchKeys(tx, matches, stretch, wanted - keys.length)));
  }
  return { matches: countedUpTo + 1, keys: keys.slice(request.offset) };
}

/** Takes matches as they lie, at most one more than are counted, and sorts them unless there are that many. */
async function gathered(tx: Db, where: Condition, request: Omit<PageRequest, 'query' | 'now'>): Promise<KeyPage> {
  const params = new Parameters(where.params);
  const most = params.add(countedUpTo + 1);
  const place = request.after ? `AND ${afterCursor(request.after, params)}` : '';
  const { rows } = await tx.query<{ matches: number } & (IndicatorKey | { valueHash: null })>(
    `WITH found AS MATERIALIZED (
       SELECT value_hash, ioc_type, last_seen, confidence, value FROM iocs WHERE ${where.sql} LIMIT ${most}
     ) SELECT counted.matches, page.* FROM (SELECT count(*)::int AS matches FROM found) AS counted LEFT JOIN LATERAL (
       SELECT ${keyColumns} FROM found WHERE counted.matches <= ${countedUpTo} ${place} ORDER BY ${orderBy(request)}
       LIMIT ${params.add(request.limit)} OFFSET ${params.add(request.offset)}
     ) AS page ON true`,
    params.values,
  );
  const keys = rows.flatMap(({ matches: _, ...key }) => (key.valueHash === null ? [] : [key]));
  return { matches: rows[0]?.matches ?? 0, keys };
}

/** The first `count` matches in a stretch. */
async function stretchKeys(
  tx: Db,
  matches: Matches,
  stretch: Stretch,
  count: number,
): Promise<readonly IndicatorKey[]> {
  if (stretch.narrow) {
    const order = { sort: 'confidence', descending: true, limit: count, offset: 0, after: null } as const;
    const few = await gathered(tx, narrowed(matches.where, stretch.rows), order);
    if (few.matches <= countedUpTo) return few.keys;
  }
  return firstInStretch(tx, matches, stretch, count);
}
