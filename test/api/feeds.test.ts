import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';
import { all, one, parseXml } from '../support/xml.ts';

const hostile = 'A <script>alert(1)</script> & "x" ]]> &amp; \u0008\u001b[31m \ufffe end';
const shown = 'A <script>alert(1)</script> & "x" ]]> &amp; [31m  end';
const uri = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const rfc822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe.each(testDatabases())('feeds on $name', ({ open }) => {
  let folder: string;
  let database: TestDatabase;
  let app: App;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-feeds-'));
    database = await open();
    const records = [
      nvdRecord('CVE-2024-0001', { description: hostile, score: 9.8, modified: '2024-05-03T00:00:00.000' }),
      nvdRecord('CVE-2024-0002', { score: 5, modified: '2024-05-02T00:00:00.000', vendor: 'globex' }),
      nvdRecord('CVE-2010-0003', {
        score: 9.1,
        modified: '2024-05-01T00:00:00.000',
        published: '2010-01-01T00:00:00.000',
      }),
    ];
    await loadWell(database.database, [
      put(folder, 'nvd.json', nvdFeed(records)),
      put(folder, 'kev.json', kevCatalogue([kevEntry('CVE-2010-0003', { dateAdded: '2024-04-30' })])),
    ]);
    app = await testApi(database.database, { OPENTHREAT_PUBLIC_READ: 'true' });
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await app.inject({
      url: `/api/v1/feeds/${path}`,
      headers: { host: 'threats.example:8001', ...headers },
    });
    return { ...answer, status: answer.statusCode, body: answer.body, headers: answer.headers };
  };

  test('RSS is RSS 2.0', async () => {
    const { headers, body } = await ask('rss?q=severity:critical');
    expect(headers['content-type']).toMatch(/^application\/rss\+xml/);
    const rss = parseXml(body);
    expect([rss.name, rss.attributes.version]).toEqual(['rss', '2.0']);
    const channel = one(rss, 'channel');
    for (const name of ['title', 'link', 'description']) expect(one(channel, name).text).not.toBe('');
    expect(one(channel, 'atom:link')).toMatchObject({
      uri: 'http://www.w3.org/2005/Atom',
      attributes: {
        rel: 'self',
        type: 'application/rss+xml',
        href: 'http://threats.example:8001/api/v1/feeds/rss?q=severity:critical',
      },
    });
    expect(one(channel, 'lastBuildDate').text).toMatch(rfc822);
    const items = all(channel, 'item');
    expect(items).toHaveLength(2);
    for (const item of items) {
      expect(one(item, 'guid').attributes.isPermaLink).toBe('false');
      expect(one(item, 'guid').text).toMatch(uri);
      expect(one(item, 'pubDate').text).toMatch(rfc822);
      expect(one(item, 'link').text).toMatch(/^http:\/\/threats\.example:8001\/cve\/CVE-/);
    }
    expect(new Set(items.map((item) => one(item, 'guid').text)).size).toBe(2);
  });

  test('Atom is RFC 4287', async () => {
    const { headers, body } = await ask('atom');
    expect(headers['content-type']).toMatch(/^application\/atom\+xml/);
    const feed = parseXml(body);
    expect([feed.name, feed.uri]).toEqual(['feed', 'http://www.w3.org/2005/Atom']);
    expect(one(feed, 'id').text).toMatch(uri);
    expect(one(one(feed, 'author'), 'name').text).toBe('OpenThreat');
    expect(all(feed, 'link').map((link) => link.attributes)).toEqual([
      { rel: 'alternate', href: 'http://threats.example:8001/search' },
      { rel: 'self', href: 'http://threats.example:8001/api/v1/feeds/atom' },
    ]);
    const entries = all(feed, 'entry');
    expect(entries).toHaveLength(3);
    for (const entry of entries) {
      expect(one(entry, 'id').text).toMatch(uri);
      expect(one(entry, 'updated').text).toMatch(rfc3339);
      expect(one(entry, 'published').text).toMatch(rfc3339);
      expect(one(entry, 'summary').attributes.type).toBe('html');
    }
    expect(one(feed, 'updated').text).toBe('2024-05-03T00:00:00.000Z');
  });

  test('JSON Feed is version 1.1, in plain text', async () => {
    const { headers, body } = await ask('json?sort=published');
    expect(headers['content-type']).toMatch(/^application\/feed\+json/);
    const feed = JSON.parse(body);
    expect(feed).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      feed_url: 'http://threats.example:8001/api/v1/feeds/json?sort=published',
      authors: [{ name: 'OpenThreat' }],
    });
    const titles = feed.items.map((item: { title: string }) => item.title.slice(0, 13));
    expect(titles.at(-1)).toBe('CVE-2010-0003');
    for (const item of feed.items)
      expect(item).toMatchObject({ id: expect.stringMatching(uri), tags: expect.any(Array) });
    const [text] = feed.items.flatMap((i: { content_text: string }) =>
      i.content_text.includes('alert') ? [i.content_text] : [],
    );
    expect(text).toBe(`CVSS 9.8\n\n${shown}`);
  });

  test('what a feed says is text: never markup, never what XML forbids', async () => {
    const atom = all(parseXml((await ask('atom')).body), 'entry')[0];
    const rss = all(one(parseXml((await ask('rss')).body), 'channel'), 'item')[0];
    if (!atom || !rss) throw new Error('there are entries');
    // HTML that shows the text.
    const html = shown
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;');
    expect(one(atom, 'title').text).toBe(`CVE-2024-0001: ${html.replace('  ', ' ')}`);
    expect(one(atom, 'summary').text).toContain(html);
    expect(one(rss, 'description').text).toContain(html);
    expect(one(rss, 'title').text).not.toMatch(/[<>]/);
  });

  test('newest first: what changed, what was published, or what became known as exploited', async () => {
    const order = async (path: string) =>
      all(one(parseXml((await ask(path)).body), 'channel'), 'item').map((item) => one(item, 'title').text.slice(0, 13));
    expect(await order('rss')).toEqual(['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2010-0003']);
    expect(await order('rss?limit=1')).toEqual(['CVE-2024-0001']);
    expect(await order('rss?q=vendor:globex')).toEqual(['CVE-2024-0002']);
    expect(await order('critical')).toEqual(['CVE-2024-0001', 'CVE-2010-0003']);
    expect(await order('exploited')).toEqual(['CVE-2010-0003']);
    expect(await order('exploited?q=vendor:globex')).toEqual([]);
    expect((await ask('exploited')).body).toContain('<pubDate>Tue, 30 Apr 2024 00:00:00 GMT</pubDate>');
  });

  test('a named feed comes in the form that is asked for', async () => {
    const type = async (path: string, accept?: string) => {
      const { headers } = await ask(path, accept === undefined ? {} : { accept });
      return String(headers['content-type']).split(';')[0];
    };
    expect(await type('critical')).toBe('application/rss+xml');
    expect(await type('critical', 'text/html, application/atom+xml;q=0.9')).toBe('application/atom+xml');
    expect(await type('critical', 'application/rss+xml;q=0.1, application/json')).toBe('application/feed+json');
    expect(await type('critical?format=atom', 'application/json')).toBe('application/atom+xml');
    expect((await ask('critical')).headers.vary).toContain('accept');
  });

  test('a reader that has a feed is told so, whichever of the two ways it asks', async () => {
    const { headers } = await ask('critical');
    const again = await ask('critical', { 'if-none-match': String(headers.etag) });
    expect([again.status, again.body]).toEqual([304, '']);
    const since = await ask('critical', { 'if-modified-since': String(headers['last-modified']) });
    expect([since.status, since.body]).toEqual([304, '']);
    expect((await ask('critical', { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' })).status).toBe(200);
    // Another form, and another name of the server, are other answers.
    expect((await ask('critical', { accept: 'application/json' })).headers.etag).not.toBe(headers.etag);
    expect((await ask('critical', { host: 'other.example' })).body).toContain('http://other.example/cve/');
  });

  test('a mistake in the query is a problem that names its place', async () => {
    const { status, body } = await ask('atom?q=severity:huge');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'invalid_query', position: expect.any(Number) });
  });
});
