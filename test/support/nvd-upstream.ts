import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { nvdRecord } from './feeds.ts';
import { json, type SeenRequest, type TestHttpServer, text } from './http-server.ts';

const day = 86_400_000;
export const nvdApi = '/services.nvd.nist.gov/rest/json/cves/2.0';
export const nvdFeedPath = (year: number) => `/nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-${year}`;

/** NVD, with its yearly feeds and its API, as of a moment: what changes later is not there yet. */
export class NvdUpstream {
  asOf = '9999';
  /** The API gives pages of this many records, whatever it is asked for. */
  pageSize = 2_000;
  /** When the feeds were made; what changed later is only in the API. */
  feedsOf = '9999';
  /** So many of the next answers of the API have no records, and look as if all were well. */
  emptyAnswers = 0;
  readonly #records = new Map<string, string>(); // id to time of change

  constructor(server: TestHttpServer, years: readonly number[]) {
    server.set(nvdApi, (request) => this.#answer(request));
    for (const year of years) {
      server.set(`${nvdFeedPath(year)}.json.gz`, () => text(gzipSync(this.feed(year)), 'application/x-gzip'));
      server.set(`${nvdFeedPath(year)}.meta`, () => text(this.meta(year)));
    }
  }

  /** A record appears, or changes. Times as NVD writes them: '2024-05-01T10:00:00.000'. */
  change(id: string, modified: string): void {
    this.#records.set(id, modified);
  }

  get ids(): readonly string[] {
    return [...this.#records].flatMap(([id, modified]) => (modified <= this.asOf ? id : [])).sort();
  }

  feed(year: number): string {
    const latest = [this.feedsOf, this.asOf].sort()[0] ?? '';
    const rows = [...this.#records].filter(([id, modified]) => id.startsWith(`CVE-${year}-`) && modified <= latest);
    const newest = [...this.#records.values()].filter((at) => at <= latest).sort();
    return page(rows, 0, rows.length, newest.at(-1) ?? `${year}-01-01T00:00:00.000`);
  }

  meta(year: number): string {
    const feed = this.feed(year);
    const sha256 = createHash('sha256').update(feed).digest('hex').toUpperCase();
    return `lastModifiedDate:2024-05-01T00:00:00-04:00\r\nsize:${feed.length}\r\nsha256:${sha256}\r\n`;
  }

  #answer({ query }: SeenRequest) {
    const [from, to] = [String(query.get('lastModStartDate')), String(query.get('lastModEndDate'))];
    if (!(Date.parse(to) - Date.parse(from) <= 120 * day)) return { status: 404, headers: { message: 'too long' } };
    if (this.emptyAnswers-- > 0) return emptyPage;
    const start = Number(query.get('startIndex'));
    const size = Math.min(this.pageSize, Number(query.get('resultsPerPage')));
    const rows = [...this.#records]
      .filter(([, at]) => at <= this.asOf && `${at}Z` >= from && `${at}Z` <= to)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return json(JSON.parse(page(rows.slice(start, start + size), start, rows.length, '2024-06-01T00:00:00.000')));
  }
}

function page(rows: readonly (readonly [string, string])[], startIndex: number, total: number, timestamp: string) {
  return JSON.stringify({
    resultsPerPage: rows.length,
    startIndex,
    totalResults: total,
    format: 'NVD_CVE',
    version: '2.0',
    timestamp,
    vulnerabilities: rows.map(([id, modified]) => nvdRecord(id, { modified })),
  });
}

const emptyPage = json(JSON.parse(page([], 0, 0, '2024-06-01T00:00:00.000')));
