import { type Database, transaction } from '../../db/database.ts';
import { binaryArray } from '../../db/write/binary-arrays.ts';
import type { Chunk } from './content.ts';
import { type Intake, noRow, targetOf } from './intakes.ts';

type Values = readonly (string | null)[];

/** Stores a chunk in a transaction of its own: the way into the embedded database. @throws AppError `invalid_input` for lines that are no rows */
export async function insert(database: Database, intake: Intake, chunk: Chunk): Promise<void> {
  const { sql, params } = statement(intake, rowsIn(chunk, intake.columns.length));
  await transaction(database, async (tx) => tx.query(sql, params));
}

/**
 * One statement for all rows, which casts the text of each value to the column's type. A column in which all rows agree,
 * as many do, is sent and read once.
 */
function statement(intake: Intake, rows: readonly Values[]) {
  const params: unknown[] = [];
  const arrays: string[] = [];
  const selected = intake.columns.map(({ type }, i) => {
    const first = rows[0]?.[i] ?? null;
    const isSame = rows.length > 1 && rows.every((row) => row[i] === first);
    const place = params.push(
      isSame
        ? first
        : binaryArray(
            'text',
            rows.map((row) => row[i]),
          ),
    );
    if (isSame) return `$${place}::${type}`;
    return `x.c${arrays.push(`$${place}::text[]`)}::${type}`;
  });
  const aliases = arrays.map((_, i) => `c${i + 1}`);
  const sql = `INSERT INTO ${targetOf(intake)}
    SELECT ${selected.join(', ')} FROM unnest(${arrays.join(', ')}) AS x(${aliases.join(', ')})`;
  return { sql, params };
}

function rowsIn({ table, lines }: Chunk, columns: number): Values[] {
  let rows: unknown;
  try {
    // A line break is escaped inside of values, so each of these ends a line.
    rows = JSON.parse(`[${lines.toString('utf8').trimEnd().replaceAll('\n', ',')}]`);
  } catch (error) {
    throw noRow(table, error);
  }
  if (Array.isArray(rows) && rows.every((row) => isRow(row, columns))) return rows;
  throw noRow(table);
}

function isRow(row: unknown, columns: number): row is Values {
  return (
    Array.isArray(row) && row.length === columns && row.every((value) => value === null || typeof value === 'string')
  );
}
