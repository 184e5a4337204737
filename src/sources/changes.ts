import { malformed } from './answers.ts';
import { type Ask, type ListedPage, listed } from './listing.ts';
import { earlier, later } from './times.ts';

/** A span of time, both ends included; ISO 8601 UTC. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** The windows from `from` to `to`, of at most `longestMs` each, the first one first. */
export function windows(from: string, to: string, longestMs: number): readonly Window[] {
  const list: Window[] = [];
  const end = Date.parse(to);
  for (let at = Date.parse(from); at < end; at += longestMs) {
    const until = Math.min(at + longestMs, end);
    list.push({ from: new Date(at).toISOString(), to: new Date(until).toISOString() });
  }
  return list;
}

/** How often a window without records is read before it is believed. */
const readings = 3;

/**
 * What changed in a span of time, window by window. `reached`: with this page everything changed up to then is there;
 * null in the middle of a window.
 *
 * How far it reached is told by the records alone: it is the newest time of change among them, never the clock's or the
 * answer's. So an answer without records, for whatever reason there are none, never moves it. That leaves one hole: an
 * empty answer for a window, and records in a later one. A window that was empty is therefore read again, before anything
 * later is passed on; it has to be empty each time to be believed.
 *
 * `known` is a time within the windows at which a record is known to have changed: it is among them, or has changed again
 * since. So when nothing at all comes, the answers are wrong.
 * @throws AppError `source_malformed` then, and when a window stays inconsistent; what `ask` throws
 */
export async function* changes(
  { spans, known }: { readonly spans: readonly Window[]; readonly known: string | null },
  ask: (window: Window) => Ask,
  size: number,
  note: (text: string) => void,
): AsyncGenerator<ListedPage & { readonly reached: string | null }> {
  let empty: Window[] = [];
  let url = '';
  let all = 0;
  for (const window of spans) {
    let records = 0;
    for await (const page of inWindow(window, ask, size)) {
      if (records === 0 && page.ids.length > 0) {
        for (const earlier of empty) yield* reread(earlier, ask, size, note);
        empty = [];
      }
      records += page.ids.length;
      url = page.url;
      if (records > 0) yield page;
    }
    if (records === 0) empty.push(window);
    all += records;
  }
  if (all === 0 && known !== null && url !== '')
    throw malformed(url, `says that nothing changed since ${known}, when something did`);
}

async function* reread(window: Window, ask: (window: Window) => Ask, size: number, note: (text: string) => void) {
  for (let reading = 2; reading <= readings; reading++) {
    let records = 0;
    for await (const page of inWindow(window, ask, size)) {
      records += page.ids.length;
      if (records > 0) yield page;
    }
    if (records > 0) return;
  }
  note(`nothing changed from ${window.from.slice(0, 10)} to ${window.to.slice(0, 10)}: read ${readings} times`);
}

async function* inWindow(window: Window, ask: (window: Window) => Ask, size: number) {
  let newest: string | null = null;
  for await (const page of listed(ask(window), size)) {
    newest = later(newest, page.newest);
    const reached = newest && earlier(newest, window.to);
    yield { ...page, reached: page.isLast ? reached : null };
  }
}
