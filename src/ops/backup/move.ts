import type { Database } from '../../db/database.ts';
import type { AtOneMoment } from '../../db/snapshot.ts';
import { type Head, type Sum, Sums } from './content.ts';
import { chunksOf, describe } from './export.ts';
import { type RestoreOptions, restoreContent } from './restore.ts';
import { families } from './tables.ts';

/**
 * Copies everything from one database to another, as it is at one moment, and compares what arrived by counts and checksums
 * before it counts.
 * @returns the sums of all tables, the same on both sides
 * @throws AppError as `describe` and `restoreContent`
 */
export async function moveDatabase(
  from: { readonly kind: Database['kind']; readonly atOneMoment: AtOneMoment; readonly program: string },
  to: Database,
  options: RestoreOptions,
): Promise<{ readonly head: Head; readonly tables: readonly Sum[] }> {
  const { kind, atOneMoment, program } = from;
  return atOneMoment(async (tx) => {
    const head = await describe(tx, { kind, program, families, now: options.now() });
    const sums = new Sums(head);
    async function* chunks() {
      for await (const chunk of chunksOf(tx, head)) {
        sums.add(chunk);
        yield chunk;
      }
    }
    await restoreContent(to, head, chunks, { ...options, compareWith: sums });
    return { head, tables: sums.list };
  });
}
