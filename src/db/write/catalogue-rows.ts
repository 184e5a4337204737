import type { CatalogueItem } from '../../domain/catalogue-merge.ts';
import type { Db } from '../database.ts';
import { quoteName } from '../names.ts';
import { binaryArray, unnest } from './binary-arrays.ts';
import { type CatalogueTable, catalogueTables } from './catalogue-tables.ts';

const perStatement = 500;

/** Writes the rows of these entries, where they differ from what is there. Mappings that are withdrawn go. @returns how many rows that were */
export async function writeItems(tx: Db, items: readonly CatalogueItem[], at: string): Promise<number> {
  const gone = items.filter((i) => i.kind === 'mapping' && i.state === 'withdrawn');
  let written = await deleteRows(tx, catalogueTables.mapping, gone);
  for (const [kind, table] of Object.entries(catalogueTables)) {
    const rows = items.filter((i) => i.kind === kind && !gone.includes(i));
    for (let start = 0; start < rows.length; start += perStatement)
      written += await upsertRows(tx, table, rows.slice(start, start + perStatement), at);
  }
  return written;
}

/** The values of `names`, column by column, as parameters. `Item` is that of the table: its kind was looked at. */
function valuesOf(table: CatalogueTable, names: readonly string[], items: readonly CatalogueItem[]): Buffer[] {
  return names.map((name) => {
    const [type, of] = table.columns[name] as CatalogueTable<CatalogueItem>['columns'][string];
    return binaryArray(type, items.map(of));
  });
}

function rowset(table: CatalogueTable, names: readonly string[]): string {
  const types = names.map((name) => (table.columns[name] as CatalogueTable['columns'][string])[0]);
  return `${unnest(types)} AS x(${names.map(quoteName).join(', ')})`;
}

async function upsertRows(tx: Db, table: CatalogueTable, items: readonly CatalogueItem[], at: string): Promise<number> {
  const names = Object.keys(table.columns);
  const list = names.map(quoteName).join(', ');
  const others = names.filter((name) => !table.key.includes(name)).map(quoteName);
  const now = `$${names.length + 1}::timestamptz`;
  const dates = table.dated ? ['created_at', 'updated_at'] : ['created_at'];
  const result = await tx.query(
    `INSERT INTO ${table.name} AS t (${list}, ${dates.join(', ')}) SELECT ${list}, ${dates.map(() => now).join(', ')}
     FROM ${rowset(table, names)} ON CONFLICT (${table.key.join(', ')}) DO UPDATE
     SET ${others.map((c) => `${c} = excluded.${c}`).join(', ')}${table.dated ? ', updated_at = excluded.updated_at' : ''}
     WHERE (${others.map((c) => `t.${c}`).join(', ')}) IS DISTINCT FROM (${others.map((c) => `excluded.${c}`).join(', ')})`,
    [...valuesOf(table, names, items), at],
  );
  return result.rowCount ?? 0;
}

async function deleteRows(tx: Db, table: CatalogueTable, items: readonly CatalogueItem[]): Promise<number> {
  if (items.length === 0) return 0;
  const result = await tx.query(
    `DELETE FROM ${table.name} t USING ${rowset(table, table.key)}
     WHERE ${table.key.map((c) => `t.${c} = x.${c}`).join(' AND ')}`,
    valuesOf(table, table.key, items),
  );
  return result.rowCount ?? 0;
}

/** Takes out all rows that are derived from what a source says. */
export async function deleteItems(tx: Db, source: string): Promise<void> {
  for (const table of Object.values(catalogueTables)) {
    if (table.source !== source) continue;
    await tx.query(`DELETE FROM ${table.name}${table === catalogueTables.mapping ? ' WHERE source = $1' : ''}`, [
      ...(table === catalogueTables.mapping ? [source] : []),
    ]);
  }
}
