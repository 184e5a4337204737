import { constants, globSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '../../errors.ts';
import type { Connection, Database } from '../database.ts';
import { tryLock } from './lock.ts';

const prefix = 'snapshot-';
const lockName = 'in-use.sqlite';
const signOfLifeMs = 60_000; // who is idle in a transaction for minutes loses it

/**
 * Copies the embedded database of `dataDir` as it is now into a data folder of its own, for `work`, and takes the copy away
 * again. It needs as much room once more; file systems that share blocks (btrfs, XFS, APFS) need none.
 * @throws AppError `database_full`, `database_refused`
 */
export async function withEmbeddedCopy<T>(
  dataDir: string,
  database: Database,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await removeLeftovers(dataDir);
  const folder = await mkdtemp(join(dataDir, prefix)).catch((error: unknown) => fail(error, dataDir));
  const unlock = tryLock(join(folder, lockName));
  try {
    await copyAtOnce(database, join(dataDir, 'pgdata'), join(folder, 'pgdata'));
    return await work(folder);
  } finally {
    unlock?.();
    await rm(folder, { recursive: true, force: true });
  }
}

/** In a transaction nobody else speaks, and what was committed before is in the files. */
async function copyAtOnce(database: Database, from: string, to: string): Promise<void> {
  await database.query('CHECKPOINT'); // so that little has to be recovered when the copy starts
  const connection = await database.connect();
  let broken = true;
  try {
    await connection.query('BEGIN');
    await stayingAlive(connection, async () => {
      await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE }).catch((error: unknown) =>
        fail(error, from),
      );
    });
    await connection.query('ROLLBACK');
    broken = false;
  } finally {
    connection.release(broken);
  }
}

async function stayingAlive(connection: Connection, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void connection.query('SELECT 1').catch(() => {}), signOfLifeMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}

/** Copies of processes that were killed. */
async function removeLeftovers(dataDir: string): Promise<void> {
  for (const folder of globSync(join(dataDir, `${prefix}*`))) {
    const unlock = tryLock(join(folder, lockName));
    if (!unlock) continue;
    unlock();
    await rm(folder, { recursive: true, force: true });
  }
}

function fail(error: unknown, place: string): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    throw new AppError(
      'database_full',
      `There is no room to copy the embedded database in ${place}, which a backup needs. Free some space, and try again.`,
      {},
      error,
    );
  }
  throw new AppError('database_refused', `The embedded database in ${place} cannot be copied: ${messageOf(error)}`);
}
