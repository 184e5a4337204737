import { type DataFamily, noteDataChange } from '../../db/data-version.ts';
import { type Database, type Db, transaction } from '../../db/database.ts';
import { sqlState } from '../../db/errors.ts';
import { quoteName } from '../../db/names.ts';
import { isDead } from '../../db/owner.ts';
import { clearDeferred, deferredIndexes, noteDeferred, termsIndex } from '../../db/write/deferred.ts';
import { runningRuns } from '../../db/write/runs.ts';
import { AppError, messageOf } from '../../errors.ts';
import { grantsOf, putGrants } from './grants.ts';
import { auditTable } from './tables.ts';

/** What takes the place of what. */
export interface Swap {
  readonly schema: string; // the staging one
  readonly tables: readonly string[];
  /** Whether what is there may go. */
  readonly replace: boolean;
  readonly termsMissing: boolean;
  readonly now: Date;
}

/** How long a statement of somebody else may keep the tables. */
const patience = '60s';

/**
 * Puts the tables of the staging schema in the place of the real ones, in one short transaction: before it everything is
 * as it was, after it everything is restored. Rights on the tables stay.
 * @throws AppError `invalid_input` when something is there that may not go, `locked`
 */
export async function swap(database: Database, plan: Swap): Promise<void> {
  try {
    await transaction(database, (tx) => swapWithin(tx, plan));
  } catch (error) {
    throw explained(error);
  }
}

async function swapWithin(tx: Db, { schema, tables, replace, termsMissing, now }: Swap): Promise<void> {
  await tx.query(`SET LOCAL lock_timeout = '${patience}'; SET LOCAL statement_timeout = 0`);
  await tx.query(`LOCK TABLE ${tables.map(quoteName).join(', ')} IN ACCESS EXCLUSIVE MODE`, []);
  await assertFree(tx, tables, replace, now);
  const home = await homeOf(tx);
  const grants = await grantsOf(tx, tables);
  if (tables.includes(auditTable)) await keepEntries(tx, schema);
  for (const table of tables) {
    await tx.query(`DROP TABLE ${quoteName(table)}`, []);
    await tx.query(`ALTER TABLE ${quoteName(schema)}.${quoteName(table)} SET SCHEMA ${quoteName(home)}`, []);
  }
  await putGrants(tx, grants);
  await tx.query('DELETE FROM search_cache', []);
  for (const { name, table } of await deferredIndexes(tx)) {
    if (tables.includes(name === termsIndex ? 'search_terms' : table)) await clearDeferred(tx, name);
  }
  if (termsMissing) await noteDeferred(tx, termsIndex, '', now.toISOString());
  for (const family of everyDataFamily) await noteDataChange(tx, family);
  await tx.query(`DROP SCHEMA ${quoteName(schema)} CASCADE`, []);
}

const everyDataFamily: readonly DataFamily[] = ['vulnerabilities', 'indicators', 'catalogues', 'operations'];

/**
 * Whether a restore may take the place of what is there. Entries of the audit log are kept, so they are in nobody's way.
 * @throws AppError `invalid_input` for rows without `replace`, `locked` while a run writes
 */
export async function assertFree(db: Db, tables: readonly string[], replace: boolean, now: Date): Promise<void> {
  const at = now.toISOString();
  const live = (await runningRuns(db)).find((run) => !isDead(run.owner, run.heartbeatAt, at));
  if (live) {
    throw new AppError(
      'locked',
      `Run ${live.id} is storing data just now ("openthreat runs"). Wait for its end or stop it, and the worker too; then restore.`,
    );
  }
  for (const table of replace ? [] : tables.filter((name) => name !== auditTable)) {
    const { rows } = await db.query(`SELECT FROM ${quoteName(table)} LIMIT 1`, []);
    if (rows.length === 0) continue;
    throw new AppError(
      'invalid_input',
      `The database is not empty (${table} has rows). Add --replace to put the backup in the place of what is there.`,
    );
  }
}

/** The trail goes on over a restore: what was done here stays beside what the backup knows, and is newer where both know it. */
async function keepEntries(tx: Db, schema: string): Promise<void> {
  const restored = `${quoteName(schema)}.${quoteName(auditTable)}`;
  await tx.query(`DELETE FROM ${restored} r USING ${quoteName(auditTable)} a WHERE a.id = r.id`, []);
  const { rows } = await tx.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
     ORDER BY attnum LIMIT 100`,
    [quoteName(auditTable)],
  );
  const columns = rows.map(({ name }) => quoteName(name)).join(', ');
  await tx.query(`INSERT INTO ${restored} (${columns}) SELECT ${columns} FROM ${quoteName(auditTable)}`, []);
}

async function homeOf(db: Db): Promise<string> {
  const { rows } = await db.query<{ name: string }>('SELECT current_schema() AS name', []);
  return rows[0]?.name ?? 'public';
}

function explained(error: unknown): unknown {
  if (sqlState(error) === '55P03') {
    return new AppError(
      'locked',
      `Others have kept the tables for more than ${patience}. Stop them ("openthreat db activity" shows them) and restore again; nothing was changed.`,
      {},
      error,
    );
  }
  if (sqlState(error) === '2BP01') {
    return new AppError(
      'database_refused',
      `Something of yours hangs on the tables, such as a view: drop it, restore, and create it again. Nothing was changed. ${messageOf(error)}`,
      {},
      error,
    );
  }
  return error;
}
