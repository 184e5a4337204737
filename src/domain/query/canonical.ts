import type { Query, Value } from './ast.ts';
import { printQuery } from './print.ts';

/** The same question in its one form: `a b` and `b a` become one, and what is said twice is said once. */
export function canonicalQuery(query: Query): Query {
  if (query.kind === 'not') return { kind: 'not', part: canonicalQuery(query.part) };
  if (query.kind === 'is') return { ...query, values: distinct(query.values) };
  if (query.kind !== 'and' && query.kind !== 'or') return query;
  const parts = new Map<string, Query>();
  for (const part of query.parts.map(canonicalQuery)) {
    for (const each of part.kind === query.kind ? part.parts : [part]) parts.set(printQuery(each), each);
  }
  const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
  return sorted.length > 1 ? { kind: query.kind, parts: sorted } : (sorted[0] ?? { kind: 'all' });
}

function distinct(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort((a, b) => (String(a) < String(b) ? -1 : 1));
}

/** Whether what a query finds changes with the clock. */
export function isTimely(query: Query): boolean {
  if (query.kind === 'and' || query.kind === 'or') return query.parts.some(isTimely);
  if (query.kind === 'not') return isTimely(query.part);
  const values =
    query.kind === 'is' ? query.values : query.kind === 'between' ? [query.from?.value, query.to?.value] : [];
  return values.some((v) => typeof v === 'string' && /^([+-]\d+[hdwmy]|today|yesterday|now)$/.test(v));
}
