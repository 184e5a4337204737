import type { Indicator } from './indicator.ts';

/** The host of a canonical URL or e-mail address, without port and brackets; null for other types. */
export function hostOf({ type, value }: Indicator): string | null {
  if (type === 'email') return value.slice(value.lastIndexOf('@') + 1);
  if (type !== 'url') return null;
  const start = value.indexOf('://') + 3;
  const length = value.slice(start).search(/[/?#]/);
  const authority = length < 0 ? value.slice(start) : value.slice(start, start + length);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, '');
}
