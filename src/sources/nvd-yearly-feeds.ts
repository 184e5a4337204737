import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { utc } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import type { Fetcher } from '../net/contract.ts';
import { type Answer, downloaded, malformed } from './answers.ts';
import type { FetchContext } from './connector.ts';
import { isObject } from './guards.ts';
import { earlier } from './times.ts';

/** A year's feed that was stored, or null: there was none when it was asked for. */
export type YearlyFeed = { readonly sha256: string; readonly at: string } | null;
/** By year: the digest of the unpacked JSON, and when it was made (ISO 8601 UTC). */
export type YearlyFeeds = Readonly<Record<string, YearlyFeed>>;

const base = 'https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-';
const firstYear = 2002; // holds the earlier ones as well
const mostPackedBytes = 1024 * 1024 * 1024;
const mostUnpackedBytes = 4 * mostPackedBytes;
const headLength = 2_000; // of a feed, where it says when it was made

/** What a state says of the feeds; what cannot be read is fetched again. */
export function yearlyFeedsIn(value: unknown): YearlyFeeds {
  const feeds: Record<string, YearlyFeed> = {};
  for (const [year, feed] of Object.entries(isObject(value) ? value : {})) {
    if (feed === null) feeds[year] = null;
    if (!isObject(feed) || typeof feed.sha256 !== 'string' || typeof feed.at !== 'string') continue;
    const at = utc(feed.at);
    if (at !== null) feeds[year] = { sha256: feed.sha256, at };
  }
  return feeds;
}

/** When the oldest of the feeds was made: what changed later must be asked for. null: there is none. */
export function oldestOf(feeds: YearlyFeeds): string | null {
  const times = Object.values(feeds).flatMap((feed) => feed?.at ?? []);
  return times.toSorted()[0] ?? null;
}

/**
 * The yearly feeds that differ from what `known` says, one after the other, each with all that is known once it is stored.
 * Years that there are no feeds of are noted and asked for again next time. `all`: asks also of those that were stored before.
 * @throws AppError `source_malformed` when a feed is not what its .meta says; `source_unreachable` when there are none at all
 */
export async function* changedFeeds(
  { net, now, note }: FetchContext,
  known: YearlyFeeds,
  all: boolean,
): AsyncGenerator<{ readonly answer: Answer; readonly feeds: YearlyFeeds }> {
  let feeds = known;
  const absent: number[] = [];
  const thisYear = now.getUTCFullYear();
  for (let year = firstYear; year <= thisYear; year++) {
    const had = feeds[year] ?? null;
    if (had && !all) continue;
    const meta = await metaOf(net, year);
    if (meta === null) {
      absent.push(year);
      feeds = { ...feeds, [year]: had };
    } else if (meta.sha256 !== had?.sha256) {
      const { answer, feed } = await fetchFeed(net, year, meta, now);
      feeds = { ...feeds, [year]: feed };
      yield { answer, feeds };
    }
  }
  if (absent.length > 0) note(absence(absent, thisYear));
  if (Object.values(feeds).every((feed) => feed === null)) {
    throw new AppError('source_unreachable', 'nvd.nist.gov has no yearly feed at all: look for a newer OpenThreat.');
  }
}

function absence(years: readonly number[], thisYear: number): string {
  const isNotYet = years.length === 1 && years[0] === thisYear;
  const when = isNotYet ? 'yet' : 'now: CVEs of then come only as they change';
  return `NVD has no feed of ${years.join(', ')} ${when}; asked for again next time`;
}

interface Meta {
  readonly sha256: string; // lower case
  readonly lastModified: string | null; // ISO 8601 UTC
}

async function metaOf(net: Fetcher, year: number): Promise<Meta | null> {
  const answer = await net.text(`${base}${year}.meta`, { expect: 'text', mayBeAbsent: true, maxBytes: 65_536 });
  if (answer.kind === 'absent') return null;
  const text = answer.kind === 'text' ? answer.text : '';
  const sha256 = /^sha256:\s*([0-9a-f]{64})\s*$/im.exec(text)?.[1];
  if (sha256 === undefined) throw malformed(answer.url, `answered a .meta of ${year} without a digest`);
  const lastModified = /^lastModifiedDate:\s*(\S+)/im.exec(text)?.[1];
  return { sha256: sha256.toLowerCase(), lastModified: lastModified === undefined ? null : utc(lastModified) };
}

/** Downloads a year's feed and compares it with its .meta. A feed may be replaced between the two requests: then once more. */
async function fetchFeed(
  net: Fetcher,
  year: number,
  meta: Meta,
  now: Date,
): Promise<{ readonly answer: Answer; readonly feed: NonNullable<YearlyFeed> }> {
  const url = `${base}${year}.json.gz`;
  let expected = meta;
  for (let attempt = 1; ; attempt++) {
    const answer = await downloaded(net, url, { maxBytes: mostPackedBytes });
    const unpacked = await unpack(answer);
    if (unpacked?.sha256 === expected.sha256) return { answer, feed: feedOf(unpacked, expected, year, now) };
    const newer = await metaOf(net, year);
    if (newer && unpacked?.sha256 === newer.sha256) return { answer, feed: feedOf(unpacked, newer, year, now) };
    if (!newer || newer.sha256 === expected.sha256 || attempt === 2)
      throw malformed(url, `answered a feed of ${year} that is not the one that its .meta describes`);
    expected = newer;
  }
}

function feedOf(
  { sha256, madeAt }: Unpacked,
  { lastModified }: Meta,
  year: number,
  now: Date,
): NonNullable<YearlyFeed> {
  const at = madeAt ?? lastModified ?? `${year}-01-01T00:00:00.000Z`;
  return { sha256, at: earlier(at, now.toISOString()) ?? at };
}

interface Unpacked {
  readonly sha256: string;
  readonly madeAt: string | null; // ISO 8601 UTC
}

/** The digest of the unpacked feed, and when it says it was made; null when it cannot be unpacked. */
async function unpack({ file, url }: Answer): Promise<Unpacked | null> {
  const hash = createHash('sha256');
  let head = '';
  let bytes = 0;
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > mostUnpackedBytes) throw malformed(url, 'answered a feed that unpacks to more than 4 GiB');
        if (head.length < headLength) head += chunk.toString('latin1', 0, headLength);
        hash.update(chunk);
      }
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))) return null;
    throw error;
  }
  const stated = /"timestamp"\s*:\s*"([^"]{1,64})"/.exec(head)?.[1];
  return { sha256: hash.digest('hex'), madeAt: stated === undefined ? null : utc(stated) };
}
