import type { Database } from '../db/database.ts';
import type { Query } from '../domain/query/ast.ts';
import { canonicalQuery } from '../domain/query/canonical.ts';
import type { CveId } from '../domain/record.ts';
import { affecting, type Because, splitAffected } from './affected.ts';
import { type CompileContext, compile, patternsIn, wordsIn } from './compile.ts';
import { type Meaning, meanings, namesLike } from './corrections.ts';
import { mostNames } from './field-sql.ts';
import type { Condition } from './sql.ts';

/** A query that is ready to be asked. */
export interface Prepared {
  readonly where: Condition;
  /** The query in its one form, without versions of software, and what its words and names stand for. */
  readonly rest: Query;
  readonly context: CompileContext;
  /** What its words were taken for. */
  readonly taken: readonly Meaning[];
  /** Why software is affected, where versions were asked for: then these are the matches. */
  readonly because: ReadonlyMap<CveId, Because> | null;
}

/** Looks up what a query's words, names and versions stand for. @throws AppError `invalid_query` */
export async function prepare(db: Database, query: Query, now: Date, doubtRare: boolean): Promise<Prepared> {
  const { rest, software } = splitAffected(canonicalQuery(query));
  const taken = await meanings(db, wordsIn(rest), doubtRare);
  const words = new Map(taken.map((m) => [m.typed, { text: m.as, beginning: m.how === 'beginning' }]));
  const names = new Map<string, readonly string[]>();
  for (const { field, pattern } of patternsIn(rest)) {
    names.set(`${field}:${pattern}`, await namesLike(db, field, pattern, mostNames));
  }
  const context = { now, words, names };
  const where = compile(rest, context);
  if (software.length === 0) return { where, rest, context, taken, because: null };
  const because = await affecting(db, where, software);
  return { where: { sql: 'cve_id = ANY($1::text[])', params: [[...because.keys()]] }, rest, context, taken, because };
}
