import type { Database } from '../../db/database.ts';
import type { Query } from '../../domain/query/ast.ts';
import { compile } from '../compile.ts';
import type { Prepared } from '../prepare.ts';
import type { Wanted } from '../wanted.ts';
import { Bitset } from './bitset.ts';
import type { Column } from './column.ts';
import type { Columns } from './columns.ts';
import { hasSet, type Memory, ranking, setOf } from './memory.ts';
import { type KeptSort, placesUpTo, takeRanked } from './rankings.ts';

/** The fields whose values are kept as columns. */
const kept = ['severity', 'vendor', 'product', 'cwe', 'source', 'exploited', 'tactic'] as const;

/** A page of the matches, as ids, and how many there are. */
export interface PageOfIds {
  readonly ids: readonly string[];
  readonly matches: number;
}

/** A page in an order that is kept. */
export async function pageFromMemory(
  db: Database,
  memory: Memory,
  prepared: Prepared,
  wanted: Pick<Wanted, 'direction' | 'after' | 'offset' | 'limit'> & { readonly sort: KeptSort },
): Promise<PageOfIds> {
  const { direction, after, offset, limit } = wanted;
  const { ids } = memory.columns;
  const set = await matches(db, memory, prepared);
  const order = await ranking(db, memory, wanted.sort);
  const from = after ? placesUpTo(order, ids, direction, after) : 0;
  const numbers = takeRanked(order, set, { direction, from, offset, limit });
  return { ids: numbers.map((number) => ids[number] ?? ''), matches: set.count() };
}

/** Whether all CVEs that match are known without asking the database. */
export function isKept(memory: Memory, { where, because }: Prepared): boolean {
  return because !== null || hasSet(memory, where);
}

/** All CVEs that match: what the columns know from memory, and the rest from the database, once for a version of the data. */
export async function matches(db: Database, memory: Memory, prepared: Prepared): Promise<Bitset> {
  const { columns } = memory;
  if (prepared.because) return setOfIds(columns, prepared.because.keys());
  const parts = prepared.rest.kind === 'and' ? prepared.rest.parts : [prepared.rest];
  let found: Bitset | null = null;
  const others: Query[] = [];
  for (const part of parts) {
    const set = fromColumns(columns, part, prepared.context.names);
    if (!set) others.push(part);
    else found = found ? found.and(set) : set;
  }
  if (others.length === 0) return found ?? Bitset.full(columns.ids.length);
  const asked: Query = others.length === 1 && others[0] ? others[0] : { kind: 'and', parts: others };
  const set = await setOf(db, memory, compile(asked, prepared.context));
  return found ? found.and(set) : set;
}

type Names = ReadonlyMap<string, readonly string[]>;

function setOfIds({ ids, numbers }: Columns, wanted: Iterable<string>): Bitset {
  const set = new Bitset(ids.length);
  for (const id of wanted) {
    const number = numbers.get(id);
    if (number !== undefined) set.add(number);
  }
  return set;
}

/** The CVEs of which a part of a query holds; null when the columns do not tell. */
function fromColumns(columns: Columns, query: Query, names: Names): Bitset | null {
  switch (query.kind) {
    case 'all':
      return Bitset.full(columns.ids.length);
    case 'not':
      return fromColumns(columns, query.part, names)?.not() ?? null;
    case 'and':
    case 'or': {
      const sets = query.parts.map((part) => fromColumns(columns, part, names));
      if (!sets.every((set) => set !== null)) return null;
      return sets.reduce((a, b) => (query.kind === 'and' ? a.and(b) : a.or(b)));
    }
    case 'is': {
      const field = kept.find((name) => name === query.field);
      if (!field) return null;
      const values = query.values.flatMap((value) => names.get(`${field}:${value}`) ?? [String(value)]);
      return withAnyOf(columns.of[field], values);
    }
    default:
      return null;
  }
}

function withAnyOf({ codes, starts, values }: Column, words: readonly string[]): Bitset {
  const wanted = new Set(words.flatMap((word) => codes.get(word) ?? []));
  const set = new Bitset(starts.length - 1);
  if (wanted.size === 0) return set;
  for (let row = 0; row < starts.length - 1; row++) {
    const end = starts[row + 1] ?? 0;
    for (let i = starts[row] ?? 0; i < end; i++) if (wanted.has(values[i] ?? 0)) set.add(row);
  }
  return set;
}
