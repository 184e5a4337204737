/**
 * An address as RFC 3986 writes it: feeds hold some with blanks, umlauts and other characters that are to be escaped.
 * Null for what is no address.
 */
export function uriOf(text: string): string | null {
  const url = URL.parse(text);
  if (!url) return null;
  const [, begin = '', rest = ''] = /^([^:]+:(?:\/\/[^/?#]*)?)(.*)$/s.exec(url.href) ?? [];
  const [path = '', ...fragment] = rest.split('#');
  return begin + escaped(path) + (fragment.length > 0 ? `#${escaped(fragment.join('%23'))}` : '');
}

function escaped(text: string): string {
  return text.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25').replaceAll(/[^\w\-.~:/?@!$&'()*+,;=%]/gu, encodeURIComponent);
}
