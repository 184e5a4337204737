import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Resolve } from '../../src/net/private.ts';
import { failureOf, removeDownloads, testFetcher } from '../support/fetching.ts';
import { json, startHttpServer } from '../support/http-server.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', 'net', name), 'utf8');

/** A site with TLS, a proxy that leads every tunnel to it, and what the proxy was asked. */
const site = createTlsServer(
  { key: fixture('feeds.example.key'), cert: fixture('feeds.example.crt') },
  (_, response) => {
    if (location !== null) response.writeHead(302, { location });
    else response.setHeader('content-type', 'application/json');
    response.end('{"through":"the tunnel"}');
  },
);
const asked: string[] = [];
const sockets = new Set<Socket>();
let refusal: string | null = null;
let location: string | null = null; // where the site sends everybody
const proxy = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.end();
});
proxy.on('connect', (request, socket: Socket) => {
  asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`);
  if (refusal !== null) return void socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
  const tunnel = connect(port(site), '127.0.0.1');
  for (const end of [tunnel, socket]) {
    sockets.add(end);
    end.on('error', () => {});
  }
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  socket.pipe(tunnel).pipe(socket);
});

beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates('default'), fixture('feeds.example.crt')]);
  for (const server of [site, proxy]) await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of [site, proxy]) await new Promise((resolve) => server.close(resolve));
  removeDownloads();
});

const port = (server: Pick<Server, 'address'>) => (server.address() as AddressInfo).port;
const settings = (except = '') => ({ url: `http://analyst:s3cret@127.0.0.1:${port(proxy)}`, except });
const address = 'https://feeds.example/kev.json';

test('sites are reached through the proxy, with its name and password', async () => {
  asked.length = 0;
  const { fetcher } = testFetcher(null, { proxy: settings() });
  expect(await fetcher.text(address)).toMatchObject({ kind: 'text', text: '{"through":"the tunnel"}' });
  expect(asked).toEqual([`CONNECT feeds.example:443 Basic ${Buffer.from('analyst:s3cret').toString('base64')}`]);
});

test('a proxy that refuses is told from a site that does, and its password is told to nobody', async () => {
  const { fetcher } = testFetcher(null, { proxy: settings() });
  for (const [answer, tries] of [
    ['407 Proxy Authentication Required', 1],
    ['502 Bad Gateway', 4],
  ] as const) {
    asked.length = 0;
    refusal = answer;
    const error = await failureOf(fetcher.download(address));
    refusal = null;
    expect(error.code).toBe('source_unreachable');
    expect(error.message).toContain(`feeds.example was not reached: the proxy answered ${answer.slice(0, 3)}`);
    expect(error.message).toContain('check HTTPS_PROXY');
    expect(error.message + JSON.stringify(error.context) + String(error.cause)).not.toContain('s3cret');
    expect(asked).toHaveLength(tries);
  }
});

test('what NO_PROXY names, and a mirror without TLS, are reached without it', async () => {
  await using server = await startHttpServer({ '/feeds.example/kev.json': json({}) });
  asked.length = 0;
  const { fetcher } = testFetcher(server.url, { proxy: settings() });
  expect(await fetcher.download(address)).toMatchObject({ kind: 'file' });
  const direct = testFetcher(null, { proxy: settings('.localhost,127.0.0.1'), allowPrivate: true });
  // Reached, and refused for its certificate, which names another host.
  const error = await failureOf(direct.fetcher.download(`https://127.0.0.1:${port(site)}/kev.json`));
  expect(error.message).toContain('has no certificate that can be trusted');
  expect(error.message).toContain('NODE_EXTRA_CA_CERTS');
  expect(error.context.tries).toBe(1);
  expect(asked).toEqual([]);
});

test('no redirect leads into a private network', async () => {
  const resolve: Resolve = (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
  const { fetcher, clock } = testFetcher(null, { proxy: settings('inside.example'), resolve });
  for (const [to, why] of [
    ['169.254.169.254', 'redirected to 169.254.169.254, which is a link-local address'],
    ['[fd00:ec2::254]', 'redirected to [fd00:ec2::254], which is a unique-local address'],
    [`inside.example:${port(site)}`, `which has the loopback address 127.0.0.1, from which nothing is fetched`],
  ] as const) {
    asked.length = 0;
    location = `https://${to}/latest`;
    const error = await failureOf(fetcher.download(address));
    expect(error.message).toContain(why);
    expect(error.message).toContain('OPENTHREAT_MIRROR');
    expect(asked).toEqual([expect.stringContaining('CONNECT feeds.example:443')]);
  }
  location = null;
  expect(clock.waits).toEqual([]);
});
