import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { epssFeed } from '../../src/sources/epss-feed.ts';
import { ask } from '../support/asking.ts';
import { epssDay } from '../support/feeds.ts';
import { removeDownloads } from '../support/fetching.ts';
import { startHttpServer, type TestHttpServer, text } from '../support/http-server.ts';

const path = (day: string) => `/epss.empiricalsecurity.com/epss_scores-${day}.csv.gz`;
const url = (day: string) => `https:/${path(day)}`;
const packed = (day: string) => text(gzipSync(epssDay(day, { 'CVE-2024-0001': 0.5 })), 'application/gzip');
let server: TestHttpServer;
beforeEach(async () => {
  server = await startHttpServer();
  at('2026-01-30');
});
afterEach(() => server.close());
afterAll(removeDownloads);

/** It is that day upstream: its scores are there under both names. */
function at(day: string): void {
  server.set(path(day), packed(day));
  server.set(path('current'), packed(day));
}

const asked = () => server.requests.map((r) => r.path);
const days = ({ documents }: { documents: readonly { url: string; state: unknown }[] }) =>
  documents.map((d) => [d.url, (d.state as { day: string }).day]);

test('the newest day comes, and not again while it is the same', async () => {
  const first = await ask(epssFeed, server);
  expect(days(first)).toEqual([[url('current'), '2026-01-30']]);
  expect(first.ids).toEqual(['CVE-2024-0001']);
  expect(epssFeed.furthest?.(first.state)).toBe('2026-01-30');
  expect(await ask(epssFeed, server, { state: first.state })).toMatchObject({ documents: [], error: null });
  at('2026-01-31');
  expect(days(await ask(epssFeed, server, { state: first.state }))).toEqual([[url('current'), '2026-01-31']]);
});

test('a gap is closed day by day before the newest comes; what there is not, is told', async () => {
  const { state } = await ask(epssFeed, server);
  for (const day of ['2026-01-31', '2026-02-02', '2026-02-04']) at(day);
  const later = await ask(epssFeed, server, { state });
  expect(days(later)).toEqual([
    [url('2026-01-31'), '2026-01-31'],
    [url('2026-02-02'), '2026-02-02'],
    [url('current'), '2026-02-04'],
  ]);
  expect(later.notes).toEqual(['there are no scores of 2026-02-01, 2026-02-03']);
  expect(await ask(epssFeed, server, { state: later.state })).toMatchObject({ documents: [], notes: [] });
});

test('a gap that broke off goes on from the last day that came', async () => {
  const { state } = await ask(epssFeed, server);
  for (const day of ['2026-01-31', '2026-02-01', '2026-02-02']) at(day);
  server.fault({ match: '2026-02-01', kind: 'status', status: 503 });
  const broken = await ask(epssFeed, server, { state });
  expect(broken.error).toMatchObject({ code: 'source_unreachable' });
  expect(broken.state).toMatchObject({ day: '2026-01-31' });
  server.heal();
  expect(days(await ask(epssFeed, server, { state: broken.state }))).toEqual([
    [url('2026-02-01'), '2026-02-01'],
    [url('current'), '2026-02-02'],
  ]);
});

test('a store that refuses what it does not have has no scores of that day', async () => {
  const { state } = await ask(epssFeed, server);
  at('2026-02-01');
  server.set(path('2026-01-31'), { status: 403, ...text('<Error>AccessDenied</Error>', 'application/xml') });
  const { error, notes, documents } = await ask(epssFeed, server, { state });
  expect([error, notes, documents.length]).toEqual([null, ['there are no scores of 2026-01-31'], 1]);
});

test('--since fetches the days from there on, also those that are known, and no more than 400', async () => {
  at('2026-01-28');
  at('2026-01-29');
  at('2026-01-30');
  const { state } = await ask(epssFeed, server);
  const since = await ask(epssFeed, server, { state, since: '2026-01-28T00:00:00.000Z' });
  expect(days(since)).toEqual([
    [url('2026-01-28'), '2026-01-30'],
    [url('2026-01-29'), '2026-01-30'],
  ]);
  server.requests.length = 0;
  const far = await ask(epssFeed, server, { since: '1999-01-01T00:00:00.000Z' });
  expect(asked()).toHaveLength(401);
  expect(asked()[1]).toBe(path('2024-12-26'));
  expect(far.notes[0]).toBe('of the 1752 days since 2021-04-14 the last 400 are fetched; those before them by hand');
  expect(far.notes[1]).toMatch(/^there are no scores of 2024-12-26, .* and 393 more days$/);
});

test('what is called current and is of an older day is not taken', async () => {
  const { state } = await ask(epssFeed, server);
  at('2026-01-29');
  const { documents, notes, error } = await ask(epssFeed, server, { state });
  expect([documents, error]).toEqual([[], null]);
  expect(notes).toEqual([
    'what is called current is of 2026-01-29, and the scores of 2026-01-30 are stored: kept those',
  ]);
});

test.each([
  ['nothing', text('')],
  ['scores without a day', text(gzipSync('cve,epss,percentile\nCVE-2024-0001,0.5,0.5\n'))],
  ['damaged bytes', text(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255]))],
])('an answer of %s is refused', async (_, answer) => {
  server.set(path('current'), answer);
  const { error, documents } = await ask(epssFeed, server);
  expect(error).toMatchObject({ code: 'source_malformed' });
  expect(documents).toEqual([]);
});

test('plain text is taken as well', async () => {
  server.set(path('current'), text(epssDay('2026-01-31', { 'CVE-2024-0001': 0.5 })));
  expect(days(await ask(epssFeed, server))).toEqual([[url('current'), '2026-01-31']]);
});
