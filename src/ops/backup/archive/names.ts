/** The files of an archive: the head first, then each table's rows in numbered pieces, the manifest last. */
export const headName = 'backup.json';
export const manifestName = 'manifest.json';

/** The name of a table's piece; the first is 1. */
export function nameOf(table: string, place: number): string {
  return `${table}/${String(place).padStart(8, '0')}.ndjson`;
}

/** The table and the place of a piece's name, or null for any other name. */
export function pieceNamed(name: string): { readonly table: string; readonly place: number } | null {
  const [, table, digits] = /^([a-z][a-z0-9_]{0,62})\/([0-9]{8})\.ndjson$/.exec(name) ?? [];
  return table && digits ? { table, place: Number(digits) } : null;
}
