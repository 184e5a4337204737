/**
 * Whether a licence expression can be met with the licences of a set: `MIT`, `(MIT OR GPL-2.0)`, `MIT AND Zlib`. AND binds
 * closer than OR; `WITH` and anything else that is no such expression is not met.
 * @see https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function isMet(expression: string, allowed: ReadonlySet<string>): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const any = (): boolean => {
    let met = all();
    while (words[at] === 'OR') {
      at++;
      met = all() || met;
    }
    return met;
  };
  const all = (): boolean => {
    let met = one();
    while (words[at] === 'AND') {
      at++;
      met = one() && met;
    }
    return met;
  };
  const one = (): boolean => {
    const word = words[at++] ?? '';
    if (word !== '(') return allowed.has(word);
    const met = any();
    return words[at++] === ')' && met;
  };
  return any() && at === words.length;
}
