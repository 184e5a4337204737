import type { ReactNode } from 'react';

const before = 40;
const longest = 320;

/** The beginning of a text with the words of the query marked in it. `around`: what is around the first of them instead. */
export function Marked({ text, spans, around }: { text: string; spans: readonly number[][]; around?: boolean }) {
  const first = spans[0]?.[0] ?? 0;
  const start = around && first > before * 2 ? text.lastIndexOf(' ', first - before) + 1 : 0;
  const end = Math.min(text.length, start + longest);
  const parts: ReactNode[] = [start > 0 ? '… ' : ''];
  let at = start;
  for (const [from = 0, to = 0] of spans) {
    if (from < at || to > end) continue;
    parts.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  parts.push(text.slice(at, end));
  return parts;
}
