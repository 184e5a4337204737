import type { EpssOfCve } from '../../db/epss.ts';
import { sampled } from '../../domain/epss.ts';

const columns = 40;
const shownPoints = 6;
const bars = '▁▂▃▄▅▆▇█';

/** EPSS for a person. `drawn`: with a curve that needs a terminal; otherwise its last points. */
export function epssText({ score, curve }: EpssOfCve, drawn: boolean): string {
  const lines: string[] = [];
  if (score) {
    const rank = `higher than that of ${percent(score.percentile)} of all CVEs`;
    lines.push(`  ${percent(score.epss)} chance of exploitation within 30 days, ${rank} (${score.day})`);
  } else if (curve.length > 0) lines.push('  no score any more');
  const points = score && curve.at(-1)?.day !== score.day ? [...curve, score] : curve;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return lines.join('\n');
  if (drawn) {
    const ends = `${percent(first.epss)} on ${first.day} to ${percent(last.epss)} on ${last.day}`;
    lines.push(`  ${sparkline(sampled(points, columns))}  ${ends}`);
  } else {
    const told = points.slice(-shownPoints).map((p) => `${p.day} ${percent(p.epss)}`);
    lines.push(`  ${points.length > shownPoints ? '… ' : ''}${told.join(', ')}`);
  }
  return lines.join('\n');
}

/** The values as bars, the highest of them full. */
export function sparkline(values: readonly number[]): string {
  const top = Math.max(...values, Number.MIN_VALUE);
  return values.map((value) => bars[Math.min(bars.length - 1, Math.floor((value / top) * bars.length))]).join('');
}

/** 0.94358 → `94.4 %`; of less than 0.1 % the first digit. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 0.1 ? value.toFixed(1) : Number(value.toPrecision(1))} %`;
}

/** EPSS as `--json` prints it; null when there never was a score. */
export function epssJson({ score, curve }: EpssOfCve): object | null {
  if (!score && curve.length === 0) return null;
  return {
    score: score?.epss ?? null,
    percentile: score?.percentile ?? null,
    day: score?.day ?? null,
    history: curve.map((p) => ({ day: p.day, score: p.epss, percentile: p.percentile })),
  };
}
