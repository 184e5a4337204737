import { randomBytes } from 'node:crypto';
import { type Database, type Db, transaction } from '../../db/database.ts';
import { extensions } from '../../db/entities/extensions.ts';
import { sqlState } from '../../db/errors.ts';
import { inSchemas } from '../../db/in-schema.ts';
import { stateTable } from '../../db/migrate/revisions.ts';
import { upgrade } from '../../db/migrate/run.ts';
import { quoteName } from '../../db/names.ts';
import { isDead, thisOwner } from '../../db/owner.ts';
import { AppError } from '../../errors.ts';

const prefix = 'openthreat_restore_';

/** A restore on another machine, of which nothing was heard for this long, is dead. */
const forgottenMs = 24 * 3_600_000;

/**
 * A schema beside the real one, where a restore makes its tables: nobody sees them before they are whole, nobody waits for
 * them, and what a killed restore leaves is taken away by the next one.
 */
export interface Staging {
  readonly schema: string;
  /** The database, where unqualified names mean the tables of the staging schema. */
  readonly database: Database;
  drop(): Promise<void>;
}

/** Makes a staging schema with the tables of a revision. @throws AppError `database_refused` when the user may not */
export async function createStaging(database: Database, revision: string, now: Date): Promise<Staging> {
  await dropLeftovers(database, now);
  const schema = `${prefix}${randomBytes(6).toString('hex')}`;
  await transaction(database, (tx) => createSchema(tx, schema, now)).catch((error: unknown) => refused(error));
  const within = inSchemas(database, [schema, ...(await extensionSchemas(database))]);
  const staging = { schema, database: within, drop: async () => dropSchema(database, schema) };
  try {
    await upgrade(within, revision);
    return staging;
  } catch (error) {
    await staging.drop();
    throw error;
  }
}

async function createSchema(tx: Db, schema: string, now: Date): Promise<void> {
  await tx.query(`CREATE SCHEMA ${quoteName(schema)}`, []);
  const note = `${now.toISOString()} ${thisOwner()}`;
  await tx.query(`COMMENT ON SCHEMA ${quoteName(schema)} IS '${note.replaceAll("'", "''")}'`, []);
  // The migrations' own table, so that those of the real schema do not count here.
  await tx.query(`CREATE TABLE ${quoteName(schema)}.${stateTable} (LIKE ${stateTable} INCLUDING ALL)`, []);
}

/** Indexes name operator classes of extensions, which are found where the extensions are. */
async function extensionSchemas(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT DISTINCT n.nspname AS name FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname = ANY($1::text[]) LIMIT 20`,
    [extensions],
  );
  return rows.map(({ name }) => name);
}

async function dropLeftovers(database: Database, now: Date): Promise<void> {
  const { rows } = await database.query<{ name: string; note: string | null }>(
    `SELECT nspname AS name, obj_description(oid, 'pg_namespace') AS note FROM pg_namespace
     WHERE starts_with(nspname, $1) LIMIT 100`,
    [prefix],
  );
  for (const { name, note } of rows) {
    const [at = '', owner = ''] = (note ?? '').split(' ');
    const aged = new Date(now.getTime() - forgottenMs).toISOString() > at;
    // Within the time nobody expects a sign from it, so only a process of this machine is known to be dead.
    if (aged || isDead(owner, now.toISOString(), now.toISOString())) await dropSchema(database, name);
  }
}

async function dropSchema(database: Database, schema: string): Promise<void> {
  await database.query(`DROP SCHEMA IF EXISTS ${quoteName(schema)} CASCADE`, []);
}

function refused(error: unknown): never {
  if (sqlState(error) !== '42501') throw error;
  throw new AppError(
    'database_refused',
    'A restore makes its tables in a schema of its own, which the database user may not: GRANT CREATE ON DATABASE … TO that user.',
    { sqlState: '42501' },
    error,
  );
}
