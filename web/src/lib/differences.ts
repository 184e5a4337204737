/** How much of what two texts share is left around their difference, in characters. */
const around = 40;

/** Two texts without most of what they begin and end with alike, so that what differs is seen. */
export function differing(from: string, to: string): { from: string; to: string } {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start++;
  let end = 0;
  while (end < shorter - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  const cut = (text: string) => {
    const first = start > around ? text.lastIndexOf(' ', start - around) + 1 : 0;
    const next = end > around ? text.indexOf(' ', text.length - end + around) : -1;
    const last = next < 0 ? text.length : next;
    return `${first > 0 ? '… ' : ''}${text.slice(first, last)}${last < text.length ? ' …' : ''}`;
  };
  return { from: cut(from), to: cut(to) };
}

/** What came to a list and went from it, by its words; `changed`: what is in both, so only its details differ. */
export function listDifference(added: readonly string[], removed: readonly string[]) {
  const isIn = (list: readonly string[]) => (text: string) => list.includes(text);
  const changed = added.filter(isIn(removed));
  const rest = (list: readonly string[]) => list.filter((text) => !changed.includes(text));
  return { added: rest(added), removed: rest(removed), changed };
}
