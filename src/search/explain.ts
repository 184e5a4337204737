import { type Database, type Db, transaction } from '../db/database.ts';
import { beginOf } from './begin.ts';
import {
  firstLook,
  firstLookStatement,
  idsStatement,
  type PageRequest,
  pageSlices,
  pageStatements,
  type Statement,
} from './page.ts';
import { type Prepared, prepare } from './prepare.ts';
import { rankingStatement } from './relevance.ts';
import { type SearchRequest, wantedOf } from './search.ts';
import type { Wanted } from './wanted.ts';

/** The statement that carries most of a search, and how the database carries it out. */
export interface Explanation {
  readonly sql: string;
  readonly params: readonly unknown[];
  /** The plan with what really happened. */
  readonly plan: readonly string[];
}

/** How the database carries out a search's page. @throws AppError `invalid_query` */
export async function explain(db: Database, request: SearchRequest): Promise<Explanation> {
  const wanted = wantedOf(request);
  const prepared = await prepare(db, request.query, request.now, false);
  const find = await finder(db, prepared, wanted);
  return transaction(
    db,
    async (tx) => {
      const { sql, params } = await find(tx);
      const { rows } = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, params);
      return { sql, params, plan: rows.map((row) => row['QUERY PLAN']) };
    },
    beginOf(prepared.where),
  );
}

async function finder(db: Database, prepared: Prepared, wanted: Wanted): Promise<(tx: Db) => Promise<Statement>> {
  const { sort } = wanted;
  if (sort === 'epss') return async () => idsStatement(prepared.where, null);
  if (sort === 'relevance') return rankingStatement(db, prepared);
  const request = { ...wanted, sort };
  const slices = prepared.where.sql === 'true' ? [] : await pageSlices(db, request);
  return (tx) => answering(tx, prepared, request, pageStatements(prepared.where, request, slices));
}

/** The statement whose page the search would show. */
async function answering(
  tx: Db,
  { where }: Prepared,
  request: PageRequest,
  statements: readonly Statement[],
): Promise<Statement> {
  const [first, ...others] = statements;
  if (!first) throw new Error('a page has a statement');
  if (others.length === 0 || (await isFull(tx, first, request))) return first;
  if (where.sql !== 'true' && (await firstLook(tx, where, request))) return firstLookStatement(where, request);
  for (const statement of others) if (await isFull(tx, statement, request)) return statement;
  return others.at(-1) ?? first;
}

async function isFull(tx: Db, { sql, params }: Statement, { limit }: PageRequest): Promise<boolean> {
  return (await tx.query(sql, params)).rows.length === limit;
}
