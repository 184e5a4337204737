/** Spans of time that things are counted over. Weeks begin on Mondays, as in ISO 8601. */
export type Interval = 'day' | 'week' | 'month';

const dayMs = 86_400_000;

/** The first day of the span that a day lies in; days are YYYY-MM-DD, in UTC. */
export function startOfSpan(interval: Interval, day: string): string {
  if (interval === 'month') return `${day.slice(0, 7)}-01`;
  const weekday = (new Date(day).getUTCDay() + 6) % 7;
  return interval === 'week' ? shifted(day, -weekday) : day;
}

/** The first days of the spans from the one that `from` lies in to the one of `to`; at most `most`, and one more when there are more. */
export function spanStarts(interval: Interval, from: string, to: string, most: number): string[] {
  const starts: string[] = [];
  for (let start = startOfSpan(interval, from); start <= to && starts.length <= most; start = next(interval, start))
    starts.push(start);
  return starts;
}

/** The day so many days after another one. */
export function shifted(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

function next(interval: Interval, start: string): string {
  if (interval !== 'month') return shifted(start, interval === 'week' ? 7 : 1);
  return startOfSpan('month', shifted(start, 31));
}
