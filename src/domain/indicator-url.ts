import { canonicalAddress } from './indicator-address.ts';
import { isBenignDomain } from './indicator-benign.ts';
import { canonicalHost } from './indicator-host.ts';

/** Ports that a scheme means anyhow. */
const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80', wss: '443', ftp: '21' };

const schemes: ReadonlySet<string> = new Set([
  ...['http', 'https', 'ws', 'wss', 'ftp', 'ftps', 'sftp', 'tftp', 'ssh', 'smb', 'ldap', 'ldaps', 'rmi', 'irc', 'ircs'],
  ...['tcp', 'udp', 'tls', 'ssl', 'stratum+tcp', 'stratum+ssl', 'socks4', 'socks5', 'rtsp', 'rtmp', 'dns', 'mongodb'],
]);

const schemeMark = /^([a-z][a-z0-9+.-]{1,14}):\/\//i;

/** Whether `text` begins as a URL does. */
export function isUrl(text: string): boolean {
  return schemeMark.test(text);
}

/**
 * The canonical form of a URL: scheme and host in lower case, the host in its canonical form, no default port, no fragment, a path
 * that is at least `/`. The path, the query and the user are kept as they are, but what no URL can hold (blanks, letters beyond
 * ASCII) is percent-encoded, as browsers send it; other escapes stay: servers may tell them apart.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-6.2.3
 */
export function canonicalUrl(text: string): { readonly value: string } | { readonly rejected: string } {
  const [mark = '', name = ''] = schemeMark.exec(text) ?? [];
  const scheme = name.toLowerCase();
  if (!schemes.has(scheme)) return { rejected: 'is a URL of an unknown kind' };
  const hash = text.indexOf('#', mark.length);
  const rest = text.slice(mark.length, hash < 0 ? undefined : hash);
  const end = rest.search(/[/?\\]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const path = end < 0 ? '' : rest.slice(end);
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : encoded(authority.slice(0, at + 1));
  const host = hostAndPort(authority.slice(at + 1), scheme);
  if ('rejected' in host) return host;
  const fullPath = path.startsWith('/') ? path : `/${path}`;
  if (fullPath === '/' && user === '' && isBenignDomain(host.name)) return { rejected: 'is a well-known benign site' };
  return { value: `${scheme}://${user}${host.value}${encoded(fullPath)}` };
}

function hostAndPort(
  text: string,
  scheme: string,
): { readonly value: string; readonly name: string } | { readonly rejected: string } {
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text) ?? [];
  if (host === '') return { rejected: 'has no host' };
  if (Number(port) > 65_535) return { rejected: 'has a port that cannot be' };
  const number = port.replace(/^0+(?=\d)/, '');
  const shownPort = number === '' || number === defaultPorts[scheme] ? '' : `:${number}`;
  const isV6 = host.startsWith('[');
  const address = canonicalAddress(isV6 ? host.slice(1, -1) : host);
  if (address === null && isV6) return { rejected: 'is no IPv6 address' };
  if (address !== null) {
    // A public resolver answers over HTTPS, too: malware uses that.
    if ('rejected' in address) {
      return address.rejected === 'is a public resolver' ? { value: host + shownPort, name: host } : onHost(address);
    }
    return { value: (address.version === 6 ? `[${address.value}]` : address.value) + shownPort, name: address.value };
  }
  const name = canonicalHost(host);
  return 'rejected' in name ? onHost(name) : { value: name.value + shownPort, name: name.value };
}

function onHost({ rejected }: { readonly rejected: string }): { readonly rejected: string } {
  return { rejected: `is a URL whose host ${rejected}` };
}

/** What must not stand in a URL, percent-encoded. */
function encoded(text: string): string {
  return /^[!-~]*$/.test(text) ? text : text.replace(/[^!-~]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}
