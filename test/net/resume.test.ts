import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { fileName } from '../../src/net/address.ts';
import { failureOf, removeDownloads, testFetcher } from '../support/fetching.ts';
import { startHttpServer, text } from '../support/http-server.ts';
import { until } from '../support/watching.ts';

afterAll(removeDownloads);

const address = 'https://feeds.example/cves.zip';
const path = '/feeds.example/cves.zip';
const body = randomBytes(300_000);
const sha256 = createHash('sha256').update(body).digest('hex');
const name = fileName(new URL(address));

test('a download that broke off goes on where it was', async () => {
  await using server = await startHttpServer({ [path]: text(body, 'application/zip') });
  server.fault({ match: 'cves', kind: 'truncate', times: 1, at: 0.5 });
  const { fetcher, folder } = testFetcher(server.url);
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file', bytes: body.length, sha256 });
  // What was under way when the line broke may be lost.
  expect(server.requests.map((request) => request.headers.range)).toEqual([
    undefined,
    expect.stringMatching(/^bytes=1\d{5}-$/),
  ]);
  expect(server.requests[1]?.headers['if-range']).toMatch(/^"/);
  expect(readdirSync(folder)).toEqual([name]);
  expect(readFileSync(join(folder, name)).equals(body)).toBe(true);
});

test('an interrupted download goes on the next time', async () => {
  await using server = await startHttpServer({ [path]: text(body, 'application/zip') });
  server.fault({ match: 'cves', kind: 'stall', times: 1, at: 0.5 });
  const stop = new AbortController();
  const { fetcher, folder } = testFetcher(server.url, { signal: stop.signal });
  const part = join(folder, `${name}.part`);
  const failing = failureOf(fetcher.download(address));
  await until('half of it', () => (existsSync(part) && statSync(part).size === 150_000) || null);
  stop.abort(new AppError('interrupted', 'Interrupted.'));
  expect((await failing).code).toBe('interrupted');
  expect((await failureOf(fetcher.download(address))).code).toBe('interrupted');
  await fetcher.clean();
  expect(readdirSync(folder).toSorted()).toEqual([`${name}.part`, `${name}.part.json`]);
  const next = testFetcher(server.url, { folder });
  expect(await next.fetcher.download(address)).toMatchObject({ kind: 'file', bytes: body.length, sha256 });
  expect(server.requests.at(-1)?.headers.range).toBe('bytes=150000-');
});

test('a document that changed meanwhile comes anew', async () => {
  await using server = await startHttpServer({ [path]: text(randomBytes(200_000)) });
  server.fault({ match: 'cves', kind: 'truncate', times: 1 });
  server.onRequest = () => {
    if (server.requests.length === 2) server.set(path, text(body));
  };
  const { fetcher } = testFetcher(server.url);
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file', sha256 });
});

test('without a strong validator, or ranges, it starts again', async () => {
  await using server = await startHttpServer({ [path]: { ...text(body), etag: 'W/"weak"' } });
  server.fault({ match: 'cves', kind: 'truncate', times: 1 });
  const { fetcher, folder } = testFetcher(server.url);
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file', sha256 });
  expect(server.requests[1]?.headers.range).toBeUndefined();
  server.set(path, { ...text(body), ranges: false });
  server.fault({ match: 'cves', kind: 'truncate', times: 1 });
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file', sha256 });
  expect(server.requests[3]?.headers.range).toMatch(/^bytes=/);
  expect(readdirSync(folder)).toEqual([name]);
});

test('another part than asked for is not joined to what is there', async () => {
  await using server = await startHttpServer({ [path]: text(body) });
  const { fetcher } = testFetcher(server.url);
  const whole = '"whole"';
  for (const wrong of [
    () => ({ status: 206, headers: { 'content-range': 'bytes 0-9/300000' }, body: 'other part', etag: whole }),
    (from: number) => ({
      status: 206,
      headers: { 'content-range': `bytes ${from}-299999/300000` },
      body: randomBytes(300_000 - from),
      etag: '"other"',
    }),
    (from: number) => ({
      status: 206,
      headers: { 'content-range': `bytes ${from}-${from + 9}/300000` },
      body: body.subarray(from, from + 10),
      etag: whole,
    }),
    () => ({ status: 416 }),
  ]) {
    server.set(path, ({ headers: { range } }) =>
      range ? wrong(Number(range.slice(6, -1))) : { ...text(body), etag: whole },
    );
    server.fault({ match: 'cves', kind: 'truncate', times: 1 });
    expect(await fetcher.download(address)).toMatchObject({ kind: 'file', bytes: body.length, sha256 });
  }
});

test('what is half there is no good without knowing what it is', async () => {
  await using server = await startHttpServer({ [path]: text(body) });
  const { fetcher, folder } = testFetcher(server.url);
  for (const about of ['{"url":"https://other.example/","etag":"\\"1\\""}', '{"url":', 'null', '[]']) {
    writeFileSync(join(folder, `${name}.part`), 'something else');
    writeFileSync(join(folder, `${name}.part.json`), about);
    expect(await fetcher.download(address)).toMatchObject({ kind: 'file', sha256 });
  }
  expect(server.requests.every((request) => request.headers.range === undefined)).toBe(true);
});

test('a body that breaks off is never taken for whole, packed or not', async () => {
  const long = JSON.stringify({ records: randomBytes(50_000).toString('hex') });
  const packed = { type: 'application/json', headers: { 'content-encoding': 'gzip' }, body: gzipSync(long) };
  await using server = await startHttpServer({
    '/feeds.example/packed.json': packed,
    '/feeds.example/chunked.json': { ...packed, chunked: true },
  });
  server.fault({ match: 'json', kind: 'truncate' });
  const { fetcher, folder } = testFetcher(server.url);
  for (const address of ['https://feeds.example/packed.json', 'https://feeds.example/chunked.json']) {
    expect((await failureOf(fetcher.download(address))).message).toContain(
      'broke off before the end of its answer in 4 tries',
    );
    expect((await failureOf(fetcher.text(address))).code).toBe('source_unreachable');
  }
  expect(readdirSync(folder)).toEqual([]);
  server.heal();
  for (const address of ['https://feeds.example/packed.json', 'https://feeds.example/chunked.json']) {
    expect(await fetcher.download(address, { expect: 'json' })).toMatchObject({ kind: 'file', bytes: long.length });
    expect(await fetcher.text(address)).toMatchObject({ kind: 'text', text: long });
  }
});

test('cleaning keeps what is half there for a week', async () => {
  const { fetcher, folder, clock } = testFetcher(null);
  await fetcher.clean();
  const at = (days: number) => new Date(clock.start - days * 86_400_000);
  for (const [file, days] of [
    ['old.zip', 0],
    ['week.part', 8],
    ['week.part.json', 8],
    ['day.part', 1],
    ['day.part.json', 1],
    ['orphan.part.json', 8],
  ] as const) {
    writeFileSync(join(folder, file), '');
    utimesSync(join(folder, file), at(days), at(days));
  }
  await fetcher.clean();
  expect(readdirSync(folder).toSorted()).toEqual(['day.part', 'day.part.json']);
});

test.skipIf(!existsSync('/dev/full'))('a full disk is said so, and nothing is left on it', async () => {
  await using server = await startHttpServer({ [path]: text(body) });
  const { fetcher, folder } = testFetcher(server.url);
  symlinkSync('/dev/full', join(folder, `${name}.part`));
  const error = await failureOf(fetcher.download(address));
  expect(error.code).toBe('database_full');
  expect(error.message).toBe(`No space is left for downloads in ${folder}: free some and try again.`);
  expect(server.requests).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be written is said so', async () => {
  await using server = await startHttpServer({ [path]: text(body) });
  const { folder } = testFetcher(server.url);
  writeFileSync(join(folder, 'file'), '');
  const { fetcher } = testFetcher(server.url, { folder: join(folder, 'file', 'nvd') });
  expect((await failureOf(fetcher.download(address))).message).toContain(
    'check the permissions of OPENTHREAT_DATA_DIR',
  );
});
