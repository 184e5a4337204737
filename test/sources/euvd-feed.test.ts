import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { euvdFeed } from '../../src/sources/euvd-feed.ts';
import { ask, type Question } from '../support/asking.ts';
import { removeDownloads } from '../support/fetching.ts';
import {
  type Answer,
  json,
  type SeenRequest,
  startHttpServer,
  type TestHttpServer,
  text,
} from '../support/http-server.ts';

const base = '/euvdservices.enisa.europa.eu/api';
const now = '2026-06-20T12:00:00.000Z';
let server: TestHttpServer;
let items: Item[];

interface Item {
  readonly id: string;
  readonly aliases: string;
  readonly dateUpdated: string;
  readonly exploitedSince?: string;
  readonly enisaIdProduct?: readonly object[];
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const inWords = (iso: string) =>
  `${months[Number(iso.slice(5, 7)) - 1]} ${Number(iso.slice(8, 10))}, ${iso.slice(0, 4)}, 1:00:00 PM`;
const item = (n: number, updated: string, more: object = {}): Item => ({
  id: `EUVD-2026-${n}`,
  aliases: `CVE-2026-${n}\n`,
  dateUpdated: inWords(updated),
  enisaIdProduct: [{ product: { name: 'Tool' } }],
  ...more,
});
const cve = (n: number) => `CVE-2026-${n}`;
const short = ({ enisaIdProduct: _, ...rest }: Item) => rest;

function search({ query }: SeenRequest): Answer {
  const day = ({ dateUpdated }: Item) => new Date(`${dateUpdated.split(', 1:')[0]} UTC`).toISOString().slice(0, 10);
  const [from, to] = [query.get('fromUpdatedDate') ?? '', query.get('toUpdatedDate') ?? '9'];
  const found = items.filter(
    (one) => (query.get('exploited') !== 'true' || one.exploitedSince) && day(one) >= from && day(one) <= to,
  );
  const [page, size] = [Number(query.get('page')), Number(query.get('size'))];
  return json({ items: found.slice(page * size, page * size + size), total: found.length });
}

beforeEach(async () => {
  server = await startHttpServer();
  items = [
    item(1001, '2024-03-01', { exploitedSince: 'Mar 1, 2024, 12:00:00 AM' }),
    item(1002, '2026-06-01'),
    item(1003, '2026-06-18'),
  ];
  server.set(`${base}/search`, search);
  server.set(`${base}/lastvulnerabilities`, () => json(items.slice(-1).map(short)));
  server.set(`${base}/exploitedvulnerabilities`, () => json(items.filter((one) => one.exploitedSince).map(short)));
  server.set(`${base}/criticalvulnerabilities`, json([]));
});
afterEach(() => server.close());
afterAll(removeDownloads);

const sync = (question: Question = {}) => ask(euvdFeed, server, { now, ...question });
const searched = () => server.requests.filter((r) => r.path.endsWith('/search'));

test('a first sync takes what is exploited and what changed in the last month', async () => {
  items.push(item(1004, '2026-01-01'));
  const { ids, error, state } = await sync();
  expect(error).toBeNull();
  expect(ids.toSorted()).toEqual([cve(1001), cve(1002), cve(1003), cve(1004)]);
  expect(state).toEqual({ exploited: '2026-06-20', updated: '2026-06-18T13:00:00.000Z' });
});

test('later what changed comes, with a day of overlap, and once a day what is exploited', async () => {
  const { state } = await sync();
  items.push(item(1005, '2026-06-19'));
  server.requests.length = 0;
  const again = await sync({ state, now: '2026-06-20T16:00:00.000Z' });
  expect(again.ids).toEqual([cve(1003), cve(1005), cve(1001)]);
  expect(searched().map((r) => r.query.get('fromUpdatedDate'))).toEqual(['2026-06-17']);
  items[1] = item(1002, '2026-06-01', { exploitedSince: 'Jun 20, 2026, 12:00:00 AM' });
  const tomorrow = await sync({ state: again.state, now: '2026-06-21T00:00:00.000Z' });
  expect(tomorrow.ids).toContain(cve(1002));
  expect(tomorrow.state.exploited).toBe('2026-06-21');
});

test('what only a short list has is asked for by its id, because the lists lack the products', async () => {
  const { state } = await sync();
  const old = item(1009, '2025-01-01');
  server.set(`${base}/criticalvulnerabilities`, () => json([short(old)]));
  server.set(`${base}/enisaid`, ({ query }) => (query.get('id') === old.id ? json(old) : null));
  const { ids, documents } = await sync({ state });
  expect(ids).toContain(cve(1009));
  expect(documents.at(-1)?.url).toContain('criticalvulnerabilities');
  expect(server.requests.at(-1)?.query.get('id')).toBe(old.id);
});

test('what is in no list by its id comes as the short list has it', async () => {
  server.set(`${base}/criticalvulnerabilities`, () => json([short(item(1010, '2025-01-01'))]));
  expect((await sync()).ids).toContain(cve(1010));
});

test('a gap of months is closed window by window', async () => {
  const { state } = await sync();
  for (const [n, at] of [
    [1, '2026-06-25'],
    [2, '2026-08-01'],
    [3, '2026-11-11'],
  ] as const)
    items.push(item(2000 + n, at));
  server.fault({ match: '/search', kind: 'status', status: 503, skip: 9 });
  const broken = await sync({ state, now: '2026-12-01T00:00:00.000Z' });
  expect(broken.error).toMatchObject({ code: 'source_unreachable' });
  server.heal();
  const { ids, state: then } = await sync({ state: broken.state, now: '2026-12-01T00:00:00.000Z' });
  expect([...broken.ids, ...ids]).toEqual(expect.arrayContaining([cve(2001), cve(2002), cve(2003)]));
  expect(then.updated).toBe('2026-11-11T13:00:00.000Z');
});

test('the search is read to its end', async () => {
  for (let n = 0; n < 230; n++) items.push(item(3000 + n, '2026-06-19'));
  const { ids, error } = await sync();
  expect(error).toBeNull();
  expect(new Set(ids).size).toBe(233);
});

test('with --since it goes further back', async () => {
  items.push(item(1004, '2026-01-01'));
  const { ids } = await sync({ since: '2025-12-01T00:00:00.000Z', state: { exploited: '2026-06-20' } });
  expect(ids).toContain(cve(1004));
});

test('a search without what was there before moves nothing', async () => {
  const { state } = await sync();
  items = items.slice(0, 1);
  const { state: then, error } = await sync({ state });
  expect(error?.message).toContain('says that nothing changed since 2026-06-18T13:00:00.000Z, when something did');
  expect(then).toEqual(state);
});

test.each([
  ['lastvulnerabilities', json([])],
  ['lastvulnerabilities', json({ vulnerabilities: [] })],
  ['exploitedvulnerabilities', json([])],
  ['criticalvulnerabilities', json({})],
  ['search', json({ vulnerabilities: [], totalResults: 0 })],
  ['search', json({ items: [], total: 0 })], // also of what is exploited
  ['search', json({ items: [{ name: 'x' }], total: 1 })],
  ['search', json({ items: [], total: 7 })],
  ['search', text('{"items":[{"id":"EUVD', 'application/json')],
])('%s with an answer that cannot be right moves nothing', async (path, answer) => {
  const { state } = await sync();
  server.set(`${base}/${path}`, answer);
  const result = await sync({ state, now: '2026-06-21T12:00:00.000Z' });
  expect(result.error).toMatchObject({ code: 'source_malformed' });
  expect(result.error?.message).toMatch(/^euvdservices\.enisa\.europa\.eu /);
  expect(result.state.updated).toBe(state.updated);
});
