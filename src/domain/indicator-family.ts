/**
 * A family's name without what joins its words: "Cobalt Strike", `cobalt_strike` and `cobaltstrike` are one, and feeds
 * write it in each of these ways.
 */
export function foldedFamily(name: string): string {
  return name.toLowerCase().replace(/[_\-. ]+/g, '');
}

/** The spellings under which tags may name a family, given in the form of `canonicalName`. */
export function spellingsOfFamily(name: string): string[] {
  return [...new Set([name, foldedFamily(name), name.replaceAll('_', '-'), name.replaceAll('_', ' ')])];
}
