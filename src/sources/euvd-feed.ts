import { utc } from '../domain/time.ts';
import { jsonAnswer, malformed } from './answers.ts';
import { changes, type Window, windows } from './changes.ts';
import type { Connector, ConnectorState, FeedDocument, FetchContext } from './connector.ts';
import { euvd } from './euvd.ts';
import { isObject } from './guards.ts';
import { type Ask, listed, type Page } from './listing.ts';
import { momentInWords } from './moment-in-words.ts';
import { sourceInfo } from './source-info.ts';
import { later } from './times.ts';

const base = 'https://euvdservices.enisa.europa.eu/api';
const day = 86_400_000;
const pageSize = 100; // EUVD gives no more
const firstSpan = 30 * day;
const longestWindow = 10 * day;
const overlap = day; // its search knows days only
const rate = { key: 'euvdservices.enisa.europa.eu', requests: 20, perMs: 10_000 };

/**
 * ENISA's European Vulnerability Database. Everything in it would be thousands of requests, so a first sync takes what is
 * exploited, what is critical or new, and what changed in the last month; from then on what changed, by day. `--since` goes
 * further back. What is exploited is read whole once a day: a flag may come without a new date of change.
 *
 * State: `updated`, up to when all that changed is stored (see changes.ts); `exploited`, the day when that was read.
 * @see https://euvd.enisa.europa.eu/apidoc
 */
export const euvdFeed: Connector = {
  ...sourceInfo.euvd,
  id: 'euvd',
  sources: ['euvd'],
  kind: 'vulnerability',
  hosts: ['euvdservices.enisa.europa.eu'],
  every: '47 */4 * * *',
  staleAfterHours: 24,
  furthest: updatedIn,
  fetch,
};

function updatedIn(state: ConnectorState): string | null {
  return typeof state.updated === 'string' ? utc(state.updated) : null;
}

async function* fetch(context: FetchContext): AsyncGenerator<FeedDocument> {
  const { now, since, note } = context;
  let { state } = context;
  yield* lists(context);
  const today = now.toISOString().slice(0, 10);
  if (state.exploited !== today) {
    for await (const { file, url, isLast, total } of listed(searching(context, { exploited: 'true' }), pageSize)) {
      if (isLast && total === 0) throw malformed(url, 'answered that nothing is exploited');
      if (isLast) state = { ...state, exploited: today };
      yield { file, url, format: euvd, state: isLast ? state : null };
    }
  }
  const updated = updatedIn(state);
  const from = since?.getTime() ?? (updated === null ? now.getTime() - firstSpan : Date.parse(updated) - overlap);
  const spans = windows(new Date(from).toISOString(), now.toISOString(), longestWindow);
  const ask = (window: Window) => searching(context, updatedWithin(window));
  for await (const { file, url, reached } of changes(spans, ask, pageSize, note)) {
    if (reached !== null) state = { ...state, updated: later(updatedIn(state), reached) };
    yield { file, url, format: euvd, state: reached === null ? null : state };
  }
}

/** The short lists of what is new. Only of critical ones there may be none. */
async function* lists({ net }: FetchContext): AsyncGenerator<FeedDocument> {
  for (const name of ['last', 'exploited', 'critical']) {
    const { file, url, value } = await jsonAnswer(net, `${base}/${name}vulnerabilities`, { rate });
    if (!Array.isArray(value) || !value.every(isItem) || (value.length === 0 && name !== 'critical'))
      throw malformed(url, 'answered something that is no list of vulnerabilities');
    if (value.length > 0) yield { file, url, format: euvd, state: null };
  }
}

function updatedWithin({ from, to }: Window): Readonly<Record<string, string>> {
  return { fromUpdatedDate: from.slice(0, 10), toUpdatedDate: to.slice(0, 10) };
}

function searching({ net }: FetchContext, query: Readonly<Record<string, string>>): Ask {
  return async (from) => {
    const page = Math.floor(from / pageSize);
    return pageOf(await jsonAnswer(net, `${base}/search`, { query: { ...query, page, size: pageSize }, rate }));
  };
}

function pageOf({ file, url, value }: { file: string; url: string; value: unknown }): Page {
  const { items, total } = isObject(value) ? value : {};
  const isWhole = typeof total === 'number' && Number.isSafeInteger(total) && total >= 0;
  if (!isWhole || !Array.isArray(items) || !items.every(isItem))
    throw malformed(url, 'answered something that is no page of vulnerabilities');
  const times = items.flatMap(({ dateUpdated }) =>
    typeof dateUpdated === 'string' ? (momentInWords(dateUpdated) ?? []) : [],
  );
  return { file, url, ids: items.map(({ id }) => id), total, newest: times.reduce(later, null) };
}

function isItem(value: unknown): value is { readonly id: string; readonly dateUpdated?: unknown } {
  return isObject(value) && typeof value.id === 'string';
}
