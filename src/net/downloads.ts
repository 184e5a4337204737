import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const keptMs = 7 * 86_400_000;

/** Removes what was downloaded into a folder, and what broke off more than a week ago. */
export async function cleanDownloads(folder: string, now: Date): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(folder, entry.name);
    const part = /^(.*\.part)(?:\.json)?$/.exec(entry.name)?.[1];
    if (part === undefined || (await age(join(folder, part), now)) > keptMs) await rm(file, { force: true });
  }
}

async function age(file: string, now: Date): Promise<number> {
  const at = await stat(file).then(
    ({ mtime }) => mtime.getTime(),
    () => Number.NEGATIVE_INFINITY,
  );
  return now.getTime() - at;
}
