/**
 * Columns of values as PostgreSQL arrays in binary form, to be unnested into rows. The server then neither lexes a JSON
 * text of all rows nor unescapes an array literal, which would cost a fifth of an import.
 * @see https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES
 * @see array_recv in https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/arrayfuncs.c
 */
const types = {
  bool: { oid: 16, size: () => 1, write: (b: Buffer, at: number, v: unknown) => b.writeUInt8(v === true ? 1 : 0, at) },
  bytea: { oid: 17, size: (v: unknown) => (v as string).length / 2, write: writeHex },
  int8: {
    oid: 20,
    size: () => 8,
    write: (b: Buffer, at: number, v: unknown) => b.writeBigInt64BE(BigInt(v as number), at),
  },
  text: { oid: 25, size: textSize, write: writeText },
  json: { oid: 114, size: textSize, write: writeText },
  float8: { oid: 701, size: () => 8, write: (b: Buffer, at: number, v: unknown) => b.writeDoubleBE(v as number, at) },
  date: { oid: 1082, size: () => 4, write: writeDate },
  timestamptz: { oid: 1184, size: () => 8, write: writeTime },
  jsonb: { oid: 3802, size: (v: unknown) => textSize(v) + 1, write: writeJsonb },
} as const;

/** A column's type. Values are strings, numbers or booleans; bytes hexadecimal, times ISO 8601 UTC, days YYYY-MM-DD, JSON as text. */
export type ColumnType = keyof typeof types;

const headerBytes = 20;

/** `values` as a one-dimensional array of `type`; null and undefined are NULL. */
export function binaryArray(type: ColumnType, values: readonly unknown[]): Buffer {
  const { oid, size, write } = types[type];
  const sizes = values.map((v) => (v === null || v === undefined ? -1 : size(v)));
  const array = Buffer.allocUnsafe(sizes.reduce((sum, n) => sum + 4 + Math.max(0, n), headerBytes));
  array.writeInt32BE(1, 0); // dimensions
  array.writeInt32BE(1, 4); // there may be NULLs
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16); // lower bound
  let at = headerBytes;
  sizes.forEach((length, i) => {
    array.writeInt32BE(length, at);
    at += 4;
    if (length < 0) return;
    write(array, at, values[i]);
    at += length;
  });
  return array;
}

/** `unnest($1::text[], …)` for columns of these types, beginning with parameter `first`. */
export function unnest(columns: readonly ColumnType[], first = 1): string {
  return `unnest(${columns.map((type, i) => `$${i + first}::${type}[]`).join(', ')})`;
}

function textSize(value: unknown): number {
  return Buffer.byteLength(value as string);
}

function writeText(array: Buffer, at: number, value: unknown): void {
  array.write(value as string, at);
}

function writeHex(array: Buffer, at: number, value: unknown): void {
  array.write(value as string, at, 'hex');
}

/** The version of jsonb's binary form comes first. */
function writeJsonb(array: Buffer, at: number, value: unknown): void {
  array.writeUInt8(1, at);
  array.write(value as string, at + 1);
}

const epoch = Date.UTC(2000, 0, 1);

/** Days since 2000-01-01. */
function writeDate(array: Buffer, at: number, value: unknown): void {
  array.writeInt32BE(Math.round((Date.parse(value as string) - epoch) / 86_400_000), at);
}

/** Microseconds since 2000-01-01 UTC; the times here have milliseconds. */
function writeTime(array: Buffer, at: number, value: unknown): void {
  array.writeBigInt64BE(BigInt(Date.parse(value as string) - epoch) * 1000n, at);
}
