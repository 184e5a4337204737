/** A comparison in a STIX pattern: `ipv4-addr:value = '…'`, one for each value of a list. */
export interface Comparison {
  readonly object: string; // 'ipv4-addr', 'file'
  readonly property: string; // 'value', "hashes.'SHA-256'"
  readonly value: string;
}

const comparison = /([a-z][a-z0-9-]{1,60}):([\w.'\-[\]]{1,200})\s{0,20}(=|==|IN|ISSUBSET)\s{0,20}(\(|'|-?\d)/gi;
const text = /'((?:[^'\\]|\\.)*)'/y;
const number = /-?\d[\d.]*/y;

const maxComparisons = 1000;

/**
 * The comparisons of a pattern that say what something is: those with `=`, `IN` and `ISSUBSET`, not negated, however AND, OR and
 * FOLLOWEDBY join them. What a pattern says by LIKE or MATCHES is no indicator.
 * @see https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html#_e8slinrhxcc9
 */
export function comparisonsIn(pattern: string): readonly Comparison[] {
  const all: Comparison[] = [];
  for (const found of pattern.matchAll(comparison)) {
    const [whole, object = '', property = '', , start = ''] = found;
    if (all.length >= maxComparisons) break;
    if (/\bNOT\s*$/i.test(pattern.slice(Math.max(0, found.index - 8), found.index))) continue;
    const from = found.index + whole.length - start.length;
    const values = start === '(' ? listAt(pattern, from) : valueAt(pattern, from);
    for (const value of values) all.push({ object: object.toLowerCase(), property, value });
  }
  return all;
}

function valueAt(pattern: string, at: number): readonly string[] {
  text.lastIndex = at;
  const quoted = text.exec(pattern)?.[1];
  if (quoted !== undefined) return [quoted.replace(/\\(.)/gs, '$1')];
  number.lastIndex = at;
  return number.exec(pattern)?.slice(0, 1) ?? [];
}

/** The texts in `('a', 'b')`. */
function listAt(pattern: string, at: number): readonly string[] {
  const values: string[] = [];
  let from = at + 1;
  while (values.length < maxComparisons) {
    while (/[\s,]/.test(pattern[from] ?? '')) from++;
    text.lastIndex = from;
    const found = text.exec(pattern);
    if (!found) break;
    values.push((found[1] ?? '').replace(/\\(.)/gs, '$1'));
    from = text.lastIndex;
  }
  return values;
}
