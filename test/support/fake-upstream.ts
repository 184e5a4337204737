import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { kevCatalogue, kevEntry, type NvdOptions, nvdRecord } from './feeds.ts';
import { type Answer, json, type Route, text } from './http-server.ts';

interface Version extends NvdOptions {
  readonly id: string;
  readonly modified: string; // as NVD writes it: no zone, UTC
}

/** A small NVD: yearly feeds as of the day they were made, and the API. What is modified after `asOf` is not there yet. */
export class FakeNvd {
  asOf = '2026-01-01T00:00:00.000';
  readonly #versions: Version[] = [];
  /** Yearly feeds are made now and then, and not each time something changes. */
  #feedsAsOf = this.asOf;

  put(id: string, modified: string, options: NvdOptions = {}): void {
    this.#versions.push({ ...options, id, modified });
  }

  /** Makes the yearly feeds anew. */
  makeFeeds(): void {
    this.#feedsAsOf = this.asOf;
  }

  /** What it holds now: of each record the newest version. */
  records(asOf = this.asOf): Version[] {
    const newest = new Map<string, Version>();
    for (const version of this.#versions) {
      const had = newest.get(version.id);
      if (version.modified <= asOf && (!had || had.modified < version.modified)) newest.set(version.id, version);
    }
    return [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Its routes, for years from 2002 to `lastYear`. */
  routes(lastYear: number): Record<string, Route> {
    const routes: Record<string, Route> = {
      '/services.nvd.nist.gov/rest/json/cves/2.0': ({ query }) => this.#api(query),
    };
    for (let year = 2002; year <= lastYear; year++) {
      const base = `/nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-${year}`;
      routes[`${base}.meta`] = () => this.#meta(year);
      routes[`${base}.json.gz`] = () => this.#feed(year, (body) => text(gzipSync(body), 'application/gzip'));
    }
    return routes;
  }

  #api(query: URLSearchParams): Answer {
    const [from, to] = ['lastModStartDate', 'lastModEndDate'].map((name) => query.get(name) ?? '');
    if (!from || !to || Date.parse(to) - Date.parse(from) > 120 * 86_400_000)
      return { status: 404, headers: { message: 'the date range may not be longer than 120 consecutive days' } };
    const found = this.records().filter(({ modified }) => {
      const at = Date.parse(`${modified}Z`);
      return at >= Date.parse(from) && at <= Date.parse(to);
    });
    const start = Number(query.get('startIndex') ?? 0);
    return json(this.#page(found, start, Number(query.get('resultsPerPage') ?? 2000), `${this.asOf}`));
  }

  #page(found: readonly Version[], start: number, size: number, timestamp: string): object {
    const page = found.slice(start, start + size);
    return {
      resultsPerPage: page.length,
      startIndex: start,
      totalResults: found.length,
      format: 'NVD_CVE',
      version: '2.0',
      timestamp,
      vulnerabilities: page.map(({ id, ...options }) => nvdRecord(id, options)),
    };
  }

  #feed(year: number, answer: (body: Buffer) => Answer): Answer | null {
    const found = this.records(this.#feedsAsOf).filter(({ id }) => Number(id.slice(4, 8)) === year);
    if (found.length === 0) return null;
    return answer(Buffer.from(JSON.stringify(this.#page(found, 0, found.length, this.#feedsAsOf))));
  }

  #meta(year: number): Answer | null {
    return this.#feed(year, (body) =>
      text(
        `lastModifiedDate:${this.#feedsAsOf.slice(0, 19)}+00:00\r\nsize:${body.length}\r\nsha256:${createHash('sha256').update(body).digest('hex').toUpperCase()}\r\n`,
      ),
    );
  }
}

/** CISA's catalogue with these entries. */
export function kevRoute(ids: readonly string[], released: string): Record<string, Route> {
  const body = kevCatalogue(
    ids.map((id) => kevEntry(id)),
    released,
  );
  return {
    '/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json': text(body, 'application/json'),
  };
}
