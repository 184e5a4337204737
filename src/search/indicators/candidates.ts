import type { Indicator } from '../../domain/indicator.ts';
import { canonicalAddress } from '../../domain/indicator-address.ts';
import { registeredDomain } from '../../domain/indicator-host.ts';
import { hostOf } from '../../domain/indicator-parts.ts';

/** How a known indicator matches what was looked for, the surest first. */
export const ways = {
  exact: 'it is the indicator',
  host: 'its host is the indicator',
  registered_domain: 'the domain that it belongs to is the indicator',
  parent_domain: 'a domain that it is below of is the indicator',
  network: 'its address lies in the network that is the indicator',
  url_on_host: 'the indicator is a URL on this host',
} as const;

export type Way = keyof typeof ways;

/** An indicator that would match if it were known. */
export interface Candidate {
  readonly indicator: Indicator;
  readonly way: Way;
}

/** What may be known of an indicator in its canonical form; `prefixes` are the lengths of the networks that there are. */
export function candidates(looked: Indicator, prefixes: readonly number[]): Candidate[] {
  const exact: Candidate = { indicator: looked, way: 'exact' };
  if (looked.type === 'hash') return [exact];
  if (looked.type === 'ip') return [exact, ...networks(looked.value, prefixes)];
  if (looked.type === 'domain') return [exact, ...parents(looked.value)];
  return [exact, ...ofHost(hostOf(looked), prefixes)];
}

function ofHost(host: string | null, prefixes: readonly number[]): Candidate[] {
  if (!host) return [];
  const isAddress = canonicalAddress(host) !== null;
  const itself: Candidate = { indicator: { type: isAddress ? 'ip' : 'domain', value: host }, way: 'host' };
  return [itself, ...(isAddress ? networks(host, prefixes) : parents(host))];
}

/** The domains above a host, up to the one that was registered. */
function parents(host: string): Candidate[] {
  const registered = registeredDomain(host);
  if (registered === null || registered === host) return [];
  const above: Candidate[] = [];
  for (let rest = host; rest !== registered; ) {
    rest = rest.slice(rest.indexOf('.') + 1);
    const way = rest === registered ? 'registered_domain' : 'parent_domain';
    above.push({ indicator: { type: 'domain', value: rest }, way });
  }
  return above;
}

/** The networks around an address or a smaller network, of the lengths that there are. */
function networks(value: string, prefixes: readonly number[]): Candidate[] {
  const [address = '', bits] = value.split('/');
  const own = bits === undefined ? Number.POSITIVE_INFINITY : Number(bits);
  const most = address.includes(':') ? 127 : 31;
  return prefixes.flatMap((length) => {
    if (length > most || length >= own) return [];
    const network = canonicalAddress(address, String(length));
    if (network === null || 'rejected' in network) return [];
    return [{ indicator: { type: 'ip', value: network.value }, way: 'network' as const }];
  });
}
