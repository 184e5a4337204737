import type { Vulnerability } from './vulnerability.ts';

const word = /[\p{L}\p{N}]+(?:[.+-][\p{L}\p{N}]+)*/gu;

/** The fields whose words people search for. */
export type Worded = Pick<Vulnerability, 'title' | 'description' | 'vendors' | 'products'>;

/**
 * The words of a record that a misspelt search may have meant: lower case, 3 to 30 characters, with a letter in them,
 * each once. Names are split at underscores.
 */
export function terms(v: Worded): Set<string> {
  const text = `${v.title ?? ''} ${v.vendors.join(' ')} ${v.products.join(' ')} ${v.description ?? ''}`;
  return words(text.replaceAll('_', ' '));
}

/** The words of a text as `terms` sees them. */
export function words(text: string): Set<string> {
  const found = new Set<string>();
  for (const match of text.toLowerCase().match(word) ?? []) {
    if (match.length >= 3 && match.length <= 30 && /\p{L}/u.test(match)) found.add(match);
  }
  return found;
}
