import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fileName } from '../../src/net/address.ts';
import { RateLimiter } from '../../src/net/rates.ts';
import { retryAfterMs } from '../../src/net/retry-after.ts';
import { failureOf, QuickClock, removeDownloads, testFetcher } from '../support/fetching.ts';
import { json, startHttpServer, text } from '../support/http-server.ts';

afterAll(removeDownloads);

const address = 'https://feeds.example/feed.json';
const path = '/feeds.example/feed.json';

test('a body has a limit, announced or not, packed or not', async () => {
  const zeros = Buffer.alloc(5_000_000, 0x20);
  const noise = randomBytes(200_000);
  await using server = await startHttpServer();
  const { fetcher, folder, clock } = testFetcher(server.url);
  for (const answer of [
    text(noise),
    { ...text(noise), chunked: true as const },
    { ...text(gzipSync(zeros)), headers: { 'content-encoding': 'gzip' } },
    { ...text(brotliCompressSync(zeros)), headers: { 'content-encoding': 'BR' } },
  ]) {
    server.set(path, answer);
    const error = await failureOf(fetcher.download(address, { maxBytes: 100_000 }));
    expect(error.code).toBe('source_malformed');
    expect(error.message).toContain('sends more than the 97 KiB that are taken from it');
    expect((await failureOf(fetcher.text(address, { maxBytes: 100_000 }))).code).toBe('source_malformed');
  }
  expect(clock.waits).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  for (const encoding of ['gzip, gzip, gzip', 'compress']) {
    server.set(path, { ...text('x'), headers: { 'content-encoding': encoding } });
    const error = await failureOf(fetcher.download(address));
    expect(error.message).toContain('packed its answer in a way that was not asked for');
  }
});

test('a server that takes the connection and says nothing has its time, too', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  await once(silent, 'listening');
  const { fetcher } = testFetcher(null, { allowPrivate: true, limits: { connectMs: 40 } });
  const at = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const error = await failureOf(fetcher.download(at, { tries: 1 }));
  for (const socket of sockets) socket.destroy();
  silent.close();
  expect(error.message).toContain('did not finish the TLS handshake within 40 ms: check the network');
});

test('a body that drips for ever is cut off', async () => {
  const dripping = createHttpServer((_, response) => {
    const timer = setInterval(() => response.write(' '), 5);
    response.once('close', () => clearInterval(timer));
  }).listen(0, '127.0.0.1');
  await once(dripping, 'listening');
  const { fetcher, folder } = testFetcher(null, { allowPrivate: true });
  const at = `http://127.0.0.1:${(dripping.address() as AddressInfo).port}/`;
  const oneTry = { tries: 1, timeoutMs: 100 };
  for (const ask of ['download', 'text'] as const)
    expect((await failureOf(fetcher[ask](at, oneTry))).message).toContain('did not finish its answer within 100 ms');
  dripping.closeAllConnections();
  dripping.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('headers have a limit', async () => {
  await using server = await startHttpServer({ [path]: { ...json({}), headers: { padding: 'x'.repeat(100_000) } } });
  const { fetcher } = testFetcher(server.url);
  const error = await failureOf(fetcher.download(address));
  expect(error).toMatchObject({ code: 'source_malformed', context: { tries: 1 } });
  expect(error.message).toContain('sends more headers than are taken from it');
});

test('damaged packing is an error', async () => {
  const packed = gzipSync(randomBytes(100_000));
  packed.fill(0, 50_000, 50_100);
  await using server = await startHttpServer({ [path]: { ...text(packed), headers: { 'content-encoding': 'gzip' } } });
  const { fetcher } = testFetcher(server.url);
  const error = await failureOf(fetcher.download(address));
  expect(error.code).toBe('source_malformed');
  expect(error.message).toContain('sent damaged compressed content in 4 tries');
});

test('what is packed already is not packed again on its way', async () => {
  await using server = await startHttpServer({ '/feeds.example/2024.json.gz': text('x'), [path]: json({}) });
  const { fetcher } = testFetcher(server.url);
  await fetcher.download('https://feeds.example/2024.json.gz');
  await fetcher.download(address);
  expect(server.requests.map((request) => request.headers['accept-encoding'])).toEqual(['identity', 'gzip, br']);
});

test('never more requests in a window than allowed, whoever sends them', async () => {
  const window = fc.record({ requests: fc.integer({ min: 1, max: 6 }), perMs: fc.integer({ min: 1, max: 60_000 }) });
  const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(window, pauses, async ({ requests, perMs }, gaps) => {
      const rates = new RateLimiter();
      const clock = new QuickClock();
      const sent: number[] = [];
      for (const gap of gaps) {
        clock.elapsed += gap;
        await rates.turn({ key: 'nvd', requests, perMs }, clock);
        sent.push(clock.ticks());
      }
      for (const [i, at] of sent.entries()) {
        const before = sent[i - requests];
        if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(perMs);
      }
    }),
  );
});

test('requests that come together wait in line, those of another key do not', async () => {
  const rates = new RateLimiter();
  const clock = new QuickClock();
  const due: number[] = [];
  clock.wait = async (ms) => {
    due.push(ms);
  };
  const rate = { key: 'nvd', requests: 2, perMs: 1000 };
  await Promise.all([1, 2, 3, 4, 5].map(() => rates.turn(rate, clock)));
  await rates.turn({ ...rate, key: 'other' }, clock);
  expect(due).toEqual([1020, 1020, 2040]);
});

test('fetchers of one process share the rate', async () => {
  await using server = await startHttpServer({ [path]: json({}) });
  const rates = new RateLimiter();
  const one = testFetcher(server.url, { rates });
  const two = testFetcher(server.url, { rates, clock: one.clock });
  const rate = { key: 'feeds', requests: 2, perMs: 30_000 };
  for (const { fetcher } of [one, two, one, two]) await fetcher.text(address, { rate });
  expect(one.clock.waits).toEqual([30_600]); // the last of the four starts another window
});

test('Retry-After in all its forms', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs(' 0 ', now)).toBe(0);
  expect(retryAfterMs('Mon, 01 Jun 2026 00:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('Monday, 01-Jun-26 00:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('Mon Jun  1 00:01:00 2026', now)).toBe(60_000);
  expect(retryAfterMs('Sun, 31 May 2026 00:00:00 GMT', now)).toBe(0);
  for (const text of [undefined, '', 'soon', '-5', '1.5', '12 minutes']) expect(retryAfterMs(text, now)).toBeNull();
});

test('names of files are safe everywhere and differ with the address', () => {
  const name = (url: string) => fileName(new URL(url));
  expect(name('https://nvd.nist.gov/feeds/nvdcve-2.0-2024.json.gz')).toMatch(
    /^[0-9a-f]{16}-nvdcve-2\.0-2024\.json\.gz$/,
  );
  expect(name('https://urlhaus.abuse.ch/downloads/csv_online/')).toMatch(/-csv_online$/);
  expect(name('https://x.example/')).toMatch(/-x\.example$/);
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true }), fc.webUrl({ withQueryParameters: true }), (a, b) => {
      expect(name(a)).toMatch(/^[0-9a-f]{16}-[A-Za-z0-9._-]*[A-Za-z0-9_-]$/);
      expect(name(a).length).toBeLessThan(100);
      expect(name(a)).not.toMatch(/\.part(\.json)?$/);
      expect(name(a) === name(b)).toBe(new URL(a).href === new URL(b).href);
    }),
  );
  expect(name('https://x.example/a.part')).toMatch(/a_$/);
  expect(name('https://x.example/a.part.json')).toMatch(/a_$/);
  expect(name('https://x.example/%2e%2e%2f..%00')).not.toContain('/');
});
