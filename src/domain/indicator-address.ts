import ipaddr from 'ipaddr.js';

/** An address, or a network when `bits` is fewer than the address has, in its canonical form; or why it is no indicator. */
export type Address = { readonly value: string; readonly version: 4 | 6 } | { readonly rejected: string };

/** Networks that no indicator can be in, IPv4. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const special4: readonly (readonly [network: string, bits: number, what: string])[] = [
  ['0.0.0.0', 8, 'is no address of the internet'],
  ['10.0.0.0', 8, 'is a private address'],
  ['100.64.0.0', 10, "is an address inside a provider's network"],
  ['127.0.0.0', 8, 'is a loopback address'],
  ['169.254.0.0', 16, 'is a link-local address'],
  ['172.16.0.0', 12, 'is a private address'],
  ['192.0.0.0', 24, 'is a reserved address'],
  ['192.0.2.0', 24, 'is an address for documentation'],
  ['192.168.0.0', 16, 'is a private address'],
  ['198.18.0.0', 15, 'is an address for measurements'],
  ['198.51.100.0', 24, 'is an address for documentation'],
  ['203.0.113.0', 24, 'is an address for documentation'],
  ['224.0.0.0', 4, 'is a multicast address'],
  ['240.0.0.0', 4, 'is a reserved address'],
];

/** The same, IPv6. @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const special6: readonly (readonly [network: string, bits: number, what: string])[] = [
  ['::', 127, 'is a loopback address'],
  ['64:ff9b::', 96, 'is a translated address'],
  ['100::', 64, 'is a reserved address'],
  ['2001::', 32, 'is a tunnel address'],
  ['2001:2::', 48, 'is an address for measurements'],
  ['2001:db8::', 32, 'is an address for documentation'],
  ['3fff::', 20, 'is an address for documentation'],
  ['fc00::', 7, 'is a private address'],
  ['fe80::', 10, 'is a link-local address'],
  ['fec0::', 10, 'is a private address'],
  ['ff00::', 8, 'is a multicast address'],
];

/** All of IPv6 that is given out so far. @see https://www.iana.org/assignments/ipv6-address-space */
const global6 = new ipaddr.IPv6([0x2000, 0, 0, 0, 0, 0, 0, 0]);

const networks4 = new Map<number, { from: number; bits: number; what: string }[]>();

/** Public resolvers: every machine talks to them. */
const benign: ReadonlySet<string> = new Set([
  '1.0.0.1',
  '1.1.1.1',
  '8.8.4.4',
  '8.8.8.8',
  '9.9.9.9',
  '149.112.112.112',
  '208.67.220.220',
  '208.67.222.222',
  '2001:4860:4860::8844',
  '2001:4860:4860::8888',
  '2606:4700:4700::1001',
  '2606:4700:4700::1111',
  '2620:fe::9',
  '2620:fe::fe',
]);

/** Larger networks than these say nothing of any one address in them. */
const shortestPrefix = { 4: 8, 6: 19 } as const;

/** The number behind an IPv4 address in four decimal parts, without leading zeros; -1 for anything else. */
export function ipv4Number(text: string): number {
  let value = 0;
  let part = -1;
  let parts = 1;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (part < 0 || parts === 4) return -1;
      value = value * 256 + part;
      part = -1;
      digits = 0;
      parts++;
    } else {
      const digit = code - 48;
      if (!(digit >= 0 && digit <= 9) || part === 0 || digits === 3) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      digits++;
      if (part > 255) return -1;
    }
  }
  return parts === 4 && part >= 0 ? value * 256 + part : -1;
}

/**
 * The canonical form of an address, or of a network in CIDR notation (`bits` as it stood behind the slash): IPv6 as RFC 5952
 * has it, an IPv4 address in IPv6 as itself, a network without bits of a host, a network of one address as the address.
 * @returns null for a text that is no address at all
 * @see https://www.rfc-editor.org/rfc/rfc5952
 */
export function canonicalAddress(text: string, bits: string | null = null): Address | null {
  const number = ipv4Number(text);
  if (number >= 0) return address4(number, text, bits);
  return text.includes(':') ? address6(text, bits) : null;
}

function address4(number: number, text: string, bits: string | null): Address {
  const length = bits === null ? 32 : prefixLength(bits, 32);
  if (length < 0) return { rejected: 'has a network length that cannot be' };
  if (length < shortestPrefix[4]) return { rejected: 'is too large a network' };
  const network = length === 32 ? number : number - (number % 2 ** (32 - length));
  const what = specialNetwork4(network);
  if (what !== null) return { rejected: what };
  if (length === 32) return benign.has(text) ? { rejected: 'is a public resolver' } : { value: text, version: 4 };
  return { value: `${ipv4Text(network)}/${length}`, version: 4 };
}

function address6(text: string, bits: string | null): Address | null {
  // ipaddr.js takes zones and forms of IPv4 that we do not.
  if (!/^[0-9a-f:.]{2,45}$/i.test(text) || !ipaddr.IPv6.isValid(text)) return null;
  const length = bits === null ? 128 : prefixLength(bits, 128);
  if (length < 0) return { rejected: 'has a network length that cannot be' };
  const address = ipaddr.IPv6.parse(text);
  if (address.isIPv4MappedAddress()) {
    if (length < 96) return { rejected: 'is too large a network' };
    const inner = address.toIPv4Address().toString();
    return address4(ipv4Number(inner), inner, String(length - 96));
  }
  if (length < shortestPrefix[6]) return { rejected: 'is too large a network' };
  const network = length === 128 ? address : ipaddr.IPv6.networkAddressFromCIDR(`${text}/${length}`);
  const found = special6.find(([from, prefix]) => network.match(ipaddr.IPv6.parse(from), prefix));
  if (found) return { rejected: found[2] };
  if (!network.match(global6, 3)) return { rejected: 'is no address of the internet' };
  const value = network.toRFC5952String();
  if (length === 128) return benign.has(value) ? { rejected: 'is a public resolver' } : { value, version: 6 };
  return { value: `${value}/${length}`, version: 6 };
}

/** The number of bits behind the slash, or -1. */
function prefixLength(text: string, most: number): number {
  const length = /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : -1;
  return length <= most ? length : -1;
}

function specialNetwork4(number: number): string | null {
  const first = Math.floor(number / 2 ** 24);
  for (const { from, bits, what } of specialOf(first)) {
    if (number - (number % 2 ** (32 - bits)) === from) return what;
  }
  return null;
}

/** The special networks that have addresses with this first byte, worked out once. */
function specialOf(first: number): readonly { from: number; bits: number; what: string }[] {
  let known = networks4.get(first);
  if (!known) {
    known = special4
      .map(([network, bits, what]) => ({ from: ipv4Number(network), bits, what }))
      .filter(({ from, bits }) => {
        const last = from + 2 ** (32 - bits) - 1;
        return first >= Math.floor(from / 2 ** 24) && first <= Math.floor(last / 2 ** 24);
      });
    networks4.set(first, known);
  }
  return known;
}

function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
