import { truncated } from './text.ts';

const maxLength = 200;
const alreadyCanonical = /^[a-z0-9_][a-z0-9_.+-]{0,199}$/;

/** Words that stand for "no name". `*` and `-` are CPE's ANY and NA. */
const placeholders = new Set(['', '*', '-', '--', 'n/a', 'na', 'none', 'null', 'unspecified', 'unknown']);

/**
 * One spelling for a vendor's or product's name across sources, that of CPE: lower case, words joined by `_`.
 * So KEV's "Internet Explorer" is NVD's "internet_explorer". A placeholder such as "n/a" becomes ''.
 */
export function canonicalName(text: string): string {
  let name = text;
  if (!alreadyCanonical.test(text)) {
    name = truncated(text.trim().normalize('NFC').toLowerCase().replace(/\s+/g, '_'), maxLength);
  }
  return placeholders.has(name) ? '' : name;
}
