import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A backup in the folder of backups. */
export interface Kept {
  readonly file: string;
  readonly createdAt: string; // by its name
  readonly bytes: number;
  readonly encrypted: boolean;
}

const pattern = /^openthreat-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar\.zst(\.age)?$/;

/** The name of a backup that is made at `now`, in UTC. */
export function fileName(now: Date, encrypted: boolean): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `openthreat-${time}.tar.zst${encrypted ? '.age' : ''}`;
}

/** Makes the folder when there is none; only its owner may look into it. */
export async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** The backups in a folder, the newest first; files of other names are passed over. None when there is no folder. */
export async function backupsIn(folder: string): Promise<Kept[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: Kept[] = [];
  for (const name of names.sort().reverse()) {
    const match = pattern.exec(name);
    if (!match) continue;
    const [, year, month, day, hour, minute, second, age] = match;
    const file = join(folder, name);
    const createdAt = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
    found.push({ file, createdAt, bytes: (await stat(file)).size, encrypted: age !== undefined });
  }
  return found;
}

/** Deletes all but the newest `keep` backups of a folder; 0 keeps all. Returns what was deleted. */
export async function prune(folder: string, keep: number): Promise<string[]> {
  const old = keep === 0 ? [] : (await backupsIn(folder)).slice(keep);
  for (const { file } of old) await rm(file, { force: true });
  return old.map(({ file }) => file);
}
