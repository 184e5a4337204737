import { expect, onTestFinished, test } from 'vitest';
import { binaryArray, type ColumnType } from '../../src/db/write/binary-arrays.ts';
import { testDatabases } from '../support/database.ts';

const samples: Readonly<Record<ColumnType, readonly unknown[]>> = {
  bool: [true, false, null],
  bytea: ['00ff10', '', null],
  int8: [0, -1, Number.MAX_SAFE_INTEGER, null],
  text: ['', 'a "quoted" \\ text, {braces}', 'ünïcödé 漢字 🛡', 'NULL', null],
  json: ['{"b":1,"a":[null]}', '"x"', null],
  float8: [0, 9.8, -1e-300, null],
  date: ['1970-01-01', '2000-01-01', '1999-12-31', '2099-02-28', null],
  timestamptz: ['1999-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z', '2021-12-10T10:15:09.143Z', null],
  jsonb: ['{"a": [null]}', '"x"', '[]', null],
};

test.each(testDatabases())('every type comes back as it went in: $name', async ({ open }) => {
  const { database, drop } = await open();
  onTestFinished(drop);
  for (const [type, values] of Object.entries(samples) as [ColumnType, readonly unknown[]][]) {
    const text = type === 'bytea' ? `encode(x, 'hex')` : type === 'json' || type === 'jsonb' ? 'x::text' : 'x';
    const { rows } = await database.query<{ x: unknown }>(`SELECT ${text} AS x FROM unnest($1::${type}[]) AS x`, [
      binaryArray(type, values),
    ]);
    expect(
      rows.map((r) => r.x),
      type,
    ).toEqual(values);
  }
});
