import { hash } from 'node:crypto';
import type { Indicator, IndicatorType } from '../domain/indicator.ts';
import { binaryArray } from './write/binary-arrays.ts';

/** What names an indicator in the database: the SHA-256 of its canonical value, hexadecimal, and its type. */
export interface IndicatorKey {
  readonly valueHash: string;
  readonly type: IndicatorType;
}

/** The key of an indicator in its canonical form. */
export function keyOfValue({ type, value }: Indicator): IndicatorKey {
  return { type, valueHash: hashOf(value) };
}

/** The hash by which a canonical value is found: SHA-256, hexadecimal. */
export function hashOf(value: string): string {
  return hash('sha256', value, 'hex');
}

/** An indicator's key as text, for maps. */
export function keyOf({ valueHash, type }: IndicatorKey): string {
  return `${type}:${valueHash}`;
}

/**
 * Keys as rows `x(value_hash, ioc_type)` of the parameters $1 and $2 that `keyArrays` gives. In a subquery, because Citus
 * joins no function of several arrays with a distributed table.
 */
export const keyRows = '(SELECT * FROM unnest($1::bytea[], $2::text[]) AS k(value_hash, ioc_type)) AS x';

/** A table's rows with these keys, under an alias: the hashes once more, so that only their shards of a cluster are asked. */
export const rowsByKey = (table: 'iocs' | 'ioc_reports', alias: string) =>
  `${table} AS ${alias} JOIN ${keyRows} ON ${alias}.value_hash = x.value_hash AND ${alias}.ioc_type = x.ioc_type
     WHERE ${alias}.value_hash = ANY($1::bytea[])`;

/** Keys as two parameters: value hashes and types. */
export function keyArrays(keys: readonly IndicatorKey[]): [Buffer, Buffer] {
  const hashes = keys.map((k) => k.valueHash);
  const types = keys.map((k) => k.type);
  return [binaryArray('bytea', hashes), binaryArray('text', types)];
}
