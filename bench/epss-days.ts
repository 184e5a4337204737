import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Of so many scores the model moves a few by much, some by a little, and most not at all. */
const moves = [
  { share: 0.02, by: 0.3 },
  { share: 0.3, by: 0.05 },
] as const;

/** Writes the day after a day of EPSS (CSV, packed or not), made up: the same each time. */
export function writeNextDay(from: string, to: string): void {
  const bytes = readFileSync(from);
  const lines = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1').split('\n');
  const random = generator();
  const next = lines.map((line) => {
    if (line.startsWith('#'))
      return line.replace(/score_date:(\d{4}-\d\d-\d\d)/, (_, day) => `score_date:${after(day)}`);
    const [id, score, percentile] = line.split(',');
    if (!id?.startsWith('CVE-')) return line;
    return [id, moved(Number(score), random).toFixed(5), percentile].join(',');
  });
  writeFileSync(to, gzipSync(next.join('\n'), { level: 1 }));
}

function after(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

/** Moves a score in its odds, so that it stays between 0 and 1. */
function moved(score: number, random: () => number): number {
  let dice = random();
  const move = moves.find(({ share }) => {
    dice -= share;
    return dice < 0;
  });
  if (!move) return score;
  const bounded = Math.min(0.999999, Math.max(0.000001, score));
  const odds = Math.log(bounded / (1 - bounded)) + move.by * (random() + random() + random() - 1.5) * 2;
  return 1 / (1 + Math.exp(-odds));
}

/** Numbers from 0 to 1 without a pattern, the same each time. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
