import { type Database, type Db, transaction } from '../db/database.ts';
import type { Query } from '../domain/query/ast.ts';
import { byIndex } from './begin.ts';
import { type CompileContext, textSql } from './compile.ts';
import { few, firstRows, pageSlices, pageStatements, type Statement } from './page.ts';
import type { Prepared } from './prepare.ts';
import type { Parameters } from './sql.ts';

/** A match with how well it fits, 0–1: half of it how the words stand in it, half its priority. */
export interface RankedMatch {
  readonly cveId: string;
  readonly score: number;
  readonly priority: number;
}

/** The matches that were ranked, best first. */
export interface Ranked {
  readonly matches: readonly RankedMatch[];
  /** Whether these are all matches; otherwise all others follow in the order of their priority. */
  readonly complete: boolean;
}

/** So many matches are ranked, those of the highest priority: the same ones, whichever statement found them. */
const mostRanked = 1_000;

/** Whether a query has words to rank by. */
export function hasText(query: Query): boolean {
  if (query.kind === 'and' || query.kind === 'or') return query.parts.some(hasText);
  return query.kind === 'word' || query.kind === 'phrase';
}

/**
 * How well the matches fit. Words count more in the title than in names, and more there than in the description; close
 * together more than apart; often more than once, and in a long text less than in a short one.
 * @see https://www.postgresql.org/docs/15/textsearch-controls.html#TEXTSEARCH-RANKING
 */
export async function rank(db: Database, prepared: Prepared): Promise<Ranked> {
  const { first, all, others } = await statementsOf(db, prepared);
  return transaction(
    db,
    async (tx) => {
      const ask = async ({ sql, params }: Statement) => (await tx.query<Row>(sql, params)).rows;
      let rows = first ? await ask(first) : [];
      if (rows.length < mostRanked) {
        rows = await ask(all);
        if (rows.length <= few) return { matches: sorted(mostUrgent(rows)), complete: rows.length <= mostRanked };
        for (const statement of others) {
          rows = await ask(statement);
          if (rows.length === mostRanked) break;
        }
      }
      return { matches: sorted(rows), complete: false };
    },
    byIndex,
  );
}

/** The statement that ranks the matches of a query. */
export async function rankingStatement(db: Database, prepared: Prepared): Promise<(tx: Db) => Promise<Statement>> {
  const { first, all, others } = await statementsOf(db, prepared);
  return async (tx) => {
    for (const statement of first ? [first, all, ...others] : [all, ...others]) {
      const found = (await tx.query(statement.sql, statement.params)).rows.length;
      if (statement === all ? found <= few : found === mostRanked) return statement;
    }
    return all;
  };
}

interface Statements {
  readonly first: Statement | undefined; // the most urgent ones from the beginning of the order
  readonly all: Statement; // all, if they are few
  readonly others: readonly Statement[]; // the most urgent ones from more of the order
}

async function statementsOf(db: Database, { where, rest, context }: Prepared): Promise<Statements> {
  const request = { sort: 'priority', direction: 'desc', limit: mostRanked, offset: 0, after: null } as const;
  const select = scored((params) => textOf(rest, params, context));
  const slices = await pageSlices(db, request, [10, 50]);
  const statements = pageStatements(where, request, slices, select);
  const [first, ...others] = slices.length > 0 ? statements : [undefined, ...statements];
  return { first, all: firstRows(where, few + 1, select), others: others.filter((one) => one !== undefined) };
}

interface Row {
  readonly cveId: string;
  readonly priority: number;
  readonly fit: number;
}

/** Each word's share by where it stands: nowhere else, description, names, title. */
const weights = '{0.05,0.3,0.7,1}';
/** By the length of the text, and between 0 and 1. */
const normalised = 1 | 32;

function scored(text: (params: Parameters) => string): (params: Parameters) => string {
  return (params) =>
    `cve_id AS "cveId", priority_score AS priority, ts_rank_cd('${weights}', search, ${text(params)}, ${normalised}) AS fit`;
}

function mostUrgent(rows: readonly Row[]): readonly Row[] {
  const isBefore = (a: Row, b: Row) => b.priority - a.priority || (a.cveId < b.cveId ? -1 : 1);
  return rows.length <= mostRanked ? rows : [...rows].sort(isBefore).slice(0, mostRanked);
}

/** Scores that differ still do so as keys of cursors. */
function rounded(score: number): number {
  return Math.round(score * 1e9) / 1e9;
}

function sorted(rows: readonly Row[]): RankedMatch[] {
  return rows
    .map(({ cveId, priority, fit }) => ({ cveId, priority, score: rounded((fit + priority) / 2) }))
    .sort((a, b) => b.score - a.score || (a.cveId < b.cveId ? -1 : 1));
}

/** The words and phrases of a query that must or may be there, as a question to the full text search. */
export function textOf(query: Query, params: Parameters, context: Pick<CompileContext, 'words'>): string {
  if (query.kind === 'and' || query.kind === 'or') {
    const parts = query.parts.filter(hasText).map((part) => textOf(part, params, context));
    return parts.length > 1 ? `(${parts.join(query.kind === 'and' ? ' && ' : ' || ')})` : (parts[0] ?? "''::tsquery");
  }
  return query.kind === 'word' || query.kind === 'phrase' ? textSql(query, params, context) : "''::tsquery";
}

/** The match of the lowest priority among the ranked ones: the others come after it in the order of priority. */
export function boundary({ matches }: Ranked): { key: number; cveId: string } | null {
  let last: RankedMatch | null = null;
  for (const match of matches) {
    const isLater =
      !last || match.priority < last.priority || (match.priority === last.priority && match.cveId > last.cveId);
    if (isLater) last = match;
  }
  return last && { key: last.priority, cveId: last.cveId };
}
