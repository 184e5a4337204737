import { glob, open, opendir, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { AppError } from '../../errors.ts';
import { forDisplay } from './names.ts';
import { byName, type FoundFile, filesAt, isHidden } from './walk.ts';

/** The files that inputs stand for. */
export interface ExpandedInputs {
  readonly files: number;
  /** As they lie on disk, or null where a stream is among them. */
  readonly bytes: number | null;
  /** The files in order. Folders are walked once more, so that no list of hundreds of thousands of names is kept. */
  open(): Generator<FoundFile>;
}

/**
 * Finds the files behind inputs: files, folders with all that is in them, glob patterns, and `-` for the standard input.
 * @throws AppError `not_found` or `invalid_input` for an input that stands for nothing or cannot be read
 */
export async function expandInputs(inputs: readonly string[]): Promise<ExpandedInputs> {
  if (inputs.length === 0) {
    throw new AppError(
      'invalid_input',
      'Nothing to read was named: name a file, a folder, or - for the standard input.',
    );
  }
  if (inputs.filter((input) => input === '-').length > 1) {
    throw new AppError('invalid_input', 'The standard input (-) can be read only once: name it once.');
  }
  const paths: string[] = [];
  let files = 0;
  let bytes: number | null = 0;
  for (const input of inputs) {
    const found = input === '-' ? ['-'] : await pathsOf(input);
    const before = files;
    for (const file of filesOf(found)) {
      files++;
      if (file.kind === 'stream' || file.kind === 'stdin') bytes = null;
      else if (file.kind === 'file' && bytes !== null) bytes += file.bytes;
    }
    if (files === before) throw refused('not_found', input, 'holds no files: check the name');
    paths.push(...found);
  }
  return { files, bytes, open: () => filesOf(paths) };
}

function* filesOf(paths: readonly string[]): Generator<FoundFile> {
  for (const path of paths) {
    if (path === '-') yield { kind: 'stdin' };
    else yield* filesAt(path);
  }
}

async function pathsOf(input: string): Promise<string[]> {
  try {
    const stats = await stat(input);
    // Opened and closed: only that tells for certain. A pipe would not open a second time.
    if (stats.isDirectory()) await (await opendir(input)).close();
    else if (stats.isFile()) await (await open(input)).close();
    return [input];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES' || code === 'EPERM') {
      throw refused('invalid_input', input, 'cannot be read: permission denied. Allow your user to read it', error);
    }
    if (code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE' || code === 'ELOOP') {
      throw refused('invalid_input', input, 'is no name of a file: check it', error);
    }
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
  if (!/[*?[{]/.test(input)) throw refused('not_found', input, 'does not exist: check the name');
  const matches = await matchesOf(input);
  if (matches.length === 0) throw refused('not_found', input, 'matches no file: check the pattern');
  return matches;
}

/** What a pattern matches, without what lies in a folder that is matched too. */
async function matchesOf(pattern: string): Promise<string[]> {
  const matches: string[] = [];
  for await (const path of glob(pattern)) matches.push(path);
  matches.sort(byName);
  const all = new Set(matches);
  return matches.filter((path) => {
    if (isHidden(path.slice(path.lastIndexOf(sep) + 1))) return false;
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      if (all.has(folder)) return false;
    }
    return true;
  });
}

function refused(code: 'not_found' | 'invalid_input', input: string, what: string, cause?: unknown): AppError {
  return new AppError(code, `${forDisplay(input)} ${what}.`, { input: forDisplay(input) }, cause);
}
