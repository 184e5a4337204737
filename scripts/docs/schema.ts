import { type Catalogue, readCatalogue } from '../../src/db/migrate/catalogue.ts';
import { upgrade } from '../../src/db/migrate/run.ts';
import { withScratchDatabase } from '../../src/db/migrate/scratch.ts';
import { columnMeanings, tableMeanings } from './meanings.ts';
import { code, markdownTable } from './table.ts';

/** A table as PostgreSQL has it after all migrations. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, definition: string])[];
  readonly indexes: readonly (readonly [name: string, definition: string])[];
  readonly constraints: readonly (readonly [name: string, definition: string])[];
}

let shapes: Promise<TableShape[]> | null = null;

/** All tables, read from a migrated database in memory; made once. */
export async function tableShapes(): Promise<TableShape[]> {
  shapes ??= withScratchDatabase(async (database) => {
    await upgrade(database);
    const catalogue = await readCatalogue(database);
    const { rows } = await database.query<{ table: string; column: string }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
       WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`,
    );
    const order = rows.filter((row) => catalogue.has(`column ${row.table}.${row.column}`));
    return Object.keys(tableMeanings).map((name) => shapeOf(name, order, catalogue));
  });
  return shapes;
}

function shapeOf(name: string, order: readonly { table: string; column: string }[], catalogue: Catalogue): TableShape {
  const columns = order
    .filter((row) => row.table === name)
    .map(({ column }) => [column, catalogue.get(`column ${name}.${column}`) ?? ''] as const);
  const entries = [...catalogue].sort();
  const indexes = entries
    .filter(([what, definition]) => what.startsWith('index ') && definition.includes(` ON ${name} `))
    .map(
      ([what, definition]) => [what.slice(6), definition.replace(/^CREATE (UNIQUE )?INDEX .* USING /, '$1')] as const,
    );
  const constraints = entries
    .filter(([what]) => what.startsWith(`constraint ${name}.`))
    .map(([what, definition]) => [what.slice(`constraint ${name}.`.length), definition] as const);
  return { name, columns, indexes, constraints };
}

/** The schema for docs/DATABASE.md: types and indexes are PostgreSQL's own words, the meanings ours. */
export async function schemaTables(): Promise<string> {
  return (await tableShapes()).map(described).join('\n\n');
}

function described({ name, columns, indexes, constraints }: TableShape): string {
  const rows = columns.map(([column, definition]) => [code(column), code(shorter(definition)), meaning(name, column)]);
  const list = (title: string, items: readonly (readonly [string, string])[]) =>
    items.length === 0 ? [] : [`${title}:\n\n${items.map(([n, d]) => `- ${code(n)}: ${code(d)}`).join('\n')}`];
  return [
    `#### ${code(name)}`,
    tableMeanings[name] ?? '',
    markdownTable(['column', 'type', 'meaning'], rows),
    ...list('Indexes', indexes),
    ...list(
      'Keys and checks',
      constraints.map(([n, d]) => [n, checkText(d)] as const),
    ),
  ].join('\n\n');
}

export function meaning(table: string, column: string): string {
  return columnMeanings[`${table}.${column}`] ?? columnMeanings[`*.${column}`] ?? '';
}

/** The expression of a generated column is told in its meaning. */
function shorter(definition: string): string {
  return definition
    .replace(/ generated always as \(.*$/s, ' generated')
    .replaceAll('::text', '')
    .replaceAll('::jsonb', '');
}

function checkText(definition: string): string {
  return definition.replaceAll('::text[]', '').replaceAll('::text', '').replaceAll('::double precision', '');
}
