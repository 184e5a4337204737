import type { Database } from '../../src/db/database.ts';
import { vulnerabilityLanguage } from '../../src/domain/query/vulnerability-fields.ts';
import { readQuery } from '../../src/search/query.ts';
import { type SearchRequest, type SearchResult, search } from '../../src/search/search.ts';

/** Searches as the command does. */
export async function searchFor(db: Database, text: string, more: Partial<SearchRequest> = {}): Promise<SearchResult> {
  const query = readQuery(text, vulnerabilityLanguage);
  return search(db, { query, sort: 'priority', limit: 20, countUpTo: 500, now: new Date('2024-06-01'), ...more });
}

/** The ids that a search finds. */
export async function idsFor(db: Database, text: string, more: Partial<SearchRequest> = {}): Promise<string[]> {
  return (await searchFor(db, text, more)).hits.map((hit) => hit.cveId);
}
