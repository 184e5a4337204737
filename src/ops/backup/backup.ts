import type { Database } from '../../db/database.ts';
import type { AtOneMoment } from '../../db/snapshot.ts';
import { type Written, writeArchive } from './archive/write.ts';
import type { Head } from './content.ts';
import { type Encryption, encrypter } from './encryption.ts';
import { chunksOf, describe } from './export.ts';
import { type Family, families } from './tables.ts';

export interface BackupOptions {
  readonly file: string;
  readonly encryption: Encryption;
  /** null: everything. */
  readonly only: readonly Family[] | null;
  readonly program: string; // its version
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

export interface BackupResult extends Written {
  readonly head: Head;
}

/**
 * Writes what a database holds at one moment into an archive; others go on reading and writing.
 * @throws AppError as `writeArchive`, `encrypter` and `describe`
 */
export async function backUp(
  kind: Database['kind'],
  atOneMoment: AtOneMoment,
  options: BackupOptions,
): Promise<BackupResult> {
  const { file, only, program, now, signal } = options;
  const made = encrypter(options.encryption); // what is wrong with the keys is said before anything is read
  return atOneMoment(async (tx) => {
    const head = await describe(tx, { kind, program, families: only ?? families, now });
    return { head, ...(await writeArchive(file, head, chunksOf(tx, head), { encrypter: made, signal })) };
  });
}
