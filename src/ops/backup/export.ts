import type { Db } from '../../db/database.ts';
import { assertKnown, schemaState } from '../../db/migrate/revisions.ts';
import { quoteName } from '../../db/names.ts';
import { deferredIndexes, termsIndex } from '../../db/write/deferred.ts';
import { AppError } from '../../errors.ts';
import { type Chunk, formatName, formatVersion, type Head, Sums } from './content.ts';
import { type Family, passingColumns, tablesOf } from './tables.ts';

const chunkBytes = 256 * 1024;
const newline = 0x0a;
const mostRowsAtOnce = 500;

/**
 * Describes what a backup of some families holds. The database may lack migrations: one backs up before an upgrade.
 * @throws AppError `database_outdated` without any tables, `database_newer`
 */
export async function describe(
  db: Db,
  about: { readonly kind: string; readonly program: string; readonly families: readonly Family[]; readonly now: Date },
): Promise<Head> {
  const state = await schemaState(db);
  assertKnown(state);
  const revision = state.applied.at(-1)?.name.slice(0, 14);
  if (!revision)
    throw new AppError('database_outdated', 'The database has no tables yet: there is nothing to back up.');
  const { rows } = await db.query<{ version: string }>(`SELECT current_setting('server_version') AS version`, []);
  const tables = await shapes(db, tablesOf(about.families));
  const deferred = tables.some(({ name }) => name === 'search_terms') ? await deferredIndexes(db) : [];
  return {
    format: formatName,
    formatVersion,
    program: about.program,
    revision,
    createdAt: about.now.toISOString(),
    database: { kind: about.kind, version: rows[0]?.version ?? '' },
    families: [...about.families],
    termsMissing: deferred.some(({ name }) => name === termsIndex),
    tables,
  };
}

/** The columns that hold data, by name: their order in the table depends on its history. */
async function shapes(db: Db, names: readonly string[]): Promise<Head['tables']> {
  const { rows } = await db.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attname COLLATE "C") AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1::text[]) AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY array_position($1::text[], c.relname::text) LIMIT 200`,
    [names],
  );
  return rows;
}

/** The rows of all tables of `head`, table by table, each in the order of its key. In a transaction. */
export async function* chunksOf(tx: Db, head: Head): AsyncGenerator<Chunk> {
  // What the text of a value depends on.
  await tx.query(
    `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex';
     SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0`,
  );
  for (const { name, columns } of head.tables) {
    const selected = columns.map((column) =>
      passingColumns[name]?.includes(column) ? 'NULL' : `${quoteName(column)}::text`,
    );
    await tx.query(
      `DECLARE backup NO SCROLL CURSOR FOR SELECT to_json(ARRAY[${selected.join(', ')}])::text AS line
       FROM ${quoteName(name)} ORDER BY ${await keyOf(tx, name)}`,
      [],
    );
    yield* chunksOfCursor(tx, name);
    await tx.query('CLOSE backup', []);
  }
}

/** The columns of the primary key; text byte by byte, so that the order is the same everywhere. */
async function keyOf(db: Db, table: string): Promise<string> {
  const { rows } = await db.query<{ name: string; isText: boolean }>(
    `SELECT a.attname AS name, a.attcollation <> 0 AS "isText"
     FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
     WHERE i.indrelid = $1::regclass AND i.indisprimary ORDER BY k.place LIMIT 32`,
    [quoteName(table)],
  );
  if (rows.length === 0) throw new AppError('schema_drift', `The table ${table} has no primary key.`);
  return rows.map(({ name, isText }) => quoteName(name) + (isText ? ' COLLATE "C"' : '')).join(', ');
}

/** Fetches the next rows while the last ones are in work; how many at once follows from their size. */
async function* chunksOfCursor(tx: Db, table: string): AsyncGenerator<Chunk> {
  let fetched = fetchRows(tx, 100);
  for (;;) {
    const lines = await fetched;
    if (lines.length === 0) return;
    const bytes = bytesOf(lines);
    const fitting = Math.floor((chunkBytes * lines.length) / bytes.length);
    fetched = fetchRows(tx, Math.min(mostRowsAtOnce, lines.length * 4, Math.max(1, fitting)));
    yield { table, rows: lines.length, lines: bytes };
  }
}

/** The lines in UTF-8. Joined as text first, they would pass through the heap a second time. */
function bytesOf(lines: readonly string[]): Buffer {
  const bytes = Buffer.allocUnsafe(lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0));
  let at = 0;
  for (const line of lines) {
    at += bytes.write(line, at);
    at = bytes.writeUInt8(newline, at);
  }
  return bytes;
}

function fetchRows(tx: Db, count: number): Promise<string[]> {
  const lines = tx
    .query<{ line: string }>(`FETCH ${count} FROM backup`, [])
    .then(({ rows }) => rows.map((r) => r.line));
  lines.catch(() => {}); // it is heard when its rows are asked for, which an earlier failure may prevent
  return lines;
}

/** Reads all tables of `head` and adds them up. In a transaction. */
export async function sumsOf(tx: Db, head: Head): Promise<Sums> {
  const sums = new Sums(head);
  for await (const chunk of chunksOf(tx, head)) sums.add(chunk);
  return sums;
}
