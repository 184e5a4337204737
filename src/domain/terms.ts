import type { Vulnerability } from './vulnerability.ts';

/** The fields whose words people search for. */
export type Worded = Pick<Vulnerability, 'title' | 'description' | 'vendors' | 'products' | 'weaknesses'>;

const shortest = 3;
const longest = 30;

/**
 * The words of a record that a misspelt search may have meant: lower case, 3 to 30 characters, with a letter in them,
 * each once. Names are split at underscores, and stand whole beside their words, with their kind: `vendor:apache`,
 * `product:http_server`, `cwe:CWE-79`.
 */
export function terms(v: Worded): Set<string> {
  const found = new Set<string>();
  if (v.title) addWords(found, v.title);
  if (v.description) addWords(found, v.description);
  for (const name of v.vendors) {
    addWords(found, name);
    found.add(`vendor:${name}`);
  }
  for (const name of v.products) {
    addWords(found, name);
    found.add(`product:${name}`);
  }
  for (const id of v.weaknesses) found.add(`cwe:${id}`);
  return found;
}

/**
 * A word is a run of letters and digits; `.`, `+` and `-` belong to it between two of them ("log4j-core", "3.0.x").
 * Walks character by character: this sees every text of an import, and a regular expression takes three times as long.
 */
function addWords(found: Set<string>, text: string): void {
  const lower = text.toLowerCase();
  let start = -1;
  let letter = false;
  for (let i = 0; i <= lower.length; i++) {
    const code = i < lower.length ? lower.charCodeAt(i) : 32;
    const isLetter = (code >= 97 && code <= 122) || (code > 127 && /\p{L}/u.test(lower.charAt(i)));
    if (isLetter || (code >= 48 && code <= 57)) {
      if (start < 0) start = i;
      letter ||= isLetter;
    } else if (start >= 0 && !(isJoint(code) && isWordCharacter(lower.charCodeAt(i + 1)))) {
      if (letter && i - start >= shortest && i - start <= longest) found.add(lower.slice(start, i));
      start = -1;
      letter = false;
    }
  }
}

function isJoint(code: number): boolean {
  return code === 43 || code === 45 || code === 46;
}

function isWordCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127;
}
