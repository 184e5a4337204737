import { type Database, transaction } from '../../db/database.ts';
import { quoteName } from '../../db/names.ts';
import { AppError, messageOf } from '../../errors.ts';
import type { Chunk, Head } from './content.ts';
import { copyText } from './copy-text.ts';
import { insert } from './insert.ts';
import { type Intake, intakesOf, noRow, targetOf, unfit } from './intakes.ts';

/**
 * Loads chunks into the tables of a (staging) database. `loaded` is told of each table that has got all its rows.
 * @throws AppError `invalid_input` for rows that the tables do not take; what the chunks throw
 */
export async function load(
  database: Database,
  head: Head,
  chunks: AsyncIterable<Chunk>,
  loaded: (table: string) => void,
): Promise<void> {
  const intakes = await intakesOf(database, head);
  const store = database.kind === 'postgresql' ? copyTable : insertTable;
  for await (const { table, rows } of byTable(chunks)) {
    const intake = intakes.get(table);
    if (!intake) throw unfit(table, 'it is not in the head');
    await store(database, intake, rows);
    loaded(table);
  }
  await continueNumbers(database, head);
}

/** The chunks of one table after the other: those of a table have to be read before the next table is asked for. */
async function* byTable(
  chunks: AsyncIterable<Chunk>,
): AsyncGenerator<{ readonly table: string; readonly rows: AsyncIterable<Chunk> }> {
  const source = chunks[Symbol.asyncIterator]();
  let next = await source.next();
  async function* rowsOf(table: string) {
    for (; !next.done && next.value.table === table; next = await source.next()) yield next.value;
  }
  try {
    while (!next.done) yield { table: next.value.table, rows: rowsOf(next.value.table) };
  } finally {
    await source.return?.();
  }
}

/**
 * One COPY for the table. Its rows are written as those of a transaction long past, which a table permits that was emptied
 * in the same transaction; so nothing has to be written again when they are first read.
 */
async function copyTable(database: Database, intake: Intake, rows: AsyncIterable<Chunk>): Promise<void> {
  let failure: unknown = null; // of whoever gives the rows: it is no matter of the database
  async function* texts() {
    try {
      for await (const { lines } of rows) {
        const text = copyText(lines, intake.columns.length);
        if (!text) throw noRow(intake.table);
        yield text;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  await transaction(database, async (tx) => {
    await tx.query('SET LOCAL statement_timeout = 0', []);
    await tx.query(`TRUNCATE ${quoteName(intake.table)}`, []);
    await tx.copyIn(`COPY ${targetOf(intake)} FROM STDIN (FREEZE)`, texts());
  }).catch((error: unknown) => {
    throw failure ?? refused(error, intake);
  });
}

/** The embedded server takes no COPY, and everybody waits for its transactions: so one for each chunk. */
async function insertTable(database: Database, intake: Intake, rows: AsyncIterable<Chunk>): Promise<void> {
  for await (const chunk of rows) {
    await insert(database, intake, chunk).catch((error: unknown) => {
      throw refused(error, intake);
    });
  }
}

/** What the database refuses is wrong with the rows. */
function refused(error: unknown, { table }: Intake): unknown {
  const isRefusal = error instanceof AppError && error.code === 'database_refused';
  return isRefusal ? unfit(table, messageOf(error), error) : error;
}

/** Numbers that the database hands out go on behind the highest. */
async function continueNumbers(database: Database, head: Head): Promise<void> {
  const { rows } = await database.query<{ table: string; column: string }>(
    `SELECT c.relname AS "table", a.attname AS "column" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1::text[]) AND a.attidentity <> '' LIMIT 1000`,
    [head.tables.map(({ name }) => name)],
  );
  for (const { table, column } of rows) {
    await database.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), max(${quoteName(column)})) FROM ${quoteName(table)}
       HAVING max(${quoteName(column)}) IS NOT NULL`,
      [quoteName(table), column],
    );
  }
}
