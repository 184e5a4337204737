import { type AddressInfo, createServer, type LookupFunction } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { privateKind, publicLookup, type Resolve } from '../../src/net/private.ts';
import { failureOf, removeDownloads, testFetcher } from '../support/fetching.ts';

/** A server on loopback, and how often somebody connected to it. */
let connections = 0;
const site = createServer((socket) => {
  connections++;
  socket.destroy();
});
const port = () => (site.address() as AddressInfo).port;

beforeAll(async () => new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  await new Promise((resolve) => site.close(resolve));
  removeDownloads();
});

/** A name server that gives these, one set after the other, and notes what it was asked. */
function nameServer(...answers: readonly (readonly string[])[]): { resolve: Resolve; names: string[] } {
  const names: string[] = [];
  const resolve: Resolve = (name, _, done) => {
    const addresses = answers[Math.min(names.length, answers.length - 1)] ?? [];
    names.push(name);
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() => done(null, found));
  };
  return { resolve, names };
}

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['::1', 'loopback'],
  ['10.0.0.5', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'link-local'],
  ['fe80::1', 'link-local'],
  ['fd00:ec2::254', 'unique-local'],
  ['fec0::1', 'deprecated-site-local'],
  ['100.64.0.1', 'carrier-grade-nat'],
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['224.0.0.251', 'multicast'],
  ['ff02::fb', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['192.0.2.1', 'reserved'],
  ['198.18.0.1', 'reserved'],
  ['240.0.0.1', 'reserved'],
  ['2001:db8::1', 'reserved'],
  ['4000::1', 'reserved'],
  ['::ffff:10.0.0.1', 'private'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::192.168.0.1', 'private'],
  ['64:ff9b:1::1', 'rfc6052'],
  ['2002:7f00:1::', '6to4'],
  ['2001::1', 'teredo'],
  ['fe80::1%eth0', 'link-local'],
  ['somewhere', 'unreadable'],
])('%s is %s', (address, kind) => {
  expect(privateKind(address)).toBe(kind);
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8', // a public site, behind the NAT64 of a network without IPv4
])('%s is public', (address) => {
  expect(privateKind(address)).toBeNull();
});

test.each([
  ['127.0.0.1', 'is a loopback address'],
  ['[::1]', 'is a loopback address'],
  ['2130706433', 'is a loopback address'], // as browsers read it
  ['0x7f.1', 'is a loopback address'],
  ['169.254.169.254', 'is a link-local address'],
  ['[::ffff:10.0.0.1]', 'is a private address'],
  ['localhost', 'is a name of a private network'],
  ['metadata.google.internal', 'is a name of a private network'],
  ['printer.local.', 'is a name of a private network'],
  ['intranet', 'is a name of a private network'],
])('nothing is fetched from %s, directly or through a proxy', async (host, why) => {
  const { names, resolve } = nameServer(['127.0.0.1']);
  const proxy = { url: `http://127.0.0.1:${port()}`, except: '' };
  for (const through of [null, proxy]) {
    const { fetcher, clock } = testFetcher(null, { proxy: through, resolve });
    const address = `https://${host}:${port()}/latest/meta-data`;
    const error = await failureOf(fetcher.download(address));
    expect(error.code).toBe('source_unreachable');
    expect(error.message).toBe(
      `${new URL(address).host} ${why}, from which nothing is fetched: feeds come from public addresses only; for a server of your own set OPENTHREAT_MIRROR, or HTTPS_PROXY.`,
    );
    expect(clock.waits).toEqual([]);
  }
  expect(names).toEqual([]);
  expect(connections).toBe(0);
});

test('a name that leads to a private address is not connected to, and its port not even knocked at', async () => {
  for (const scheme of ['http', 'https']) {
    const { resolve, names } = nameServer(['127.0.0.1']);
    const { fetcher, clock } = testFetcher(null, { resolve });
    const error = await failureOf(fetcher.text(`${scheme}://feeds.example:${port()}/feed`));
    expect(error.message).toContain(
      `feeds.example:${port()} has the loopback address 127.0.0.1, from which nothing is fetched: `,
    );
    expect(error.message).toContain('OPENTHREAT_MIRROR');
    expect(names).toEqual(['feeds.example']);
    expect(clock.waits).toEqual([]);
  }
  expect(connections).toBe(0);
});

test('what was checked is what is connected to, and a mixed answer is sifted', async () => {
  const ask = async (lookup: LookupFunction, all: boolean) =>
    new Promise((resolve) => {
      lookup('feeds.example', { all }, (error, ...found) => resolve(error ?? found));
    });
  const { resolve, names } = nameServer(['10.0.0.5', '93.184.215.14', '::1', '2606:4700::1'], ['169.254.169.254']);
  const lookup = publicLookup(resolve);
  expect(await ask(lookup, true)).toEqual([
    [
      { address: '93.184.215.14', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ],
  ]);
  expect(await ask(lookup, false)).toMatchObject({ what: expect.stringContaining('link-local address 169.254') });
  expect(names).toHaveLength(2);
});
