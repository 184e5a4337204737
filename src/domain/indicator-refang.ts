/** How people write addresses so that nobody follows them by mistake. */
const defanged =
  /\s?[[({]\s*(?:\.|dot|punkt)\s*[\])}]\s?|\[\.|\.\]|\\\.|\s?[[({]\s*(?:@|at)\s*[\])}]\s?|\[:\/\/\]|[[({]:[\])}]|\[\/\]|\\\//gi;
/** The start of such an address: `hxxp`, `h**p`, `fxp`, and the colon and slashes in any writing. */
const defangedScheme =
  /^(h(?:xx|tt|tx|xt|\*\*|__|--)p|f(?:x|t|\*)p)(s?)\s*(?::\/\/|:\\\\|\[:\/\/\]|\[:\]\/\/|:\/\/\/)/i;
const suspicious = /[[\](){}\\]|^(?!(?:https?|ftp):\/\/(?!\/))[hf][^/:]{2,8}:/i;

const mostRounds = 8;

/** Whether `text` may be defanged: most are not, and need no more than this look. */
export function maybeDefanged(text: string): boolean {
  return suspicious.test(text);
}

/**
 * `text` as it was before somebody made it harmless: `hxxp`, `[.]`, `(dot)`, `[at]`, `\.` and their like. To be used on one
 * indicator, not on prose.
 * @returns null when it cannot be undone in a few rounds
 */
export function refang(text: string): string | null {
  let before = text;
  for (let round = 0; round < mostRounds; round++) {
    const after = before.replace(defangedScheme, scheme).replace(defanged, meaning);
    if (after === before) return after;
    before = after;
  }
  return null;
}

function scheme(_: string, word: string, secure: string): string {
  return `${word[0]?.toLowerCase() === 'h' ? 'http' : 'ftp'}${secure.toLowerCase()}://`;
}

function meaning(found: string): string {
  if (found.includes('://')) return '://';
  if (found.includes('/')) return '/';
  if (found.includes(':')) return ':';
  return /@|at/i.test(found) ? '@' : '.';
}
