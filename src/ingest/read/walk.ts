import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { ReadFailure } from './failure.ts';

/** A file to be read, or why one that was found cannot be. */
export type FoundFile =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'stream'; readonly path: string } // a pipe or device: it has no size and can be read once
  | { readonly kind: 'stdin' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly error: unknown };

const natural = new Intl.Collator('en', { numeric: true });

/** The order in which people expect names: 2 before 10. */
export function byName(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

export function isHidden(name: string): boolean {
  return name.startsWith('.') && name !== '.' && name !== '..';
}

/** The file at a path, or all files in the folder and its folders. Links are followed, but never around in a circle. */
export function* filesAt(path: string): Generator<FoundFile> {
  yield* at(path, new Set());
}

function* at(path: string, above: ReadonlySet<string>): Generator<FoundFile> {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    yield { kind: 'unreadable', path, error };
    return;
  }
  if (stats.isFile()) yield { kind: 'file', path, bytes: stats.size };
  else if (!stats.isDirectory()) yield { kind: 'stream', path };
  else {
    const identity = `${stats.dev}:${stats.ino}`;
    if (!above.has(identity)) yield* inFolder(path, new Set([...above, identity]));
  }
}

function* inFolder(folder: string, above: ReadonlySet<string>): Generator<FoundFile> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield { kind: 'unreadable', path: folder, error };
    return;
  }
  entries.sort((a, b) => byName(a.name, b.name));
  for (const entry of entries) {
    if (isHidden(entry.name)) continue;
    const path = join(folder, entry.name);
    for (const found of at(path, above)) {
      // Reading a pipe that nobody writes to would wait for ever.
      if (found.kind === 'stream')
        yield { kind: 'unreadable', path, error: new ReadFailure('is no file but a pipe or device') };
      else yield found;
    }
  }
}
