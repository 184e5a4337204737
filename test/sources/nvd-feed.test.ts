import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nvdFeed } from '../../src/sources/nvd-feed.ts';
import { type Asked, ask, type Question } from '../support/asking.ts';
import { removeDownloads } from '../support/fetching.ts';
import { json, startHttpServer, type TestHttpServer, text } from '../support/http-server.ts';
import { NvdUpstream, nvdApi, nvdFeedPath } from '../support/nvd-upstream.ts';

const now = '2004-06-01T00:00:00.000Z';
let server: TestHttpServer;
let nvd: NvdUpstream;

beforeEach(async () => {
  server = await startHttpServer();
  nvd = new NvdUpstream(server, [2002, 2003, 2004]);
  for (const [year, month] of [
    [2002, '01'],
    [2003, '02'],
    [2004, '03'],
  ] as const) {
    for (const n of [1, 2, 3]) nvd.change(`CVE-${year}-000${n}`, `2004-${month}-0${n}T10:00:00.000`);
  }
});
afterEach(() => server.close());
afterAll(removeDownloads);

const sync = (question: Question = {}) => ask(nvdFeed, server, { now, ...question });
const asked = (path: string) => server.requests.filter((r) => r.path.includes(path));
const sorted = ({ ids }: Asked) => [...new Set(ids)].sort();

describe('yearly feeds', () => {
  test('come first, each with its digest; the API closes what changed since', async () => {
    nvd.feedsOf = '2004-03-03T10:00:00.000';
    nvd.change('CVE-2003-0002', '2004-05-30T10:00:00.000');
    const { documents, error, state } = await sync();
    expect(error).toBeNull();
    expect(documents.map((d) => [/-(\d{4})\.json\.gz$/.exec(d.url)?.[1], d.ids])).toEqual([
      ['2002', ['CVE-2002-0001', 'CVE-2002-0002', 'CVE-2002-0003']],
      ['2003', ['CVE-2003-0001', 'CVE-2003-0003']],
      ['2004', ['CVE-2004-0001', 'CVE-2004-0002', 'CVE-2004-0003']],
      [undefined, ['CVE-2003-0002', 'CVE-2004-0003']],
    ]);
    expect(state.modified).toBe('2004-05-30T10:00:00.000Z');
    expect(asked(nvdApi)[0]?.query.get('lastModStartDate')).toBe('2004-03-02T22:00:00.000Z');
  });

  test('are not asked for again once all of them are stored', async () => {
    const { state } = await sync();
    server.requests.length = 0;
    const again = await sync({ state });
    expect(asked('nvdcve')).toEqual([]);
    expect(again.ids).toEqual(['CVE-2004-0003']); // within the overlap
    expect(again.state).toEqual(state);
  });

  test('go on where a first sync broke off', async () => {
    server.fault({ match: 'nvdcve-2.0-2004.json.gz', kind: 'status', status: 503 });
    const broken = await sync();
    expect(broken.error).toMatchObject({ code: 'source_unreachable' });
    expect(broken.documents).toHaveLength(2);
    server.heal();
    server.requests.length = 0;
    const rest = await sync({ state: broken.state });
    expect(asked('json.gz').map((r) => r.path)).toEqual([`${nvdFeedPath(2004)}.json.gz`]);
    expect(sorted(rest)).toEqual(['CVE-2004-0001', 'CVE-2004-0002', 'CVE-2004-0003']);
    expect(rest.error).toBeNull();
  });

  test('that changed since are read again, as long as the API has not taken over', async () => {
    server.fault({ match: nvdApi, kind: 'status', status: 503 });
    const broken = await sync();
    server.heal();
    nvd.change('CVE-2003-0004', '2004-04-01T00:00:00.000');
    const rest = await sync({ state: broken.state });
    expect(rest.documents[0]?.url).toContain('2002'); // the time it was made is in it
    expect(sorted(rest)).toEqual(nvd.ids);
  });

  test('of a year that has none are noted and asked for again each time', async () => {
    server.set(`${nvdFeedPath(2003)}.meta`, { status: 404 });
    const first = await sync();
    expect(first.notes).toEqual([
      'NVD has no feed of 2003 now: CVEs of then come only as they change; asked for again next time',
    ]);
    expect(first.state.feeds).toMatchObject({ 2003: null });
    const second = await sync({ state: first.state });
    expect(second.notes).toHaveLength(1);
    server.set(`${nvdFeedPath(2002)}.meta`, { status: 404 });
    expect((await sync()).notes).toEqual([expect.stringContaining('NVD has no feed of 2002, 2003 now')]);
    server.set(`${nvdFeedPath(2003)}.meta`, () => text(nvd.meta(2003)));
    const third = await sync({ state: second.state });
    expect(third.notes).toEqual([]);
    expect(third.ids).toContain('CVE-2003-0002');
    expect(third.state.modified).toBe('2004-03-03T10:00:00.000Z');
  });

  test('that are nowhere are an error', async () => {
    for (const year of [2002, 2003, 2004]) server.set(`${nvdFeedPath(year)}.meta`, { status: 404 });
    expect((await sync()).error).toMatchObject({ code: 'source_unreachable', message: /no yearly feed/ });
  });

  test('of the new year may be missing yet', async () => {
    const { state } = await sync();
    const { notes, error } = await sync({ state, now: '2005-01-01T00:10:00.000Z' });
    expect(error).toBeNull();
    expect(notes[0]).toBe('NVD has no feed of 2005 yet; asked for again next time');
  });

  test('that are replaced between the two requests are taken with the digest that is theirs', async () => {
    const old = nvd.meta(2003);
    nvd.change('CVE-2003-0009', '2004-05-01T00:00:00.000');
    let asks = 0;
    server.set(`${nvdFeedPath(2003)}.meta`, () => text(asks++ === 0 ? old : nvd.meta(2003)));
    const { ids, error } = await sync();
    expect(error).toBeNull();
    expect(ids).toContain('CVE-2003-0009');
  });

  test.each([
    ['no gzip', () => Buffer.from('{"vulnerabilities":[]}')],
    ['the feed of another year', () => gzipSync(nvd.feed(2002))],
    ['one that is cut off', () => gzipSync(nvd.feed(2003)).subarray(0, 100)],
  ])('in whose place comes %s are not taken', async (_, body) => {
    server.set(`${nvdFeedPath(2003)}.json.gz`, () => text(body()));
    const { error, documents, state } = await sync();
    expect(error).toMatchObject({ code: 'source_malformed' });
    expect(error?.message).toContain('a feed of 2003 that is not the one that its .meta describes');
    expect(documents).toHaveLength(1);
    expect(Object.keys(state.feeds as object)).toEqual(['2002']);
  });

  test('without a digest in their .meta are not taken', async () => {
    server.set(`${nvdFeedPath(2002)}.meta`, text('{"vulnerabilities":[]}'));
    expect((await sync()).error).toMatchObject({
      code: 'source_malformed',
      message: /a \.meta of 2002 without a digest/,
    });
  });
});

describe('the API', () => {
  /** All feeds are stored, and everything up to 3 March. */
  const stored = async () => (await sync({ now: '2004-03-04T00:00:00.000Z' })).state;

  test('closes a gap of years in windows of at most 120 days, from the last change that was seen', async () => {
    const state = await stored();
    for (const at of ['2004-04-01', '2004-10-10', '2005-03-03', '2005-12-24'])
      nvd.change(`CVE-2004-1${at.slice(5, 7)}${at.slice(8)}`, `${at}T12:00:00.000`);
    server.requests.length = 0;
    const feeds = { ...(state.feeds as object), 2005: (state.feeds as Record<string, object>)[2004], 2006: null };
    const result = await sync({ state: { ...state, feeds }, now: '2006-01-10T00:00:00.000Z' });
    expect(result.error).toBeNull();
    expect(sorted(result)).toEqual([
      'CVE-2004-0003',
      'CVE-2004-10303',
      'CVE-2004-10401',
      'CVE-2004-11010',
      'CVE-2004-11224',
    ]);
    expect(result.state.modified).toBe('2005-12-24T12:00:00.000Z');
    expect(asked(nvdApi).length).toBeGreaterThan(5);
    expect(result.waited).toBeGreaterThan(30_000); // five requests in thirty seconds
  });

  test('gives each window its own state, so that a sync that breaks off goes on', async () => {
    const state = await stored();
    nvd.change('CVE-2004-1001', '2004-05-01T00:00:00.000');
    nvd.change('CVE-2004-1002', '2004-09-01T00:00:00.000');
    server.fault({ match: nvdApi, kind: 'html', skip: 1 });
    const broken = await sync({ state, now: '2004-10-01T00:00:00.000Z' });
    expect(broken.error).toMatchObject({ code: 'source_malformed' });
    expect(broken.state.modified).toBe('2004-05-01T00:00:00.000Z');
    server.heal();
    const rest = await sync({ state: broken.state, now: '2004-10-01T00:00:00.000Z' });
    expect(sorted(rest)).toEqual(['CVE-2004-1001', 'CVE-2004-1002']);
  });

  test('is read page by page; the state comes with the last one only', async () => {
    const state = await stored();
    for (let n = 0; n < 4_000; n++)
      nvd.change(`CVE-2004-${2000 + n}`, `2004-05-01T00:00:${String(n % 60).padStart(2, '0')}.000`);
    const { documents, state: then } = await sync({ state });
    expect(documents.map((d) => [d.ids.length, d.state !== null])).toEqual([
      [2_000, false],
      [2_000, false],
      [1, true],
    ]);
    expect(then.modified).toBe('2004-05-01T00:00:59.000Z');
  });

  test('asks on after a full page, whatever the total was', async () => {
    const state = await stored();
    for (let n = 0; n < 3_999; n++) nvd.change(`CVE-2004-${2000 + n}`, '2004-05-01T00:00:00.000');
    const { ids, error } = await sync({ state }); // 4,000 with the one of the overlap
    expect(error).toBeNull();
    expect(ids).toHaveLength(4_000);
    expect(asked(nvdApi).at(-1)?.query.get('startIndex')).toBe('4000');
  });

  test('may give smaller pages than it is asked for', async () => {
    const state = await stored();
    nvd.pageSize = 2;
    for (let n = 0; n < 5; n++) nvd.change(`CVE-2004-${2000 + n}`, '2004-05-01T00:00:00.000');
    const { ids, error } = await sync({ state });
    expect(error).toBeNull();
    expect(ids).toHaveLength(6);
  });

  test('is read again when a record left while it was read', async () => {
    const state = await stored();
    nvd.pageSize = 2;
    for (let n = 0; n < 5; n++) nvd.change(`CVE-2004-${2000 + n}`, '2004-05-01T00:00:00.000');
    let pages = 0;
    server.onRequest = ({ path }) => {
      // After the first page, a record of it changes and leaves the window: the others move up.
      if (path === nvdApi && ++pages === 2) nvd.change('CVE-2004-2000', '2004-06-02T00:00:00.000');
    };
    const { ids, error } = await sync({ state });
    expect(error).toBeNull();
    expect(ids).toEqual(expect.arrayContaining([1, 2, 3, 4].map((n) => `CVE-2004-200${n}`)));
  });

  test('whose list grows while it is read needs no second reading', async () => {
    const state = await stored();
    nvd.pageSize = 2;
    for (let n = 0; n < 5; n++) nvd.change(`CVE-2004-${2000 + n}`, '2004-05-01T00:00:00.000');
    let pages = 0;
    server.onRequest = ({ path }) => {
      if (path === nvdApi && ++pages === 3) nvd.change('CVE-2004-9999', '2004-05-01T00:00:00.000');
    };
    const { ids, error } = await sync({ state });
    expect(error).toBeNull();
    expect(ids).toHaveLength(7);
    expect(ids).toContain('CVE-2004-9999');
  });

  test.each([
    ['says that there are more than come', { totalResults: 9 }],
    ['says that there are fewer than come', { totalResults: 0 }],
  ])('that %s, each time, moves nothing', async (_, lie) => {
    const state = await stored();
    const page = JSON.parse(nvd.feed(2004));
    server.set(nvdApi, ({ query }) => {
      const startIndex = Number(query.get('startIndex'));
      return json({ ...page, ...lie, startIndex, vulnerabilities: startIndex === 0 ? page.vulnerabilities : [] });
    });
    const result = await sync({ state });
    expect(result.error).toMatchObject({ code: 'source_malformed', message: /came when they were read 3 times/ });
    expect(result.state).toEqual(state);
  });

  test('that answers without records moves nothing, and the next sync finds what came in the meantime', async () => {
    const state = await stored();
    nvd.change('CVE-2004-1001', '2004-04-01T00:00:00.000');
    nvd.change('CVE-2004-1002', '2004-08-01T00:00:00.000');
    nvd.emptyAnswers = Number.POSITIVE_INFINITY;
    const nothing = await sync({ state, now: '2004-10-01T00:00:00.000Z' });
    expect(nothing).toMatchObject({ documents: [], state });
    expect(nothing.error).toMatchObject({
      code: 'source_malformed',
      message: /says that nothing changed since 2004-03-03T10:00:00\.000Z, when something did/,
    });
    nvd.emptyAnswers = 0;
    const found = await sync({ state: nothing.state, now: '2004-11-01T00:00:00.000Z' });
    expect(sorted(found)).toEqual(['CVE-2004-0003', 'CVE-2004-1001', 'CVE-2004-1002']);
  });

  test.each([1, 2])(
    'that answers %i windows without records is asked for them again before a later one counts',
    async (lies) => {
      const state = await stored();
      nvd.change('CVE-2004-1001', '2004-04-01T00:00:00.000');
      nvd.change('CVE-2004-1002', '2004-08-01T00:00:00.000');
      nvd.change('CVE-2004-1003', '2004-12-01T00:00:00.000');
      nvd.emptyAnswers = lies;
      const { ids, state: then, notes } = await sync({ state, now: '2004-12-20T00:00:00.000Z' });
      expect(ids).toEqual(['CVE-2004-0003', 'CVE-2004-1001', 'CVE-2004-1002', 'CVE-2004-1003']);
      expect(then.modified).toBe('2004-12-01T00:00:00.000Z');
      expect(notes).toEqual([]);
    },
  );

  test('is believed that nothing changed in a window when it says so again and again', async () => {
    const state = await stored();
    nvd.change('CVE-2004-1003', '2004-12-01T00:00:00.000');
    const { ids, notes, error } = await sync({ state, now: '2004-12-20T00:00:00.000Z' });
    expect(error).toBeNull();
    expect(ids).toEqual(['CVE-2004-0003', 'CVE-2004-1003']);
    expect(notes).toEqual(['nothing changed from 2004-06-30 to 2004-10-28: read 3 times']);
  });

  test.each([
    ['no page at all', { status: 200, ...text('{"message":"Welcome"}', 'application/json') }],
    ['a page of something else', json({ format: 'NVD_CPE', totalResults: 0, startIndex: 0, vulnerabilities: [] })],
    ['JSON that breaks off', text('{"vulnerabilities":[{"cve":{"id":"CVE-20', 'application/json')],
    ['nothing', text('')],
  ])('that answers %s moves nothing', async (_, answer) => {
    const state = await stored();
    server.set(nvdApi, answer);
    const result = await sync({ state });
    expect(result.error).toMatchObject({ code: 'source_malformed' });
    expect(result.documents).toEqual([]);
  });

  test('gets the key in a header, and ten times as many requests', async () => {
    const state = await stored();
    nvd.pageSize = 1;
    for (let n = 0; n < 40; n++) nvd.change(`CVE-2004-${2000 + n}`, '2004-05-01T00:00:00.000');
    const result = await sync({ state, settings: { nvdApiKey: 'secret-key' } });
    expect(result.ids).toHaveLength(41);
    expect(result.waited).toBe(0);
    expect(
      new Set(
        asked(nvdApi)
          .slice(1)
          .map((r) => r.headers.apikey),
      ),
    ).toEqual(new Set(['secret-key']));
    expect(JSON.stringify(result.documents)).not.toContain('secret-key');
  });

  test('is asked from a day on with --since, and only then', async () => {
    const { ids } = await sync({ since: '2004-03-02T00:00:00.000Z' });
    expect(ids).toEqual(['CVE-2004-0002', 'CVE-2004-0003']);
    expect(asked('nvdcve')).toEqual([]);
  });

  test('never moves the state backwards', async () => {
    const state = await stored();
    const { state: then } = await sync({ state, since: '2002-01-01T00:00:00.000Z' });
    expect(then.modified).toBe(state.modified);
  });
});
