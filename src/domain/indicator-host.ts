import { getDomain, getPublicSuffix, parse } from 'tldts';

/** How tldts is to read a host: as it is, with the suffixes of hosters (`github.io`) as suffixes. */
const reading = {
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
  allowPrivateDomains: true,
} as const;

/** Names that no domain of the internet ends in. @see https://www.iana.org/assignments/special-use-domain-names */
const reserved: ReadonlySet<string> = new Set([
  'alt',
  'arpa',
  'corp',
  'example',
  'home',
  'internal',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'test',
]);

/** Roots beside that of ICANN, where malware has its servers: Namecoin, EmerDNS, I2P, OpenNIC. */
const otherRoots: ReadonlySet<string> = new Set([
  'bazar',
  'bbs',
  'bit',
  'chan',
  'coin',
  'cyb',
  'dyn',
  'emc',
  'epic',
  'fur',
  'geek',
  'gopher',
  'i2p',
  'indy',
  'lib',
  'libre',
  'neo',
  'oss',
  'oz',
  'parody',
  'pirate',
]);

const known = new Map<string, boolean>();
const maxKnown = 10_000;

/** Whether domains can end in this label, lower case and ASCII. */
export function isTopLevel(label: string): boolean {
  let is = known.get(label);
  if (is === undefined) {
    // Some have no names of their own but only below others: `co.za`.
    is = !reserved.has(label) && (otherRoots.has(label) || [`a.${label}`, `a.co.${label}`].some(hasSuffix));
    if (known.size < maxKnown) known.set(label, is);
  }
  return is;
}

function hasSuffix(host: string): boolean {
  const { isIcann, isPrivate } = parse(host, reading);
  return isIcann === true || isPrivate === true;
}

/** Whether nobody can own this name, but everybody names below it: `co.uk`, `github.io`. */
export function isPublicSuffix(host: string): boolean {
  if (getPublicSuffix(host, reading) !== host) return false;
  const parent = host.slice(host.indexOf('.') + 1);
  // Where a hoster gives every name below its own to somebody (`*.ply.gg`), such a name is one.
  const { isPrivate, publicSuffix } = parse(`any-name.${parent}`, reading);
  return isPrivate !== true || publicSuffix === parent;
}

/** The domain that was registered for a host: `example.co.uk` for `www.example.co.uk`; null for a suffix or an address. */
export function registeredDomain(host: string): string | null {
  return getDomain(host, { ...reading, detectIp: true });
}

/** Why a text cannot be a host, or its canonical form: lower case, Punycode, without the dot at its end. */
export type Host = { readonly value: string } | { readonly rejected: string };

const plainHost = /^[a-z0-9._-]+$/;
const notAName = 'is no address, domain, URL, e-mail address or hash';

/**
 * The canonical form of a host's name.
 * @see https://www.unicode.org/reports/tr46/
 */
export function canonicalHost(text: string): Host {
  let host = text.endsWith('.') ? text.slice(0, -1) : text;
  if (!plainHost.test(host)) {
    host = host.toLowerCase();
    if (!plainHost.test(host)) {
      const ascii = /[^ -~]/.test(host) ? asciiHost(host) : null;
      if (ascii === null) return { rejected: notAName };
      host = ascii;
    }
  }
  const wrong = wrongIn(host);
  return wrong === null ? { value: host } : { rejected: wrong };
}

/** An internationalised name in ASCII, or null. */
function asciiHost(host: string): string | null {
  if (/[\s/?#@:\\[\]%<>^|]/.test(host)) return null;
  const ascii = URL.parse(`http://${host}/`)?.hostname ?? '';
  return plainHost.test(ascii) ? ascii.replace(/\.$/, '') : null;
}

function wrongIn(host: string): string | null {
  const end = host.lastIndexOf('.');
  if (end < 0) return notAName;
  if (host.length > 253 || !hasSoundLabels(host)) return 'has a label that no domain can have';
  const last = host.slice(end + 1);
  if (isNumber(last)) return 'is no IPv4 address';
  if (reserved.has(last) || isForDocumentation(host)) return 'is a reserved name';
  if (!isTopLevel(last)) return 'ends in no known top-level domain';
  return null;
}

/** Whether all labels have 1 to 63 characters and no hyphen at their ends, and those in Punycode mean something. */
function hasSoundLabels(host: string): boolean {
  let start = 0;
  for (let at = 0; at <= host.length; at++) {
    if (at < host.length && host.charCodeAt(at) !== 46) continue;
    const length = at - start;
    if (length === 0 || length > 63 || host.charCodeAt(start) === 45 || host.charCodeAt(at - 1) === 45) return false;
    start = at + 1;
  }
  // The URL parser looks into Punycode only where another label is not in ASCII.
  return !host.includes('xn--') || URL.parse(`http://${host}.ü/`) !== null;
}

function isNumber(label: string): boolean {
  const first = label.charCodeAt(0);
  return first >= 48 && first <= 57 && /^\d+$/.test(label);
}

/** @see https://www.rfc-editor.org/rfc/rfc2606 */
function isForDocumentation(host: string): boolean {
  return /(?:^|\.)example\.(?:com|net|org)$/.test(host);
}
