import type { Db } from '../database.ts';
import { quoteName } from '../names.ts';

/** The name under which the dictionary of search words stands among the deferred indexes: it is rebuilt like one. */
export const termsIndex = 'search_terms';

/**
 * Drops the secondary indexes of the tables that a first load fills, and notes their definitions, so that whoever comes
 * after a crash creates them again. Takes ACCESS EXCLUSIVE locks for a moment.
 */
export async function deferIndexes(tx: Db, tables: readonly string[], at: string): Promise<void> {
  // In the order in which batches lock them: DROP INDEX in another one could meet a batch half-way.
  await tx.query(`LOCK TABLE ${tables.map(quoteName).join(', ')} IN ACCESS EXCLUSIVE MODE`);
  const { rows } = await tx.query<{ name: string; definition: string }>(
    `SELECT i.indexname AS name, i.indexdef AS definition
     FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = i.schemaname
     JOIN pg_index x ON x.indexrelid = c.oid
     WHERE i.schemaname = current_schema() AND i.tablename = ANY($1::text[]) AND NOT x.indisunique`,
    [tables],
  );
  for (const row of rows) {
    await noteDeferred(tx, row.name, row.definition, at);
    await tx.query(`DROP INDEX ${quoteName(row.name)}`);
  }
}

/** Notes one index (or the dictionary) as still to be built. Returns false when it was noted before. */
export async function noteDeferred(tx: Db, name: string, definition: string, at: string): Promise<boolean> {
  const result = await tx.query(
    'INSERT INTO deferred_indexes (name, definition, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING',
    [name, definition, at],
  );
  return result.rowCount === 1;
}

/** An index that is still to be created. */
export interface Deferred {
  readonly name: string;
  readonly definition: string;
  readonly table: string; // '' for the dictionary
}

/** The indexes that are still to be created, the costly ones first. */
export async function deferredIndexes(db: Db): Promise<Deferred[]> {
  const { rows } = await db.query<Deferred>(
    `SELECT name, definition, coalesce(substring(definition FROM ' ON (?:[^ ]+[.])?"?([a-z_]+)"? USING '), '') AS table
     FROM deferred_indexes
     ORDER BY (definition LIKE '%gin_trgm_ops%') DESC, name LIKE '%description%' DESC, definition LIKE '%gin%' DESC, name LIMIT 1000`,
  );
  return rows;
}

/** Takes the note of a deferred index away. Returns false when another process has done so. */
export async function clearDeferred(tx: Db, name: string): Promise<boolean> {
  const result = await tx.query('DELETE FROM deferred_indexes WHERE name = $1', [name]);
  return result.rowCount === 1;
}
