import { cisaKevFeed } from '../../src/sources/cisa-kev-feed.ts';
import type { Connector } from '../../src/sources/connector.ts';
import { cveListFeed } from '../../src/sources/cve-list-feed.ts';
import { euCveSearchFeed } from '../../src/sources/eu-cve-search-feed.ts';
import { euvdFeed } from '../../src/sources/euvd-feed.ts';
import { nvdFeed } from '../../src/sources/nvd-feed.ts';
import { zip } from '../ingest/read/archives.ts';
import { kevCatalogue, kevEntry } from './feeds.ts';
import { json, type TestHttpServer, text } from './http-server.ts';
import { NvdUpstream, nvdApi } from './nvd-upstream.ts';

/** A feed as its server has it on the first day, and on the second, when some records changed and some are new. */
export interface Upstream {
  readonly connector: Connector;
  /** The part of the path that every request of the second day goes to. */
  readonly match: string;
  serve(server: TestHttpServer, day: 1 | 2): void;
}

/** When the second day is; the first is the day before. */
export const days = { 1: '2004-05-01T12:00:00.000Z', 2: '2004-05-02T12:00:00.000Z' } as const;

const id = (n: number) => `CVE-2004-${1000 + n}`;
/** On the second day number 2 has changed, and number 3 is new. */
const numbers = { 1: [1, 2], 2: [1, 2, 3] } as const;
const changed = (n: number, day: number) => `2004-05-0${n > 1 ? day : 1}T08:00:00.000`;

function cveRecord(n: number, day: number): object {
  const said = { lang: 'en', value: `Number ${n}, as of ${changed(n, day)}.` };
  return {
    dataType: 'CVE_RECORD',
    cveMetadata: { cveId: id(n), state: 'PUBLISHED', dateUpdated: `${changed(n, day)}Z` },
    containers: { cna: { descriptions: [said] } },
  };
}

function serveCveList(server: TestHttpServer, day: 1 | 2): void {
  const put = (tag: string, name: string, body: Buffer) => {
    const path = `github.com/CVEProject/cvelistV5/releases/download/${tag}/${name}`;
    server.set(`/${path}`, text(body, 'application/zip'));
    return { name, browser_download_url: `https://${path}` };
  };
  const files = (of: 1 | 2, list: readonly number[]) =>
    zip(list.map((n) => ({ name: `cves/${id(n)}.json`, content: JSON.stringify(cveRecord(n, of)) })));
  const tag = `cve_2004-05-0${day}_1000Z`;
  const all = zip([{ name: 'cves.zip', content: files(day, numbers[day]), method: 'stored' }]);
  const assets = [
    put(tag, `2004-05-0${day}_all_CVEs_at_midnight.zip.zip`, all),
    put(tag, `2004-05-0${day}_delta_CVEs_at_1000Z.zip`, files(day, [2, 3].slice(0, day))),
  ];
  put('cve_2004-05-01_at_end_of_day', '2004-05-01_delta_CVEs_at_end_of_day.zip', files(1, [2]));
  server.set('/api.github.com/repos/CVEProject/cvelistV5/releases/latest', json({ tag_name: tag, assets }));
}

function serveEuvd(server: TestHttpServer, day: 1 | 2): void {
  const items = numbers[day].map((n) => ({
    id: `EUVD-2004-${n}`,
    aliases: `${id(n)}\n`,
    description: `Number ${n}, as of ${changed(n, day)}.`,
    dateUpdated: `May ${n > 1 ? day : 1}, 2004, 8:00:00 AM`,
    ...(n === 1 && { exploitedSince: 'May 1, 2004, 12:00:00 AM' }),
  }));
  const base = '/euvdservices.enisa.europa.eu/api';
  server.set(`${base}/search`, ({ query }) => {
    const found = query.get('exploited') === 'true' ? items.slice(0, 1) : items;
    return json({ items: query.get('page') === '0' ? found : [], total: found.length });
  });
  for (const list of ['last', 'exploited', 'critical']) server.set(`${base}/${list}vulnerabilities`, json(items));
}

export const upstreams: readonly Upstream[] = [
  {
    connector: cisaKevFeed,
    match: 'www.cisa.gov',
    serve(server, day) {
      const entries = numbers[day].map((n) => kevEntry(id(n), { shortDescription: changed(n, day) }));
      const path = '/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json';
      server.set(path, text(kevCatalogue(entries, `2004-05-0${day}`)));
    },
  },
  {
    connector: nvdFeed,
    match: nvdApi,
    serve(server, day) {
      const nvd = new NvdUpstream(server, [2002, 2003, 2004]);
      nvd.feedsOf = '2004-05-01T23:00:00.000';
      for (const n of numbers[day]) nvd.change(id(n), changed(n, day));
    },
  },
  { connector: cveListFeed, match: 'CVEProject', serve: serveCveList },
  { connector: euvdFeed, match: 'euvdservices', serve: serveEuvd },
  {
    connector: euCveSearchFeed,
    match: 'vulnerability.circl.lu',
    serve(server, day) {
      const list = numbers[day].map((n) => cveRecord(n, day)).reverse();
      server.set('/vulnerability.circl.lu/api/last/100', ({ query }) => json(query.has('page') ? [] : list));
    },
  },
];
