import { type Database, type Db, transaction } from '../../db/database.ts';
import { assertUpToDate, schemaState } from '../../db/migrate/revisions.ts';
import { upgrade } from '../../db/migrate/run.ts';
import { quoteName } from '../../db/names.ts';
import { setup } from '../../db/setup.ts';
import { failRuns, runningRuns } from '../../db/write/runs.ts';
import { AppError } from '../../errors.ts';
import { readArchive } from './archive/read.ts';
import { type Chunk, differing, type Head, type Manifest, type Sums } from './content.ts';
import type { Keys } from './encryption.ts';
import { sumsOf } from './export.ts';
import { IndexBuilding, takeIndexes } from './indexes.ts';
import { load } from './load.ts';
import { createStaging, type Staging } from './staging.ts';
import { assertFree, swap } from './swap.ts';
import { tablesOf } from './tables.ts';

export interface RestoreOptions {
  /** Whether what is there may go. */
  readonly replace: boolean;
  readonly now: () => Date;
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** How many connections to the database there may be. */
  readonly connections: number;
  /** What the rows were added up to by whoever gives them: then everything is read back and compared before it counts. */
  readonly compareWith?: Sums;
}

/** What was checked or restored. */
export interface Restored {
  readonly head: Head;
  readonly manifest: Manifest;
}

/** Reads a whole archive and checks everything in it. @throws as `readArchive` */
export async function verifyArchive(file: string, keys: Keys, signal?: AbortSignal): Promise<Restored> {
  let head: Head | null = null;
  for await (const part of readArchive(file, keys)) {
    signal?.throwIfAborted();
    if (part.kind === 'head') head = part.head;
    if (part.kind === 'manifest' && head) return { head, manifest: part.manifest };
  }
  throw new TypeError('an archive that was read ends with its manifest');
}

/**
 * Restores an archive, all of it or nothing. It is checked whole before `open` opens the database.
 * @throws AppError as `readArchive` and `restoreContent`
 */
export async function restoreArchive(
  open: () => Promise<Database>,
  file: string,
  keys: Keys,
  options: RestoreOptions,
): Promise<Restored> {
  options.say(`Checking ${file} …`);
  const { head, manifest } = await verifyArchive(file, keys, options.signal);
  await restoreContent(await open(), head, () => chunksIn(file, keys), options);
  return { head, manifest };
}

async function* chunksIn(file: string, keys: Keys): AsyncGenerator<Chunk> {
  for await (const part of readArchive(file, keys)) if (part.kind === 'chunk') yield part.chunk;
}

/**
 * Puts rows in the place of what is in the database: built beside it, migrated to this program's revision, and swapped in
 * at the end. Whatever fails before leaves everything as it was.
 * @throws AppError `invalid_input` when the database is not empty and `replace` is not set, `locked`, `database_outdated`,
 *   and what the rows throw
 */
export async function restoreContent(
  database: Database,
  head: Head,
  chunks: () => AsyncIterable<Chunk>,
  options: RestoreOptions,
): Promise<void> {
  const tables = await prepare(database, head, options);
  const staging = await createStaging(database, head.revision, options.now());
  try {
    await fill(staging, head, watched(chunks(), options.signal), options);
    await finish(database, staging, tables, options);
    const { schema } = staging;
    await swap(database, {
      schema,
      tables,
      replace: options.replace,
      termsMissing: head.termsMissing,
      now: options.now(),
    });
  } catch (error) {
    await staging.drop().catch(() => {}); // the next restore takes it away
    throw error;
  }
}

/** Returns the tables that the backup takes the place of. Makes them, empty, where there are none. */
async function prepare(database: Database, head: Head, { replace, now }: RestoreOptions): Promise<string[]> {
  if ((await schemaState(database)).applied.length === 0) await setup(database);
  await assertUpToDate(database);
  const tables = tablesOf(head.families);
  await assertFree(database, tables, replace, now());
  return tables;
}

async function* watched(chunks: AsyncIterable<Chunk>, signal: AbortSignal | undefined): AsyncGenerator<Chunk> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

async function fill(
  staging: Staging,
  head: Head,
  chunks: AsyncIterable<Chunk>,
  { say, compareWith, connections }: RestoreOptions,
): Promise<void> {
  const taken = await takeIndexes(staging.database, staging.schema);
  const indexes = new IndexBuilding(staging.database, taken, connections);
  try {
    say('Loading …');
    await load(staging.database, head, chunks, (table) => indexes.begin(table));
    if (compareWith) await assertSame(staging.database, head, compareWith, say);
    say('Building indexes …');
    await indexes.finish();
  } finally {
    await indexes.abandon(); // before the tables go
  }
}

async function assertSame(database: Database, head: Head, sums: Sums, say: (text: string) => void): Promise<void> {
  say('Comparing …');
  const stored = await transaction(database, (tx) => sumsOf(tx, head));
  const [different] = differing(sums.list, stored.list);
  if (different === undefined) return;
  throw new AppError(
    'database_refused',
    `The rows of ${different} are not the same after the move. Nothing was changed.`,
  );
}

/** Brings the tables to this program's revision, and tells the planner how they look. */
async function finish(database: Database, staging: Staging, tables: readonly string[], options: RestoreOptions) {
  await upgrade(staging.database);
  const at = options.now().toISOString();
  const interrupted = (await runningRuns(staging.database)).map(({ id }) => id);
  const reason = 'The backup was made while it ran; what it had stored until then is there.';
  if (interrupted.length > 0) await failRuns(staging.database, interrupted, reason, at);
  options.signal?.throwIfAborted();
  await analyse(database, staging.schema, tables);
}

/** Counts and plans need it, and nobody does it on the embedded database. VACUUM cannot be in a transaction. */
async function analyse(db: Db, schema: string, tables: readonly string[]): Promise<void> {
  const names = tables.map((table) => `${quoteName(schema)}.${quoteName(table)}`);
  await db.query(`VACUUM (ANALYZE) ${names.join(', ')}`, []);
}
