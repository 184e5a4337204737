import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../../errors.ts';

const majorVersion = '18';

/** Numbers of system errors in WebAssembly. */
const errno = { noSpace: 51, quota: 19, access: 2, permission: 63, readOnly: 69 };

/** @throws AppError `database_refused` when `pgdata` was not made by the PostgreSQL that this program brings */
export function checkVersion(pgdata: string): void {
  const path = join(pgdata, 'PG_VERSION');
  const version = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (version === majorVersion) return;
  throw new AppError(
    'database_refused',
    version
      ? `The embedded database in ${pgdata} was made by PostgreSQL ${version}, and this program brings ${majorVersion}. Move the folder away and load the data again, or restore a backup.`
      : `${pgdata} is not an embedded database of this program (it has no PG_VERSION). Move the folder away, or set OPENTHREAT_DATA_DIR to another one.`,
  );
}

/** Why the backend does not start. `log` is what it said last. */
export function startFailure(error: unknown, log: readonly string[]): AppError {
  const why = reason(error, log);
  if (isFull(error, log)) return full(why);
  if (hasErrno(error, errno.access, errno.permission, errno.readOnly)) {
    return new AppError(
      'database_refused',
      'This user cannot write to the embedded database. Give it the right to its data folder, or set OPENTHREAT_DATA_DIR.',
      {},
      error,
    );
  }
  return new AppError(
    'database_unreachable',
    `The embedded database does not start (${why}). If this stays so its files are damaged: move the folder "pgdata" away and load the data again, or restore a backup.`,
    {},
    error,
  );
}

/** Why the backend stopped while it worked. */
export function deathReport(error: unknown, log: readonly string[]): AppError {
  const why = reason(error, log);
  if (isFull(error, log)) return full(why);
  return new AppError(
    'database_unreachable',
    `The embedded database stopped (${why}). Run the command again: it recovers by itself and nothing that was committed is lost.`,
    {},
    error,
  );
}

/** The backend's own last words, without time and process number, or else the error's. */
function reason(error: unknown, log: readonly string[]): string {
  const line = log.findLast((text) => /(?:PANIC|FATAL):/.test(text));
  if (line) return line.replace(/^.*?(?:PANIC|FATAL):\s*/, '');
  return error instanceof Error ? messageOf(error) : 'a system error';
}

function isFull(error: unknown, log: readonly string[]): boolean {
  const said = `${log.join('\n')}\n${messageOf(error)}`;
  return /No space left|ENOSPC|EDQUOT/.test(said) || hasErrno(error, errno.noSpace, errno.quota);
}

function hasErrno(error: unknown, ...numbers: number[]): boolean {
  return numbers.includes((error as { errno?: number } | null)?.errno ?? -1);
}

function full(why: string): AppError {
  return new AppError(
    'database_full',
    `There is no space left for the embedded database (${why}). Free some space, or set OPENTHREAT_DATA_DIR to a folder on a larger disk.`,
  );
}
