import { utc } from '../domain/time.ts';
import { jsonAnswer, malformed } from './answers.ts';
import { changes, type Window, windows } from './changes.ts';
import type { Connector, ConnectorState, FeedDocument, FetchContext } from './connector.ts';
import { isObject } from './guards.ts';
import type { Ask, Page } from './listing.ts';
import { nvd } from './nvd.ts';
import { changedFeeds, oldestOf, yearlyFeedsIn } from './nvd-yearly-feeds.ts';
import { sourceInfo } from './source-info.ts';
import { later } from './times.ts';

const api = 'https://services.nvd.nist.gov/rest/json/cves/2.0';
const hour = 3_600_000;
const longestWindow = 120 * 24 * hour; // NVD refuses longer ones
/** NVD publishes some records hours after the time of change that they bear. Unchanged ones cost next to nothing. */
const overlap = 12 * hour;
const pageSize = 2_000;

/**
 * NVD. First its yearly feeds, then what changed since by the API. The state holds the digest of each feed that is stored,
 * so that a first sync that broke off goes on, and `modified`: everything that changed up to then is stored (see changes.ts).
 * @see https://nvd.nist.gov/developers/vulnerabilities
 */
export const nvdFeed: Connector = {
  ...sourceInfo.nvd,
  id: 'nvd',
  sources: ['nvd'],
  kind: 'vulnerability',
  hosts: ['nvd.nist.gov', 'services.nvd.nist.gov'],
  every: '17 */2 * * *',
  staleAfterHours: 24,
  furthest: modifiedIn,
  fetch,
};

function modifiedIn(state: ConnectorState): string | null {
  return typeof state.modified === 'string' ? utc(state.modified) : null;
}

async function* fetch(context: FetchContext): AsyncGenerator<FeedDocument> {
  const { state, since } = context;
  if (since) {
    yield* changedSince(context, since.toISOString(), state);
    return;
  }
  const modified = modifiedIn(state);
  let feeds = yearlyFeedsIn(state.feeds);
  for await (const { answer, feeds: next } of changedFeeds(context, feeds, modified === null)) {
    feeds = next;
    yield { file: answer.file, url: answer.url, format: nvd, state: { ...(modified !== null && { modified }), feeds } };
  }
  const from = modified ?? oldestOf(feeds);
  if (from === null) return;
  const begin = new Date(Date.parse(from) - overlap).toISOString();
  yield* changedSince(context, begin, { ...(modified !== null && { modified }), feeds });
}

async function* changedSince(context: FetchContext, from: string, state: ConnectorState): AsyncGenerator<FeedDocument> {
  const { now, note } = context;
  let modified = modifiedIn(state);
  const since = {
    spans: windows(from, now.toISOString(), longestWindow),
    known: context.since === null ? modified : null,
  };
  for await (const page of changes(since, (window) => asking(context, window), pageSize, note)) {
    const { file, url, reached } = page;
    modified = later(modified, reached);
    const next = modified === null ? state : { ...state, modified };
    yield { file, url, format: nvd, state: reached === null ? null : next };
  }
}

function asking({ net, settings }: FetchContext, window: Window): Ask {
  const key = settings.nvdApiKey;
  const rate = { key: 'nvd', requests: key ? 50 : 5, perMs: 30_000, exceededIs403: true } as const;
  return async (from) => {
    const answer = await jsonAnswer(net, api, {
      query: {
        lastModStartDate: window.from,
        lastModEndDate: window.to,
        resultsPerPage: pageSize,
        startIndex: from,
      },
      rate,
      ...(key && { headers: { apiKey: key } }),
    });
    return pageOf(answer, from);
  };
}

function pageOf({ file, url, value }: { file: string; url: string; value: unknown }, from: number): Page {
  const page = isObject(value) ? value : {};
  const { totalResults: total, vulnerabilities } = page;
  const isWhole = typeof total === 'number' && Number.isSafeInteger(total) && total >= 0;
  if (page.format !== 'NVD_CVE' || !isWhole || !Array.isArray(vulnerabilities) || page.startIndex !== from) {
    throw malformed(url, 'answered something that is no page of vulnerabilities');
  }
  const records = vulnerabilities.map((one: unknown) => (isObject(one) && isObject(one.cve) ? one.cve : {}));
  const times = records.flatMap(({ lastModified }) =>
    typeof lastModified === 'string' ? (utc(lastModified) ?? []) : [],
  );
  return {
    file,
    url,
    ids: records.map(({ id }, index) => (typeof id === 'string' ? id : `record ${from + index}`)),
    total,
    newest: times.reduce(later, null),
  };
}
