import type { Database } from '../src/db/database.ts';
import { vulnerability } from '../src/db/vulnerabilities.ts';
import { vulnerabilityLanguage } from '../src/domain/query/vulnerability-fields.ts';
import { readQuery } from '../src/search/query.ts';
import { search } from '../src/search/search.ts';
import { median, percentile } from './figures.ts';
import { queries } from './queries.ts';

export interface Timing {
  readonly kind: string;
  readonly queries: number;
  readonly median: number; // milliseconds
  readonly p95: number;
  readonly slowest: string;
}

const rounds = 7;

/** Times every search `rounds` times after one warm-up, with corrections, page and count, as a caller sees it. */
export async function timeSearches(db: Database): Promise<{ timings: Timing[]; all: number[] }> {
  const timings: Timing[] = [];
  const all: number[] = [];
  for (const [kind, list] of Object.entries(queries)) {
    const times: { text: string; ms: number }[] = [];
    for (const query of list) {
      const parsed = readQuery(query.text, vulnerabilityLanguage);
      const sort = query.sort ?? 'priority';
      const request = { query: parsed, sort, limit: 20, countUpTo: 500, now: new Date() };
      await search(db, request);
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        await search(db, request);
        times.push({ text: JSON.stringify(query), ms: performance.now() - start });
      }
    }
    const ms = times.map((t) => t.ms);
    const slowest = times.reduce((a, b) => (b.ms > a.ms ? b : a));
    timings.push({ kind, queries: list.length, median: median(ms), p95: percentile(ms, 0.95), slowest: slowest.text });
    all.push(...ms);
  }
  return { timings, all };
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
