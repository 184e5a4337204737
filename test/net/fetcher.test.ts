import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../src/net/clock.ts';
import { failureOf, removeDownloads, testFetcher } from '../support/fetching.ts';
import { json, startHttpServer, text } from '../support/http-server.ts';

afterAll(removeDownloads);

const address = 'https://feeds.example/kev.json';
const path = '/feeds.example/kev.json';
const catalogue = { count: 1, vulnerabilities: [{ cveID: 'CVE-2026-0001' }] };

test('a document lies on disk whole, under a name of its own', async () => {
  await using server = await startHttpServer({
    [path]: { ...json(catalogue), lastModified: 'Mon, 01 Jun 2026 00:00:00 GMT' },
  });
  const { fetcher, folder } = testFetcher(server.url);
  const first = await fetcher.download(address, { expect: 'json' });
  const other = await fetcher.download(address, { query: { page: 2 } });
  if (first.kind !== 'file' || other.kind !== 'file') throw new Error('no file');
  const body = JSON.stringify(catalogue);
  expect(readFileSync(first.file, 'utf8')).toBe(body);
  expect(first).toMatchObject({
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    url: address,
    validators: { etag: expect.stringMatching(/^"/), lastModified: 'Mon, 01 Jun 2026 00:00:00 GMT' },
  });
  expect(other.file).not.toBe(first.file);
  expect(other.url).toBe(`${address}?page=2`);
  expect(readdirSync(folder)).toHaveLength(2);
  expect(server.requests[1]?.query.get('page')).toBe('2');
  expect(server.requests[0]?.headers['user-agent']).toBe('OpenThreat/test');
  await fetcher.clean();
  expect(readdirSync(folder)).toEqual([]);
});

test('what is known already is not sent again', async () => {
  await using server = await startHttpServer({
    [path]: { ...json(catalogue), lastModified: 'Mon, 01 Jun 2026 00:00:00 GMT' },
  });
  const { fetcher } = testFetcher(server.url);
  const first = await fetcher.text(address);
  if (first.kind !== 'text') throw new Error('no text');
  expect(JSON.parse(first.text)).toEqual(catalogue);
  const unchanged = { kind: 'unchanged', url: address };
  expect(await fetcher.text(address, { validators: first.validators })).toEqual(unchanged);
  expect(await fetcher.download(address, { validators: first.validators })).toEqual(unchanged);
  const { lastModified = '' } = first.validators;
  expect(await fetcher.download(address, { validators: { lastModified } })).toEqual(unchanged);
  server.set(path, json({ count: 0 }));
  expect(await fetcher.download(address, { validators: first.validators })).toMatchObject({ kind: 'file' });
});

test('a missing document is an answer where it may be missing, and otherwise an error at once', async () => {
  await using server = await startHttpServer();
  const { fetcher, clock } = testFetcher(server.url);
  expect(await fetcher.download(address, { mayBeAbsent: true })).toEqual({ kind: 'absent', url: address });
  const error = await failureOf(fetcher.download(`${address}?key=secret`, { headers: { apiKey: 'secret' } }));
  expect(error).toMatchObject({
    code: 'source_unreachable',
    context: { host: 'feeds.example', status: 404, tries: 1 },
  });
  expect(error.message).toContain('feeds.example');
  expect(error.message).toContain('answered 404 (Not Found) for /kev.json');
  expect(error.message).not.toContain('secret');
  expect(clock.waits).toEqual([]);
});

test('a passing fault is waited out, longer each time', async () => {
  await using server = await startHttpServer({ [path]: json(catalogue) });
  server.fault({ match: 'kev', kind: 'status', status: 503, times: 2 });
  server.fault({ match: 'kev', kind: 'reset', times: 1 });
  const { fetcher, clock, notes } = testFetcher(server.url);
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file' });
  expect(clock.waits).toEqual([1000, 2000, 4000]);
  expect(notes).toEqual([expect.stringContaining('dropped the connection: trying again in 4 s')]);
});

test('a server that stays down is given up after its tries, in one sentence', async () => {
  await using server = await startHttpServer();
  server.fault({ match: 'kev', kind: 'status', status: 503 });
  const { fetcher } = testFetcher(server.url);
  const error = await failureOf(fetcher.download(address));
  expect(error.message).toBe(
    'feeds.example (through the mirror) answered 503 (Service Unavailable) to 4 requests: try again later.',
  );
  expect(error.context).toEqual({ host: 'feeds.example', status: 503, tries: 4 });
  expect(server.requests).toHaveLength(4);
});

test('the time for all tries is limited too', async () => {
  await using server = await startHttpServer();
  server.fault({ match: 'kev', kind: 'status', status: 500 });
  const { fetcher } = testFetcher(server.url, { limits: { totalMs: 5_000 } });
  await failureOf(fetcher.download(address, { tries: 1000 }));
  expect(server.requests).toHaveLength(3);
});

test('the server says how long to wait, in seconds or as a date', async () => {
  await using server = await startHttpServer({ [path]: json(catalogue) });
  server.fault({ match: 'kev', kind: 'status', status: 429, retryAfter: 90, times: 1 });
  server.fault({ match: 'kev', kind: 'status', status: 503, retryAfter: 'Mon, 01 Jun 2026 00:03:30 GMT', times: 1 });
  const { fetcher, clock } = testFetcher(server.url);
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file' });
  expect(clock.waits).toEqual([90_000, 120_000]);
});

test('a long wait is not waited for, but told', async () => {
  await using server = await startHttpServer();
  server.fault({ match: 'kev', kind: 'status', status: 429, retryAfter: 7200 });
  const { fetcher, clock } = testFetcher(server.url);
  const error = await failureOf(fetcher.download(address));
  expect(error.code).toBe('source_unreachable');
  expect(error.message).toContain(
    'answered 429 (Too Many Requests): it asks to wait, so try again after 2026-06-01 02:00 UTC.',
  );
  expect(clock.waits).toEqual([]);
});

test('403 is an error at once, unless the server is known to say so when it is asked too often', async () => {
  await using server = await startHttpServer({ [path]: json(catalogue) });
  server.fault({ match: 'kev', kind: 'status', status: 403, times: 2 });
  const { fetcher, clock } = testFetcher(server.url);
  expect((await failureOf(fetcher.download(address))).message).toContain('refuses access');
  expect(server.requests).toHaveLength(1);
  const limit = { key: 'kev', requests: 5, perMs: 30_000 };
  const refusal = await failureOf(fetcher.download(address, { rate: limit, headers: { 'Auth-Key': 'secret' } }));
  expect(refusal.message).toMatch(/answered 403 \(Forbidden\) for .*: it refuses access, so check its key/);
  expect(clock.waits).toEqual([]);
  const rate = { ...limit, exceededIs403: true } as const;
  server.fault({ match: 'kev', kind: 'status', status: 403, times: 1 });
  expect(await fetcher.download(address, { rate })).toMatchObject({ kind: 'file' });
  expect(clock.waits).toEqual([30_000]);
  server.fault({ match: 'kev', kind: 'status', status: 403 });
  const error = await failureOf(fetcher.download(address, { rate, tries: 3 }));
  expect(error.message).toContain('answered 403 (Forbidden) to 3 requests: it allows no more requests now');
});

test('the body is what was asked for, or an error that says what came', async () => {
  await using server = await startHttpServer({ [path]: json(catalogue) });
  const { fetcher, folder, clock } = testFetcher(server.url);
  server.fault({ match: 'kev', kind: 'html', times: 3 });
  const page = await failureOf(fetcher.download(address, { expect: 'json' }));
  expect(page).toMatchObject({ code: 'source_malformed', context: { host: 'feeds.example' } });
  expect(page.message).toContain('answered a web page ("Maintenance") instead of JSON');
  expect((await failureOf(fetcher.text(address, { expect: 'text' }))).code).toBe('source_malformed');
  expect(await fetcher.text(address)).toMatchObject({ kind: 'text' }); // any
  server.set(path, text('  \n<HTML><body>sign in</body>', 'application/json'));
  expect((await failureOf(fetcher.download(address, { expect: 'text' }))).message).toContain('a web page instead');
  server.set(path, text('{"a":1}', 'text/html')); // wrongly labelled, but JSON
  expect(await fetcher.download(address, { expect: 'json' })).toMatchObject({ kind: 'file' });
  server.fault({ match: 'kev', kind: 'empty', times: 2 });
  expect((await failureOf(fetcher.download(address))).message).toContain('answered nothing (an empty body)');
  expect((await failureOf(fetcher.text(address))).code).toBe('source_malformed');
  expect(clock.waits).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('a server that falls silent is not waited for for ever', async () => {
  await using server = await startHttpServer({ [path]: json(catalogue) });
  const { fetcher } = testFetcher(server.url, { limits: { idleMs: 40 } });
  server.fault({ match: 'kev', kind: 'hang', times: 2 });
  const hanging = await failureOf(fetcher.download(address, { tries: 2 }));
  expect(hanging.code).toBe('source_unreachable');
  expect(hanging.message).toContain('did not answer within 40 ms in 2 tries');
  server.fault({ match: 'kev', kind: 'stall', times: 1 });
  expect((await failureOf(fetcher.text(address, { tries: 1 }))).message).toContain('fell silent within 40 ms');
  server.fault({ match: 'kev', kind: 'stall', times: 1 });
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file' });
});

test('one try has its time', async () => {
  await using server = await startHttpServer();
  server.fault({ match: 'kev', kind: 'hang' });
  const { fetcher } = testFetcher(server.url);
  const error = await failureOf(fetcher.download(address, { tries: 1, timeoutMs: 30 }));
  expect(error.message).toContain('did not answer within 30 ms');
});

test('nobody listens', async () => {
  const server = await startHttpServer();
  await server.close();
  const port = new URL(server.url).port;
  const { fetcher } = testFetcher(null, { allowPrivate: true });
  const error = await failureOf(fetcher.download(`http://127.0.0.1:${port}/feed`));
  expect(error).toMatchObject({ code: 'source_unreachable', context: { host: `127.0.0.1:${port}`, tries: 4 } });
  expect(error.message).toBe(
    `127.0.0.1:${port} refused the connection in 4 tries: check the network and try again later.`,
  );
});

test('an interrupt ends a wait at once', async () => {
  await using server = await startHttpServer();
  server.fault({ match: 'kev', kind: 'status', status: 503, retryAfter: 200 });
  const stop = new AbortController();
  const { fetcher } = testFetcher(server.url, { signal: stop.signal, clock: systemClock, note: () => stop.abort() });
  const error = await failureOf(fetcher.download(address));
  expect(error.code).toBe('interrupted');
  expect(error.message).toBe('Interrupted while fetching from feeds.example; the next time goes on from here.');
});

test('what a server says of a request that it does not take is told', async () => {
  const headers = { message: 'startIndex must be\t0 or more' };
  await using server = await startHttpServer({ [path]: { status: 404, headers } });
  const error = await failureOf(testFetcher(server.url).fetcher.download(address));
  expect(error.message).toContain('answered 404 (Not Found) for /kev.json ("startIndex must be 0 or more")');
});
