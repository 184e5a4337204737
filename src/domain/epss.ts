import type { CveId } from './record.ts';

/** A CVE's chance of being exploited in the next 30 days, as EPSS estimates it. @see https://www.first.org/epss/ */
export interface EpssScore {
  readonly cveId: CveId;
  readonly epss: number; // 0–1
  readonly percentile: number; // 0–1
  readonly day: string; // YYYY-MM-DD, the day the model scored
}

/** A point of a CVE's curve. */
export type EpssPoint = Omit<EpssScore, 'cveId'>;

/**
 * How far a score must be from the one kept before to be kept as well: a tenth of that one, but at least 0.001 and at
 * most 0.01. A tenth, because from 0.02 to 0.03 is news and from 0.92 to 0.93 is hardly any. At most 0.01, the smallest
 * difference that a drawn curve shows, so that high scores are not off by more. At least 0.001, because the model moves
 * the many scores near zero by their half from day to day, and keeping that would multiply the history by ten.
 */
export const historyStep = { share: 0.1, least: 0.001, most: 0.01 } as const;

/** Scores have five decimals: more is the noise of binary fractions. */
const decimals = 1e6;

/** Whether `epss` has moved by a step or more from the score that was kept last. */
export function hasMoved(kept: number, epss: number): boolean {
  const step = Math.min(historyStep.most, Math.max(historyStep.least, historyStep.share * kept));
  return Math.round(Math.abs(epss - kept) * decimals) >= Math.round(step * decimals);
}

/** What is stored of a CVE, as far as a score of one day can change it. */
export interface EpssStanding {
  readonly current: EpssPoint | null;
  /** The last point of its curve on the day or before, and whether there are any after it. */
  readonly before: EpssPoint | null;
  readonly later: boolean;
}

/** What a score changes: the current score, and the points of the curve to be written. */
export interface EpssChange {
  readonly current: EpssPoint | null;
  readonly points: readonly EpssPoint[];
}

/**
 * What the score of one day does to what is stored. A CVE's first score is a point of its curve, and then each one that
 * has moved; so on every day that was loaded in its turn the last point is less than a step away from the score.
 * A day that is loaded late completes the curve and leaves the current score alone.
 * @param newest the newest day of which any CVE has a current score, or null: a CVE without one has vanished by then
 */
export function applyScore(said: EpssPoint, standing: EpssStanding, newest: string | null): EpssChange {
  const { current, before, later } = standing;
  const isCurrent = current ? said.day >= current.day : newest === null || said.day >= newest;
  const points: EpssPoint[] = [];
  if (before?.day === said.day ? !isSame(before, said) : before === null || hasMoved(before.epss, said.epss)) {
    points.push(said);
    // Days after a late one may have been left out because they were like the point before it.
    if (!isCurrent && !later && current && hasMoved(said.epss, current.epss)) points.push(current);
  }
  return { current: isCurrent && !(current && isSame(current, said)) ? said : null, points };
}

function isSame(a: EpssPoint, b: EpssPoint): boolean {
  return a.day === b.day && a.epss === b.epss && a.percentile === b.percentile;
}

/** Whether a standing is enough without the curve: the score is the current one, or repeats it on a later day. */
export function needsNoCurve(said: EpssPoint, current: EpssPoint | null): boolean {
  if (!current) return false;
  return isSame(said, current) || (said.day > current.day && said.epss === current.epss);
}

/** In which steps EPSS counts in the priority. */
export const epssStep = 0.02;

/**
 * The score as the priority takes it, in steps. The model moves a third of the scores a little every day, and a priority
 * that changes rewrites a wide row with all its index entries: in hundredths that would be one CVE in 24 every day, in
 * steps of 0.02 one in 42, and a step is worth no more than 0.15 points of CVSS.
 */
export function epssFactor(epss: number | null): number {
  return epss === null ? 0 : Math.round(Math.round(epss / epssStep) * epssStep * 100) / 100;
}

/** From here on a score is worth a word: only one CVE in fourteen has as much. */
export const highEpss = 0.1;

/** The curve as it was known at the end of `day`, oldest first. */
export function curveUntil(points: readonly EpssPoint[], day: string): readonly EpssPoint[] {
  return points.filter((p) => p.day <= day);
}

/** The score on each of `steps` days, evenly spread from the first point to the last: a score stands until the next one. */
export function sampled(points: readonly EpssPoint[], steps: number): readonly number[] {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || steps < 2) return [];
  const from = Date.parse(first.day);
  const width = (Date.parse(last.day) - from) / (steps - 1);
  let at = 0;
  return Array.from({ length: steps }, (_, i) => {
    while (at + 1 < points.length && Date.parse(points[at + 1]?.day ?? '') <= from + i * width) at++;
    return points[at]?.epss ?? first.epss;
  });
}
