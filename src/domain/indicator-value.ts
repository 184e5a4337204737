import type { Indicator, IndicatorType } from './indicator.ts';
import { canonicalAddress } from './indicator-address.ts';
import { isBenignDomain, isHashOfNothing } from './indicator-benign.ts';
import { canonicalHost, isPublicSuffix } from './indicator-host.ts';
import { maybeDefanged, refang } from './indicator-refang.ts';
import { canonicalUrl, isUrl } from './indicator-url.ts';

export type IndicatorContext = Readonly<Record<string, string | number>>;

/**
 * An indicator in its canonical form, with what stood beside its value (`port`, the `algorithm` of a hash); or why the text is none, as
 * the end of a sentence that starts with the text.
 */
export type Canonical =
  | { readonly indicator: Indicator; readonly context: IndicatorContext }
  | { readonly rejected: string };

const maxLength = 4096;
const nothing: IndicatorContext = {};
const notAnIndicator = 'is no address, domain, URL, e-mail address or hash';

/** Hashes by their length in hexadecimal digits. */
const algorithms: ReadonlyMap<number, string> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
  [128, 'sha512'],
]);
const hashContexts = new Map([...algorithms].map(([length, algorithm]) => [length, { algorithm }]));

const plain = /^[a-z0-9._-]+$/;
const userPart = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;

/**
 * The canonical form of one indicator, defanged or not: equal indicators have equal values. Refanged, hosts in lower case and Punycode,
 * URLs without default port and fragment, addresses as RFC 5952 has them, networks without bits of a host, an address or domain with
 * a port as itself with the port in `context`, hashes in lower case. The type is told from the look.
 *
 * Rejected with the reason: addresses that are not of the public internet, names nobody can own (`co.uk`, `github.io`), names without
 * a known top-level domain, the best-known benign domains and public resolvers, hashes of nothing, and whatever is none of these types.
 */
export function canonicalIndicator(text: string): Canonical {
  if (plain.test(text) && text.length <= maxLength) return ofPlain(text);
  if (text.length > maxLength) return { rejected: `is longer than ${maxLength} characters` };
  const bare = unwrapped(text);
  const refanged = maybeDefanged(bare) ? refang(bare) : bare;
  if (refanged === null) return { rejected: 'is defanged many times over' };
  return ofRefanged(refanged);
}

/** Without blanks, quotes and angle brackets around it, and the punctuation of a sentence behind it. */
function unwrapped(text: string): string {
  let bare = text.trim();
  const quoted = /^(["'`<(])(.+)(["'`>)])[,;]?$/s.exec(bare);
  if (quoted && '"\'`>)'['"\'`<('.indexOf(quoted[1] ?? '')] === quoted[3]) bare = quoted[2]?.trim() ?? '';
  return withoutPunctuation(bare);
}

function withoutPunctuation(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ',' || text[end - 1] === ';')) end--;
  return text.slice(0, end);
}

/** Lower-case letters, digits, dots, hyphens and underscores: nearly all there is. */
function ofPlain(text: string): Canonical {
  const dot = text.indexOf('.');
  if (dot < 0) return ofHash(text);
  const first = text.charCodeAt(0);
  if (first >= 48 && first <= 57) {
    const address = canonicalAddress(text);
    if (address !== null) return ofAddress(address, nothing);
  }
  return ofHost(text, nothing);
}

function ofRefanged(text: string): Canonical {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no indicator has any
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) return { rejected: 'has control characters in it' };
  if (isUrl(text)) return ofUrl(text, nothing);
  const lower = text.toLowerCase();
  if (plain.test(lower)) return ofPlain(lower);
  const hash = /^(?:md5|sha-?1|sha-?256|sha-?512)[:=]\s*([0-9a-f]+)$/.exec(lower)?.[1];
  if (hash !== undefined) return ofHash(hash);
  if (/^[^/?]*@[^@]*$/.test(lower)) return ofEmail(lower.replace(/^mailto:/, ''));
  if (lower.startsWith('*.') || (lower.startsWith('.') && lower[1] !== '.')) {
    return ofHost(lower.slice(lower.indexOf('.') + 1), nothing);
  }
  if (lower.startsWith('/')) return { rejected: 'is a path without a host' };
  const slash = text.search(/[/?]/);
  return slash < 0 ? ofHostAndPort(lower) : ofSlash(text, slash);
}

/** `192.0.2.0/24`, or a URL that lacks its scheme. */
function ofSlash(text: string, slash: number): Canonical {
  const before = text.slice(0, slash);
  const after = text.slice(slash + 1);
  const address = text[slash] === '/' && /^\d{1,3}$/.test(after) ? canonicalAddress(before, after) : null;
  if (address !== null) return ofAddress(address, nothing);
  // Before the first slash must be a host: a word, or a path, is none.
  if (!/^(?:[^\s:@=]+\.[^\s:@=]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(before)) return { rejected: notAnIndicator };
  return ofUrl(`http://${text}`, { scheme: 'assumed' });
}

/** `host:port`, `[2001:db8::1]:port`, an IPv6 address, or an internationalised name. */
function ofHostAndPort(text: string): Canonical {
  const [, inBrackets, host = text, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port === 0 || port > 65_535)) return { rejected: 'has a port that cannot be' };
  const context = port === null ? nothing : { port };
  const address = canonicalAddress(inBrackets ?? host);
  if (address !== null) return ofAddress(address, context);
  return inBrackets === undefined && !host.includes(':') ? ofHost(host, context) : { rejected: notAnIndicator };
}

function ofAddress(address: Exclude<ReturnType<typeof canonicalAddress>, null>, context: IndicatorContext): Canonical {
  return 'rejected' in address ? address : found('ip', address.value, context);
}

function ofHost(text: string, context: IndicatorContext): Canonical {
  const host = canonicalHost(text);
  if ('rejected' in host) return host;
  if (isBenignDomain(host.value)) return { rejected: 'is a well-known benign domain' };
  if (isPublicSuffix(host.value)) return { rejected: 'is a public suffix: only names below it are of somebody' };
  return found('domain', host.value, context);
}

function ofUrl(text: string, context: IndicatorContext): Canonical {
  const url = canonicalUrl(text);
  if ('rejected' in url) return url;
  const value = withoutPunctuation(url.value); // what stood before a fragment
  return value.length > maxLength
    ? { rejected: `is longer than ${maxLength} characters` }
    : found('url', value, context);
}

function ofEmail(text: string): Canonical {
  const at = text.lastIndexOf('@');
  const user = text.slice(0, at);
  if (!userPart.test(user) || user.startsWith('.')) return { rejected: notAnIndicator };
  const host = canonicalHost(text.slice(at + 1));
  return 'rejected' in host
    ? { rejected: `is an e-mail address whose host ${host.rejected}` }
    : found('email', `${user}@${host.value}`, nothing);
}

function ofHash(text: string): Canonical {
  if (!/^[0-9a-f]+$/.test(text)) return { rejected: notAnIndicator };
  const context = hashContexts.get(text.length);
  if (!context) return { rejected: notAnIndicator };
  if (isHashOfNothing(text) || /^(.)\1+$/.test(text)) return { rejected: 'is the hash of nothing' };
  return found('hash', text, context);
}

function found(type: IndicatorType, value: string, context: IndicatorContext): Canonical {
  return { indicator: { type, value }, context };
}
