import type { Database } from '../src/db/database.ts';
import { vulnerability } from '../src/db/vulnerabilities.ts';
import { vulnerabilityLanguage } from '../src/domain/query/vulnerability-fields.ts';
import { readCursor } from '../src/search/cursor.ts';
import { facets } from '../src/search/facets.ts';
import { memoryOf } from '../src/search/memory/memory.ts';
import { readQuery } from '../src/search/query.ts';
import { type SearchRequest, search } from '../src/search/search.ts';
import { median, percentile } from './figures.ts';
import { facetQueries, queries, type Request } from './queries.ts';

export interface Timing {
  readonly kind: string;
  readonly queries: number;
  readonly median: number; // milliseconds
  readonly p95: number;
  readonly slowest: string;
}

const rounds = 7;

/** Times every search `rounds` times after one warm-up, with corrections, page and count, as a caller of a server sees it. */
export async function timeSearches(db: Database): Promise<{ timings: Timing[]; all: number[] }> {
  await memoryOf(db);
  const timings: Timing[] = [];
  const all: number[] = [];
  const time = async (kind: string, list: readonly { name: string; work: () => Promise<unknown> }[]) => {
    const times: { name: string; ms: number }[] = [];
    for (const { name, work } of list) {
      await work();
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        await work();
        times.push({ name, ms: performance.now() - start });
      }
    }
    const ms = times.map((t) => t.ms);
    const slowest = times.reduce((a, b) => (b.ms > a.ms ? b : a));
    timings.push({ kind, queries: list.length, median: median(ms), p95: percentile(ms, 0.95), slowest: slowest.name });
    return ms;
  };
  for (const [kind, list] of Object.entries(queries)) {
    const asked = await Promise.all(
      list.map(async (query) => {
        const request = await requestOf(db, query);
        return { name: JSON.stringify(query), work: () => search(db, request) };
      }),
    );
    all.push(...(await time(kind, asked)));
  }
  const counted = facetQueries.map((text) => ({
    name: text,
    work: () => facets(db, { query: readQuery(text, vulnerabilityLanguage), now: new Date(), limit: 10 }),
  }));
  await time('facets', counted);
  return { timings, all };
}

async function requestOf(db: Database, { text, byCursor, ...more }: Request): Promise<SearchRequest> {
  const request = { query: readQuery(text, vulnerabilityLanguage), limit: 20, now: new Date(), ...more };
  if (!byCursor) return request;
  const { next } = await search(db, request);
  return { ...request, offset: 0, after: next === null ? null : readCursor(next) };
}

/** Milliseconds to read one merged record by its id, at the median and the 95th percentile. */
export async function timeLookups(db: Database): Promise<{ median: number; p95: number }> {
  const times: number[] = [];
  for (let n = 1; n <= 200; n++) {
    const start = performance.now();
    await vulnerability(db, `CVE-2014-${String(n).padStart(4, '0')}`);
    times.push(performance.now() - start);
  }
  return { median: median(times), p95: percentile(times, 0.95) };
}
