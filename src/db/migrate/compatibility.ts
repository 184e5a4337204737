import type { Db } from '../database.ts';
import type { Revision } from './files.ts';

/**
 * The newest migration of the oldest program that works on today's schema: the release before this one. While servers are
 * replaced one by one, it goes on on a database that this one has migrated. CONTRIBUTING.md says what a migration may do.
 */
export const worksFrom = '20261123124102';

const words = 'Works with programs whose newest migration is ';

/** Writes `worksFrom` where older programs find it: in the comment of the table of migrations. */
export async function noteCompatibility(tx: Db, stateTable: string): Promise<void> {
  await tx.query(`COMMENT ON TABLE ${stateTable} IS '${words}${worksFrom} or later.'`);
}

/** Whether the program that migrated the database last said that one with these revisions works on it. */
export async function isCompatible(db: Db, stateTable: string, own: readonly Revision[]): Promise<boolean> {
  const { rows } = await db.query<{ comment: string | null }>(
    `SELECT obj_description(to_regclass($1), 'pg_class') AS comment`,
    [stateTable],
  );
  const [, from] = /newest migration is (\d{14}) or later/.exec(rows[0]?.comment ?? '') ?? [];
  return from !== undefined && from <= (own.at(-1)?.id ?? '');
}
