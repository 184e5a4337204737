import { type Database, transaction } from '../database.ts';
import { stateTable } from '../migrate/revisions.ts';
import { upgrade } from '../migrate/run.ts';
import { quoteName } from '../names.ts';

/**
 * Destroys all data: drops the tables of this program and makes them anew, empty. Tables of others stay, unless they hang on ours.
 * @returns the tables dropped
 */
export async function reset(database: Database): Promise<string[]> {
  const { entities } = await import('../entities/all.ts');
  const ours = [...entities.map((entity) => entity.meta.tableName), stateTable];
  const dropped = await transaction(database, async (tx) => {
    const { rows } = await tx.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname = ANY($1) ORDER BY relname`,
      [ours],
    );
    for (const { name } of rows) await tx.query(`DROP TABLE IF EXISTS ${quoteName(name)} CASCADE`);
    return rows.map((row) => row.name);
  });
  await upgrade(database);
  return dropped;
}
