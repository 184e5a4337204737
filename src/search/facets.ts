import type { Database } from '../db/database.ts';
import type { Query } from '../domain/query/ast.ts';
import { printQuery } from '../domain/query/print.ts';
import { wordsIn } from './compile.ts';
import type { Meaning } from './corrections.ts';
import type { Column } from './memory/column.ts';
import { type FacetName, facetNames } from './memory/columns.ts';
import { matches } from './memory/matches.ts';
import { type Memory, memoryOf } from './memory/memory.ts';
import { prepare } from './prepare.ts';

export interface FacetsRequest {
  readonly query: Query;
  readonly now: Date;
  /** So many values of each, 1–50. */
  readonly limit: number;
  /** Unless said: all. */
  readonly names?: readonly FacetName[] | undefined;
}

/** A value, how many of the matches have it, and the condition that leaves only these. */
export interface FacetValue {
  readonly value: string;
  readonly count: number;
  readonly query: string;
}

export interface Facet {
  readonly name: FacetName;
  /** The most frequent values; years newest first. */
  readonly values: readonly FacetValue[];
  /** How many values there are in all. */
  readonly distinct: number;
}

export interface Facets {
  readonly query: string; // as it was understood
  /** How many CVEs match: all are counted. */
  readonly total: number;
  readonly facets: readonly Facet[];
  readonly meanings: readonly Meaning[];
}

export const mostFacetValues = 50;

/** What the matches of a query are, by severity, vendor and so on. Misspelt words are taken as a search takes them. @throws AppError `invalid_query` */
export async function facets(db: Database, request: FacetsRequest): Promise<Facets> {
  const first = await attempt(db, request, false);
  if (first.total > 0 || wordsIn(request.query).length === 0) return first;
  const second = await attempt(db, request, true);
  return second.total > 0 ? second : first;
}

async function attempt(db: Database, request: FacetsRequest, doubtRare: boolean): Promise<Facets> {
  const { query, now, limit, names = facetNames } = request;
  const memory = await memoryOf(db);
  const prepared = await prepare(db, query, now, doubtRare);
  const numbers = (await matches(db, memory, prepared)).numbers();
  return {
    query: printQuery(query),
    total: numbers.length,
    facets: names.map((name) => facetOf(memory, name, numbers, Math.min(Math.max(1, limit), mostFacetValues))),
    meanings: prepared.taken.filter((m) => m.how !== 'word'),
  };
}

function facetOf({ columns }: Memory, name: FacetName, numbers: Uint32Array, limit: number): Facet {
  const column = columns.of[name];
  const { top, distinct } = mostFrequent(column.words, counted(column, numbers), limit);
  if (name === 'year') top.sort((a, b) => (a.word < b.word ? 1 : -1));
  const values = top.map(({ word, count }) => ({ value: word, count, query: conditionOf(name, word) }));
  return { name, values, distinct };
}

interface Counted {
  readonly word: string;
  readonly count: number;
}

/** Equally frequent ones are in the order of the alphabet. Most words of a long list are passed over with one look. */
function mostFrequent(
  words: readonly string[],
  counts: Uint32Array,
  limit: number,
): { top: Counted[]; distinct: number } {
  const top: Counted[] = [];
  let distinct = 0;
  let least = 1;
  counts.forEach((count, code) => {
    if (count > 0) distinct++;
    if (count < least) return;
    const word = words[code] ?? '';
    const place = top.findIndex((other) => other.count < count || (other.count === count && other.word > word));
    top.splice(place < 0 ? top.length : place, 0, { word, count });
    if (top.length > limit) top.pop();
    if (top.length === limit) least = top.at(-1)?.count ?? 1;
  });
  return { top, distinct };
}

function counted({ words, starts, values }: Column, numbers: Uint32Array): Uint32Array {
  const counts = new Uint32Array(words.length);
  for (const number of numbers) {
    const end = starts[number + 1] ?? 0;
    for (let i = starts[number] ?? 0; i < end; i++) {
      const code = values[i] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }
  return counts;
}

function conditionOf(name: FacetName, word: string): string {
  if (name === 'kev') return word === 'true' ? 'kev:*' : '-kev:*';
  return printQuery({ kind: 'is', field: name === 'year' ? 'published' : name, values: [word] });
}
