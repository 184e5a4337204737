import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the lock of a folder, or returns null when another holds it. It is SQLite's lock on a file, which the kernel lifts when
 * the holder dies in whatever way: there is no stale lock to judge, and no process id to trust.
 * @returns what lifts it
 */
export function tryLock(file: string): (() => void) | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return () => database.close();
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return null;
    throw error;
  }
}

const sqliteBusy = 5;
