import { afterAll, expect, test } from 'vitest';
import { redirectTarget } from '../../src/net/address.ts';
import { failureOf, removeDownloads, testFetcher } from '../support/fetching.ts';
import { json, startHttpServer } from '../support/http-server.ts';

afterAll(removeDownloads);

const to = (location: string, status = 302) => ({ status, headers: { location }, etag: null });
const start = 'https://feeds.example/a/latest';

test('redirects are followed within the mirror, whatever their form', async () => {
  await using server = await startHttpServer({ '/feeds.example/a/whole.json': json({ here: true }) });
  server.set('/other.example/whole.json', json({ here: true }));
  const { fetcher } = testFetcher(server.url);
  for (const location of [
    'https://other.example/whole.json',
    '//other.example/whole.json?x=1#part',
    '/a/whole.json', // of the site
    'whole.json',
    '/feeds.example/a/whole.json', // of the mirror
    `${server.url}/feeds.example/a/whole.json`,
    `${server.url}/other.example/whole.json`,
  ]) {
    server.set('/feeds.example/a/latest', to(location));
    expect(await fetcher.text(start)).toMatchObject({ kind: 'text', text: '{"here":true}', url: start });
  }
  expect(server.requests.every((request) => /^\/(feeds|other)\.example\//.test(request.path))).toBe(true);
});

test('a secret is told to nobody but whom it was meant for', async () => {
  await using server = await startHttpServer({
    '/feeds.example/a/latest': to('/a/next', 307),
    '/feeds.example/a/next': to('https://other.example/whole.json', 308),
    '/other.example/whole.json': json({}),
  });
  const { fetcher } = testFetcher(server.url);
  const headers = {
    apiKey: 's3cret',
    'Auth-Key': 's3cret',
    Authorization: 'Bearer s3cret',
    Accept: 'application/json',
  };
  await fetcher.text(start, { headers });
  const [first, second, third] = server.requests.map((request) => request.headers);
  expect(first).toMatchObject({ apikey: 's3cret', 'auth-key': 's3cret', authorization: 'Bearer s3cret' });
  expect(second).toMatchObject({ apikey: 's3cret' });
  expect(third).toMatchObject({ accept: 'application/json', 'user-agent': 'OpenThreat/test' });
  expect(JSON.stringify(third)).not.toContain('s3cret');
  server.fault({ match: 'other.example', kind: 'status', status: 401 });
  const error = await failureOf(fetcher.text(start, { headers }));
  expect(error.message).toContain('redirected to other.example, which answered 401 (Unauthorized) for /whole.json');
  expect(error.message + JSON.stringify(error.context) + String(error.cause)).not.toContain('s3cret');
});

test('nothing leads from https to anything less, or round in circles', async () => {
  await using server = await startHttpServer();
  const { fetcher, clock } = testFetcher(server.url);
  for (const location of [
    'http://feeds.example/a',
    'file:///etc/passwd',
    'ftp://feeds.example/',
    'https://',
    'data:text/plain,x',
  ]) {
    server.set('/feeds.example/a/latest', to(location));
    const error = await failureOf(fetcher.download(start));
    expect(error.code).toBe('source_malformed');
    expect(error.message).toContain('is not followed');
  }
  server.set('/feeds.example/a/latest', to('latest'));
  const before = server.requests.length;
  expect((await failureOf(fetcher.download(start))).message).toContain('redirected more than 5 times');
  expect(server.requests.length - before).toBe(6);
  server.set('/feeds.example/a/latest', { status: 302 });
  expect((await failureOf(fetcher.download(start))).message).toContain('answered 302 (Found)');
  expect(clock.waits).toEqual([]);
});

test('a mirror may lie below a path', () => {
  const at = (location: string, mirror: string | null) => redirectTarget(location, new URL(start), mirror)?.href;
  expect(at('/m/feeds.example/a/', 'http://mirror.lan/m')).toBe('https://feeds.example/a/');
  expect(at('http://mirror.lan/m/other.example/b?c=1', 'http://mirror.lan/m')).toBe('https://other.example/b?c=1');
  expect(at('/a/b', 'http://mirror.lan/m')).toBe('https://feeds.example/a/b');
  expect(at('http://mirror.lan/b', 'http://mirror.lan/m')).toBe('http://mirror.lan/b'); // outside: then refused
  expect(at('http://mirror.lan/b', null)).toBe('http://mirror.lan/b');
});
