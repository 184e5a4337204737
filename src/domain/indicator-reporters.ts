/** What is known of who reports indicators. */
export interface Reporter {
  readonly id: string;
  /** 0–1: how sure one can be of what it reports when it does not say itself. */
  readonly confidence: number;
  /** 0–1: the most that is believed when it does. */
  readonly most: number;
}

/** The best known first: where they differ, its word is shown. */
const reporters: readonly Reporter[] = [
  { id: 'feodo_tracker', confidence: 0.95, most: 0.98 },
  { id: 'threatfox', confidence: 0.75, most: 0.98 },
  { id: 'malware_bazaar', confidence: 0.95, most: 0.98 },
  { id: 'urlhaus', confidence: 0.9, most: 0.98 },
  { id: 'ipsum', confidence: 0.4, most: 0.95 },
];

/** A list or file with a label of the user's. */
const unknownReporter = { confidence: 0.5, most: 0.9 };

const byId: ReadonlyMap<string, Reporter & { readonly rank: number }> = new Map(
  reporters.map((reporter, rank) => [reporter.id, { ...reporter, rank }]),
);

/** How sure one is of what a source reports, with what it says itself of that (0–1), or null. */
export function believed(source: string, stated: number | null): number {
  const { confidence, most } = byId.get(source) ?? unknownReporter;
  return Math.min(stated ?? confidence, most);
}

/** Compares two sources: the better known first, then by name. */
export function byRenown(a: string, b: string): number {
  const rank = (source: string) => byId.get(source)?.rank ?? reporters.length;
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
