import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { Table } from '../../../db/database.ts';
import { runQuery } from '../../../db/inspect/query.ts';
import type { Context } from '../../context.ts';
import { table } from '../../output.ts';

interface QueryOptions {
  readonly json?: true;
  readonly csv?: true;
  readonly write?: true;
}

/** `openthreat db query "SQL"` */
export function registerQuery(db: Command, context: Context): void {
  db.command('query')
    .description('run one SQL statement, read-only unless told otherwise')
    .argument('<sql>', 'the statement, or - for standard input')
    .addOption(new Option('--json', 'print an array of objects').conflicts('csv'))
    .option('--csv', 'print CSV with a header line')
    .option('--write', 'let the statement change the database')
    .action(async (sql: string, options: QueryOptions) => {
      const statement = sql === '-' ? await text(process.stdin) : sql;
      const result = await runQuery(await context.rawDatabase(), statement, { write: options.write ?? false });
      print(context, result, options);
    });
}

function print(context: Context, result: Table, options: QueryOptions): void {
  const { columns, rows } = result;
  if (options.json) {
    const objects = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, jsonValue(row[i])])));
    context.output.json(objects);
  } else if (options.csv) {
    const lines = [columns, ...rows.map((row) => row.map(textValue))].map((line) => line.map(csvField).join(','));
    context.output.print(lines.join('\r\n'));
  } else if (columns.length > 0) {
    const shown = columns.map((title, i) => ({
      title,
      value: (row: readonly unknown[]) => textValue(row[i]),
      width: 100,
    }));
    context.output.print(table(rows, shown));
    context.output.say(`(${rows.length} row${rows.length === 1 ? '' : 's'})`);
  } else {
    context.output.say(`${result.command}${result.rowCount === null ? '' : ` ${result.rowCount}`}`);
  }
}

function jsonValue(value: unknown): unknown {
  return Buffer.isBuffer(value) ? textValue(value) : value;
}

function textValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
