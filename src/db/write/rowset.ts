import { binaryArray, type ColumnType, unnest } from './binary-arrays.ts';

/** A table's columns with their types, and where the values are in a row in memory. */
export type Columns<Row> = Readonly<Record<string, { readonly type: ColumnType; readonly of: (row: Row) => unknown }>>;

/** Rows on their way into the database: `SELECT ${select} FROM ${from}`, with `params` from $1 on. */
export interface Rowset {
  readonly names: string; // the columns, for INSERT INTO t (…)
  readonly select: string;
  readonly from: string;
  readonly params: readonly unknown[];
}

/**
 * `rows` as columns of arrays. A column in which all rows agree, as most do in a list of one source, is sent and read
 * once: half the work of storing such rows. The first column always differs.
 */
export function rowset<Row>(columns: Columns<Row>, rows: readonly Row[]): Rowset {
  const arrays: { name: string; type: ColumnType; values: unknown[] }[] = [];
  const constants: { name: string; type: ColumnType; value: unknown }[] = [];
  for (const [name, { type, of }] of Object.entries(columns)) {
    const values = rows.map(of);
    if (arrays.length > 0 && values.every((v) => v === values[0])) constants.push({ name, type, value: values[0] });
    else arrays.push({ name, type, values });
  }
  const types = arrays.map((a) => a.type);
  const names = [...arrays, ...constants].map((c) => c.name);
  return {
    names: names.join(', '),
    select: [
      ...arrays.map((a) => `x.${a.name}`),
      ...constants.map((c, i) => `$${arrays.length + i + 1}::${c.type} AS ${c.name}`),
    ].join(', '),
    from: `${unnest(types)} AS x(${arrays.map((a) => a.name).join(', ')})`,
    params: [...arrays.map((a) => binaryArray(a.type, a.values)), ...constants.map((c) => asText(c))],
  };
}

function asText({ type, value }: { type: ColumnType; value: unknown }): unknown {
  return type === 'bytea' && value !== null ? `\\x${value as string}` : value;
}
