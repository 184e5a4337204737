import { constants, gunzipSync } from 'node:zlib';
import { day } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import type { Download, Fetcher, RequestOptions } from '../net/contract.ts';
import { firstBytes, malformed } from './answers.ts';
import type { Connector, ConnectorState, FeedDocument, FetchContext } from './connector.ts';
import { epss } from './epss.ts';
import { isObject } from './guards.ts';
import { later } from './times.ts';

const site = 'https://epss.empiricalsecurity.com';
const currentUrl = `${site}/epss_scores-current.csv.gz`;
const options: RequestOptions = {
  expect: 'text',
  maxBytes: 64 * 1024 * 1024,
  rate: { key: 'epss', requests: 30, perMs: 60_000 },
};

/** There are no scores from before it. */
const firstDay = '2021-04-14';
/** More days of the past are not fetched at a time: each of them is stored for itself. */
const mostDays = 400;
const toldDays = 5;
const dayMs = 86_400_000;

/**
 * EPSS: the newest day's scores, and before them the days since the one remembered, so that curves have no gap. `since`
 * fetches the days from there on; those that are stored already cost a comparison.
 * @see https://www.first.org/epss/data_stats
 */
export const epssFeed: Connector = {
  title: 'Exploit Prediction Scoring System',
  homepage: 'https://www.first.org/epss/',
  licence: 'free to use, with a citation of FIRST',
  attribution: 'EPSS scores: FIRST.org and Empirical Security (https://www.first.org/epss/).',
  id: 'epss',
  sources: ['epss'],
  kind: 'score',
  coverage: 'full',
  hosts: ['epss.empiricalsecurity.com'],
  every: '20 2,8,14,20 * * *',
  staleAfterHours: 48,
  furthest: rememberedDay,
  fetch,
};

async function* fetch({ net, state, since, note }: FetchContext): AsyncGenerator<FeedDocument> {
  const known = rememberedDay(state);
  const current = await net.download(currentUrl, { ...options, validators: validatorsIn(state) });
  if (current.kind === 'absent') throw malformed(currentUrl, 'has no current scores any more');
  const newest = current.kind === 'file' ? await scoredDay(current.file) : known;
  if (newest === null) throw malformed(currentUrl, 'answered scores that do not say of which day they are');
  const from = since ? since.toISOString().slice(0, 10) : known === null ? newest : shifted(known, 1);
  const past = daysBetween(from > firstDay ? from : firstDay, newest);
  if (past.length > mostDays)
    note(`of the ${past.length} days since ${past[0]} the last ${mostDays} are fetched; those before them by hand`);
  const absent: string[] = [];
  for (const date of past.slice(-mostDays)) {
    const answer = await pastDay(net, date);
    if (answer.kind !== 'file') absent.push(date);
    else yield { file: answer.file, url: answer.url, format: epss, state: { ...state, day: later(known, date) } };
  }
  if (absent.length > 0) note(`there are no scores of ${listed(absent)}`);
  if (current.kind !== 'file') return;
  if (known !== null && newest < known)
    return note(`what is called current is of ${newest}, and the scores of ${known} are stored: kept those`);
  yield { file: current.file, url: currentUrl, format: epss, state: { day: newest, validators: current.validators } };
}

/** The scores of a day. A store that lists nothing answers 403 for what is not there; the current scores came. */
async function pastDay(net: Fetcher, date: string): Promise<Download> {
  const url = `${site}/epss_scores-${date}.csv.gz`;
  try {
    return await net.download(url, { ...options, mayBeAbsent: true });
  } catch (error) {
    if (error instanceof AppError && error.context.status === 403) return { kind: 'absent', url };
    throw error;
  }
}

function rememberedDay(state: ConnectorState): string | null {
  return typeof state.day === 'string' ? day(state.day) : null;
}

function validatorsIn({ validators }: ConnectorState): { etag?: string; lastModified?: string } {
  const { etag, lastModified } = isObject(validators) ? validators : {};
  return {
    ...(typeof etag === 'string' && { etag }),
    ...(typeof lastModified === 'string' && { lastModified }),
  };
}

/** The day in the first line of a file of scores, packed or not; null when it does not say. */
async function scoredDay(file: string): Promise<string | null> {
  const start = await firstBytes(file, 4096);
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  const head = isPacked ? beginningOf(start) : start;
  const [line = ''] = head.toString('latin1').split('\n');
  const date = epss.releasedAt?.({ comment: line }, null) ?? null;
  return date === null ? null : day(date);
}

/** What the first bytes of a packed file unpack to; nothing when they are damaged. */
function beginningOf(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1024 * 1024 });
  } catch {
    return Buffer.alloc(0);
  }
}

/** The days from `from` on, before `to`. */
function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let date = from; date < to; date = shifted(date, 1)) days.push(date);
  return days;
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

function listed(days: readonly string[]): string {
  const more = days.length > toldDays ? ` and ${days.length - toldDays} more days` : '';
  return `${days.slice(0, toldDays).join(', ')}${more}`;
}
