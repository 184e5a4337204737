import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { TryFailure } from './failure.ts';

/** Looks a name up as `dns.lookup` does with `all`. */
export type Resolve = (
  name: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Names that mean something in one network or on one machine only: RFC 6761, 6762, 8375, and ICANN's `internal`. */
const localName = /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i;

/** The part of IPv6 from which public addresses are given out, and the prefix in which NAT64 shows those of IPv4. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * What kind of address it is when it is none of the public internet: `loopback`, `private`, `link-local`, `multicast`…
 * An IPv4 address within an IPv6 one (mapped, NAT64) counts as itself. null: a public one.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function privateKind(address: string): string | null {
  if (isIP(address) === 0) return 'unreadable';
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return kindOf(parsed.range());
  if (parsed.isIPv4MappedAddress()) return kindOf(parsed.toIPv4Address().range());
  if (parsed.match(nat64)) return kindOf(new ipaddr.IPv4(parsed.toByteArray().slice(12)).range());
  return parsed.match(globalUnicast) ? kindOf(parsed.range()) : (kindOf(parsed.range()) ?? 'reserved');
}

/** `carrierGradeNat` → `carrier-grade-nat`. */
function kindOf(range: string): string | null {
  return range === 'unicast' ? null : range.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Refuses a host that is a private address, or a name that no public site has. A proxy would look such a name up in
 * its own network, so this is asked before every request, whichever way it goes.
 * @param host as in `URL.hostname`
 * @throws TryFailure
 */
export function refusePrivateHost(host: string): void {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 0) {
    if (localName.test(bare) || !bare.replace(/\.$/, '').includes('.')) throw refusal('is a name of a private network');
    return;
  }
  const kind = privateKind(bare);
  if (kind !== null) throw refusal(`is ${article(kind)} address`);
}

/**
 * A `lookup` for connections that gives public addresses only. What it gives is what is connected to, so a name that
 * changes its address between two questions gains nothing.
 */
export function publicLookup(resolve: Resolve = lookup): LookupFunction {
  return (name, options, done) => {
    resolve(name, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const allowed = found.filter(({ address }) => privateKind(address) === null);
      const [first] = allowed;
      if (!first) return done(onlyPrivate(found), []);
      return options.all ? done(null, allowed) : done(null, first.address, first.family);
    });
  };
}

function onlyPrivate(found: readonly LookupAddress[]): TryFailure {
  const address = found[0]?.address ?? '';
  return refusal(`has the ${privateKind(address) ?? ''} address ${address}`);
}

function refusal(what: string): TryFailure {
  return new TryFailure(
    'source_unreachable',
    `${what}, from which nothing is fetched`,
    'feeds come from public addresses only; for a server of your own set OPENTHREAT_MIRROR, or HTTPS_PROXY',
  );
}

function article(kind: string): string {
  return `${/^[aeio]|^un[^i]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
