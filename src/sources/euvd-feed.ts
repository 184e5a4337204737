import { utc } from '../domain/time.ts';
import { jsonAnswer, malformed, parsedJson, writtenBeside } from './answers.ts';
import { changes, type Window, windows } from './changes.ts';
import type { Connector, ConnectorState, FeedDocument, FetchContext } from './connector.ts';
import { euvd } from './euvd.ts';
import { isObject } from './guards.ts';
import { type Ask, listed } from './listing.ts';
import { momentInWords } from './moment-in-words.ts';
import { sourceInfo } from './source-info.ts';
import { later } from './times.ts';

const base = 'https://euvdservices.enisa.europa.eu/api';
const day = 86_400_000;
const pageSize = 100; // EUVD gives no more
const firstSpan = 30 * day;
const longestWindow = 10 * day;
const overlap = day; // its search knows days only
const rate = { key: 'euvdservices.enisa.europa.eu', requests: 60, perMs: 30_000 };

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
  const seen = new Set<string>();
  let { state } = context;
  const today = now.toISOString().slice(0, 10);
  if (state.exploited !== today) {
    for await (const page of listed(searching(context, { exploited: 'true' }, seen), pageSize)) {
      if (page.isLast && page.total === 0) throw malformed(page.url, 'answered that nothing is exploited');
      if (page.isLast) state = { ...state, exploited: today };
      yield { ...documentOf(page), state: page.isLast ? state : null };
    }
  }
  const updated = updatedIn(state);
  const from = since?.getTime() ?? (updated === null ? now.getTime() - firstSpan : Date.parse(updated) - overlap);
  const spans = windows(new Date(from).toISOString(), now.toISOString(), longestWindow);
  const ask = (window: Window) => searching(context, updatedWithin(window), seen);
  const known = since === null ? updated : null;
  for await (const { reached, ...page } of changes({ spans, known }, ask, pageSize, note)) {
    if (reached !== null) state = { ...state, updated: later(updatedIn(state), reached) };
    yield { ...documentOf(page), state: reached === null ? null : state };
  }
  yield* listedOnly(context, seen);
}

function documentOf({ file, url }: { readonly file: string; readonly url: string }): Omit<FeedDocument, 'state'> {
  return { file, url, format: euvd };
}

/**
 * What only the short lists of new items have. Their items lack the products, so those that the search gave are left, and
 * the others are asked for by their ids.
 */
async function* listedOnly(context: FetchContext, seen: ReadonlySet<string>): AsyncGenerator<FeedDocument> {
  for (const name of ['last', 'exploited', 'critical']) {
    const list = await jsonAnswer(context.net, `${base}/${name}vulnerabilities`, { rate });
    const { value, url } = list;
    // Only of critical ones there may be none.
    if (!Array.isArray(value) || !value.every(isItem) || (value.length === 0 && name !== 'critical'))
      throw malformed(url, 'answered something that is no list of vulnerabilities');
    const unseen = value.filter((item) => !seen.has(versionOf(item))).slice(0, pageSize);
    const items: Item[] = [];
    for (const item of unseen) items.push((await itemById(context, item.id)) ?? item);
    if (items.length === 0) continue;
    yield { file: await writtenBeside(list, `euvd-${name}.ndjson`, items), url, format: euvd, state: null };
  }
}

async function itemById({ net }: FetchContext, id: string): Promise<Item | null> {
  const answer = await net.download(`${base}/enisaid`, { query: { id }, rate, expect: 'json', mayBeAbsent: true });
  if (answer.kind !== 'file') return null;
  const value = await parsedJson(answer);
  return isItem(value) && value.id === id ? value : null;
}

function updatedWithin({ from, to }: Window): Readonly<Record<string, string>> {
  return { fromUpdatedDate: from.slice(0, 10), toUpdatedDate: to.slice(0, 10) };
}

function searching({ net }: FetchContext, query: Readonly<Record<string, string>>, seen: Set<string>): Ask {
  return async (from) => {
    const page = Math.floor(from / pageSize);
    const { file, url, value } = await jsonAnswer(net, `${base}/search`, {
      query: { ...query, page, size: pageSize },
      rate,
    });
    const { items, total } = isObject(value) ? value : {};
    const isWhole = typeof total === 'number' && Number.isSafeInteger(total) && total >= 0;
    if (!isWhole || !Array.isArray(items) || !items.every(isItem))
      throw malformed(url, 'answered something that is no page of vulnerabilities');
    for (const item of items) seen.add(versionOf(item));
    const newest = items.map(updatedAt).reduce(later, null);
    return { file, url, ids: items.map(({ id }) => id), total, newest };
  };
}

interface Item {
  readonly id: string;
  readonly dateUpdated?: unknown;
}

function isItem(value: unknown): value is Item {
  return isObject(value) && typeof value.id === 'string';
}

function updatedAt({ dateUpdated }: Item): string | null {
  return typeof dateUpdated === 'string' ? momentInWords(dateUpdated) : null;
}

function versionOf(item: Item): string {
  return `${item.id} ${updatedAt(item)}`;
}
