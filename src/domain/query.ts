import { cleanText, truncated } from './text.ts';

/** What a person typed into the search, taken apart. */
export interface SearchText {
  readonly words: readonly string[]; // lower case
  readonly phrases: readonly string[]; // to be found word by word, in this order
  readonly cveParts: readonly string[]; // parts of CVE ids, upper case: 'CVE-2021-44228', '2021-4', '44228'
}

const maxLength = 500;
const maxParts = 20;

/**
 * Takes a search apart: words, "exact phrases" and parts of CVE ids. An unclosed quote ends with the text.
 * Characters that say nothing to a search are blanks; text beyond 500 characters and parts beyond 20 are left out.
 */
export function parseSearch(text: string): SearchText {
  const words: string[] = [];
  const phrases: string[] = [];
  const cveParts: string[] = [];
  for (const match of truncated(cleanText(text).text, maxLength).matchAll(/"([^"]*)"?|[^\s"]+/g)) {
    if (words.length + phrases.length + cveParts.length >= maxParts) break;
    if (match[1] !== undefined) {
      if (/[\p{L}\p{N}]/u.test(match[1])) phrases.push(match[1].trim());
    } else {
      const part = match[0];
      const cve = cvePart(part);
      if (cve) cveParts.push(cve);
      else words.push(...wordsOf(part));
    }
  }
  return { words: [...new Set(words)].slice(0, maxParts), phrases, cveParts };
}

/** Part of a CVE id: with `CVE`, or a year and a number, or a number as long as the ids' are. */
function cvePart(part: string): string | null {
  const text = part.toUpperCase();
  if (/^CVE(-\d{0,4}(-\d*)?)?$/.test(text)) return text;
  return /^\d{4}-\d{1,19}$/.test(text) || /^\d{4,19}$/.test(text) ? text : null;
}

function wordsOf(part: string): string[] {
  return (
    part
      .toLowerCase()
      .replaceAll('_', ' ')
      .match(/[\p{L}\p{N}]+(?:[.+-][\p{L}\p{N}]+)*/gu) ?? []
  ).filter((w) => w.length <= 100);
}
