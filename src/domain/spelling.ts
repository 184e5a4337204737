/** A word that a misspelt one may have meant. */
export interface Candidate {
  readonly term: string;
  readonly documents: number;
}

/**
 * The word that `word` most likely meant: few slips of the finger away, and of the nearest the most common one.
 * @returns null when nothing is near enough: one slip in short words, two up to eight letters, three beyond
 */
export function bestCorrection(word: string, candidates: readonly Candidate[]): Candidate | null {
  const limit = word.length <= 4 ? 1 : word.length <= 8 ? 2 : 3;
  let best: { candidate: Candidate; distance: number } | null = null;
  for (const candidate of candidates) {
    if (candidate.term === word) continue;
    const distance = slips(word, candidate.term);
    if (distance > limit) continue;
    if (
      !best ||
      distance < best.distance ||
      (distance === best.distance && candidate.documents > best.candidate.documents)
    ) {
      best = { candidate, distance };
    }
  }
  return best?.candidate ?? null;
}

/**
 * How many letters must be added, left out, replaced or swapped with their neighbour to make `b` of `a`.
 * @see https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance (optimal string alignment)
 */
export function slips(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
