import { createHash } from 'node:crypto';
import type { RequestOptions } from './contract.ts';

/** The address that is asked in place of a site's own: `https://HOST/PATH?q` becomes `<mirror>/HOST/PATH?q`. */
export function mirrored(url: URL, mirror: string | null): URL {
  return mirror === null ? url : new URL(`${mirror}/${url.host}${url.pathname}${url.search}`);
}

/** `url` with the query of `options` added to its own. @throws TypeError for what is no http(s) address: a fault of the connector */
export function realUrl(url: string, query: RequestOptions['query'] = {}): URL {
  const real = new URL(url);
  if (real.protocol !== 'https:' && real.protocol !== 'http:') throw new TypeError(`${real.protocol} is not fetched`);
  real.hash = '';
  for (const [name, value] of Object.entries(query)) real.searchParams.append(name, String(value));
  return real;
}

/**
 * Where a redirect leads, as the site's own address: a mirror may answer with addresses of itself, or pass on
 * those of the site. null: not an address.
 */
export function redirectTarget(location: string, from: URL, mirror: string | null): URL | null {
  if (mirror !== null) {
    const inMirror = URL.parse(location, mirrored(from, mirror).href);
    const base = new URL(`${mirror}/`);
    // An address without a host is one of the mirror only when it names the site.
    const prefix = URL.canParse(location) ? base.pathname : `${base.pathname}${from.host}/`;
    if (inMirror?.origin === base.origin && inMirror.pathname.startsWith(prefix)) {
      return URL.parse(`${from.protocol}//${inMirror.pathname.slice(base.pathname.length)}${inMirror.search}`);
    }
  }
  return URL.parse(location, from.href);
}

const longestName = 80;

/**
 * The name of the file in which the document at `url` is kept: the same for the same address, another for any other
 * one, and allowed on every file system.
 */
export function fileName(url: URL): string {
  const digest = createHash('sha256').update(url.href).digest('hex').slice(0, 16);
  const last = url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname;
  // Kept at its end, where the extension is.
  const readable = last.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(-longestName);
  const safe = readable.replace(/\.part$|\.part\.json$|[._]+$/, '_');
  return `${digest}-${safe}`;
}

/** Whether a document is packed already, by its name: then it is not to be packed once more on its way. */
export function isPacked(url: URL): boolean {
  return /\.(?:gz|tgz|zip|zst|xz|bz2|7z)$/i.test(url.pathname);
}
